"""A real web server as the platform runs it, and clients that measure it over loopback."""

from __future__ import annotations

import http.client
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from time import perf_counter

from django.conf import settings

from config import confinement, env

HOST = "127.0.0.1"
STARTS_WITHIN_S = 30
STOPS_WITHIN_S = 10
WORKERS, THREADS = 2, 4


class ServerFailed(RuntimeError):
    """The web server did not answer, or not with what was asked for."""


@dataclass(slots=True)
class WebServer:
    """A gunicorn of our own; `started_s` is the time from start to its first answer."""

    process: subprocess.Popen[bytes]
    port: int
    started_s: float

    @classmethod
    def start(cls, module: str = "config.wsgi") -> WebServer:
        """Start the web process with the production settings, on the database and the home of this process.

        Raises:
            ServerFailed: it does not answer in time.
        """
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.bind((HOST, 0))
        port = listener.getsockname()[1]
        command = [sys.executable, "-m", "gunicorn", module, "--bind", f"fd://{listener.fileno()}"]
        command += ["--worker-class", "gthread", "--workers", str(WORKERS), "--threads", str(THREADS), "--preload"]
        command += ["--no-control-socket", "--log-level", "error"]
        environment = env.for_children(
            DJANGO_SETTINGS_MODULE=env.PRODUCTION_SETTINGS,
            SECRET_KEY=settings.SECRET_KEY,
            ALLOWED_HOSTS=HOST,
            SECURE_SSL_REDIRECT="no",
            # No static files are collected here, and whitenoise says so.
            PYTHONWARNINGS="ignore::UserWarning",
        )
        started = perf_counter()
        process = subprocess.Popen(
            command, env=environment, cwd=env.REPOSITORY, pass_fds=(listener.fileno(),), stdin=subprocess.DEVNULL,
            preexec_fn=partial(confinement.die_with_parent, signal.SIGTERM),  # noqa: PLW1509 - no threads run while a server starts
        )  # fmt: skip
        listener.close()
        server = cls(process, port, 0.0)
        try:
            server._wait()
        except ServerFailed:
            server.stop()
            raise
        server.started_s = perf_counter() - started
        return server

    def _wait(self) -> None:
        until = time.monotonic() + STARTS_WITHIN_S
        while time.monotonic() < until and self.process.poll() is None:
            try:
                if Client(self, {}).ask("/healthz").status == 200:
                    return
            except OSError:
                time.sleep(0.01)
        raise ServerFailed(f"the web server did not answer in {STARTS_WITHIN_S} s")

    def stop(self) -> None:
        """Stop it, politely first."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(STOPS_WITHIN_S)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def pids(self) -> list[int]:
        """The master and its workers."""
        answer = subprocess.run(
            ["/bin/ps", "-o", "pid=", "--ppid", str(self.process.pid)], capture_output=True, text=True, check=False
        )
        return [self.process.pid, *map(int, answer.stdout.split())]


@dataclass(frozen=True, slots=True)
class Answer:
    """A response."""

    status: int
    body: bytes


class Client:
    """One connection that stays open."""

    def __init__(self, server: WebServer, headers: Mapping[str, str]) -> None:
        self._connection = http.client.HTTPConnection(HOST, server.port, timeout=60)
        self._headers = dict(headers)

    def ask(self, path: str, body: bytes | None = None) -> Answer:
        """GET, or POST of JSON where there is a body; once more where the server has closed the idle connection."""
        try:
            return self._ask(path, body)
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
            self._connection.close()
            return self._ask(path, body)

    def _ask(self, path: str, body: bytes | None) -> Answer:
        headers = {**self._headers, "Content-Type": "application/json"} if body is not None else self._headers
        self._connection.request("POST" if body is not None else "GET", path, body, headers)
        response = self._connection.getresponse()
        return Answer(response.status, response.read())

    def ask_well(self, path: str, body: bytes | None = None) -> Answer:
        """Like `ask`.

        Raises:
            ServerFailed: the answer is not 200.
        """
        answer = self.ask(path, body)
        if answer.status != 200:
            raise ServerFailed(f"{path}: {answer.status} {answer.body[:300]!r}")
        return answer


def time_requests(
    client: Client, path: str, body: bytes | None = None, *, times: int, warm_up: int = 20
) -> list[float]:
    """Seconds of each of `times` requests, one after the other."""
    for _ in range(warm_up):
        client.ask_well(path, body)
    seconds = []
    for _ in range(times):
        started = perf_counter()
        client.ask_well(path, body)
        seconds.append(perf_counter() - started)
    return seconds


def count_requests(server: WebServer, headers: Mapping[str, str], path: str, *, clients: int, for_s: float) -> float:
    """Requests per second that `clients` at once get answered."""
    until = perf_counter() + for_s

    def ask_until_over(_number: int) -> int:
        client, asked = Client(server, headers), 0
        while perf_counter() < until:
            client.ask_well(path)
            asked += 1
        return asked

    started = perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        asked = sum(pool.map(ask_until_over, range(clients)))
    return asked / (perf_counter() - started)

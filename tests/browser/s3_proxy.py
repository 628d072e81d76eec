"""The CORS rule of a real bucket, in front of the S3 server of the tests, which has none that browsers accept."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit


@dataclass
class Bucket:
    """Where the bucket listens, and what browsers have sent to it: (method, path, bytes)."""

    url: str
    sent: list[tuple[str, str, int]] = field(default_factory=list)


class _Relay(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    target: int
    bucket: Bucket

    def do_OPTIONS(self) -> None:
        self._answer(204, [], b"")

    def _relay(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        if "Origin" in self.headers:
            self.bucket.sent.append((self.command, urlsplit(self.path).path, length))
        # The host is part of what was signed, so it is passed on as it came.
        connection = http.client.HTTPConnection("127.0.0.1", self.target)
        connection.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
        for name, value in self.headers.items():
            if name.lower() != "connection":
                connection.putheader(name, value)
        connection.endheaders(body)
        with connection.getresponse() as answer:
            self._answer(answer.status, answer.getheaders(), answer.read())
        connection.close()

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = _relay  # noqa: N815 - named by the standard library

    def _answer(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.send_response(status)
        length = str(len(body))
        for name, value in headers:
            if name.lower() == "content-length" and self.command == "HEAD":
                length = value
            elif not name.lower().startswith(("access-control", "transfer-encoding", "content-length", "connection")):
                self.send_header(name, value)
        self.send_header("Access-Control-Allow-Origin", "*")
        self.send_header("Access-Control-Allow-Methods", "PUT")
        self.send_header("Access-Control-Allow-Headers", "*")
        self.send_header("Access-Control-Expose-Headers", "ETag")
        self.send_header("Content-Length", length)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: Any) -> None:
        return


@contextmanager
def cors_before(url: str) -> Iterator[Bucket]:
    """Relay to an S3 server until the block ends."""
    relay = type("Relay", (_Relay,), {"target": urlsplit(url).port})
    server = ThreadingHTTPServer(("127.0.0.1", 0), relay)
    server.daemon_threads = True
    bucket = relay.bucket = Bucket(f"http://127.0.0.1:{server.server_address[1]}")  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield bucket
    finally:
        server.shutdown()
        server.server_close()

"""The house's side of the confined process: a few kept warm, replaced when they die, and never waited for too long."""

from __future__ import annotations

import atexit
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from assets.preview.confinement import Confinement
from assets.preview.examining import Examined
from assets.preview.messages import BadMessage, load_examined, load_preview, pack, read_header, read_lengths
from assets.preview.pictures import MAX_SIDE_PX, NoPreview, Preview
from assets.probe.formats import MediaType
from assets.probe.limits import DEFAULT_LIMITS, Limits
from pim.errors import Refused

FILES_PER_PROCESS = 1_000
START_TIMEOUT_S = 20.0
WALL_TIMEOUT_S = 55.0
"""Twice this fits into the worker's own limit; what bounds a file is its processor time, which a busy machine does not change."""
_ROOT = Path(__file__).resolve().parents[2]
_ENVIRONMENT = {
    "PATH": os.defpath,
    "LANG": "C.UTF-8",
    "PYTHONDONTWRITEBYTECODE": "1",
    "MALLOC_ARENA_MAX": "2",
}
"""Nothing of ours: no address of a database, no key."""


GONE = "gone"


class Ended(Exception):
    """The confined process did not answer. `why` is `crash`, `memory` or `time`; `gone` where it was not the file's doing."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def examine_file(file: BinaryIO, filename: str = "", *, limits: Limits = DEFAULT_LIMITS) -> Examined:
    """Learn everything about a file of a stranger, in a confined process.

    A file that no preview can be made of, for whatever reason, has `measures["no_preview"]`.

    Raises:
        Refused: as `probe` does; `check_failed` where even reading it stops the process.
        Ended: `gone`, twice: no process could be kept; nothing is said about the file, so ask again later.
    """
    request = {
        "task": "examine",
        "filename": filename,
        "limits": asdict(limits),
        "ffmpeg": shutil.which("ffmpeg") or "",
        "makes_preview": True,
        "confinement": asdict(Confinement(may_execute=True)),
    }
    with _descriptor_of(file) as descriptor:
        try:
            return _ask_to_examine(request, descriptor)
        except Ended as ended:
            if ended.why == GONE:
                raise
            why = ended.why
        try:
            examined = _ask_to_examine(request | {"makes_preview": False}, descriptor)
        except Ended as again:
            if again.why == GONE:
                raise
            raise Refused("check_failed", _explain_refusal(again.why)) from again
    if examined.facts.media.pillow:
        return examined
    examined.facts.measures.setdefault("no_preview", _explain(why))
    return examined


def render_page(file: BinaryIO, media: MediaType, page: int, *, max_side_px: int = MAX_SIDE_PX) -> Preview:
    """Draw one page (from 1) of a PDF or TIFF, in a confined process.

    Raises:
        NoPreview: there is no such page, or it cannot be drawn.
    """
    request = {
        "task": "page",
        "media": media.name,
        "page": page,
        "max_side_px": max_side_px,
        "confinement": asdict(Confinement()),
    }
    with _descriptor_of(file) as descriptor:
        try:
            header, content = _ask(request, descriptor)
            if "none" in header:
                raise NoPreview(str(header["none"])[:500])
            return load_preview(header["preview"], content)
        except (Ended, BadMessage, KeyError, TypeError) as error:
            raise NoPreview(_explain(error.why if isinstance(error, Ended) else "crash")) from error


def _ask_to_examine(request: dict[str, Any], descriptor: int) -> Examined:
    header, content = _ask(request, descriptor)
    try:
        if refused := header.get("refused"):
            raise Refused(str(refused["code"])[:50], str(refused["message"])[:500])
        return load_examined(header, content)
    except (BadMessage, KeyError, TypeError) as error:
        raise Ended("crash") from error


def _explain(why: str) -> str:
    return {
        "memory": _("No preview: making one takes more memory than it may."),
        "time": _("No preview: making one takes too long."),
    }.get(why, _("No preview: the file stopped the program that reads it."))


def _explain_refusal(why: str) -> str:
    return {
        "memory": _("The file could not be checked: reading it takes more memory than it may."),
        "time": _("The file could not be checked: reading it takes too long."),
    }.get(why, _("The file could not be checked: it stopped the program that reads it."))


@contextmanager
def _descriptor_of(file: BinaryIO) -> Iterator[int]:
    """The file as the system knows it; what is in memory or in an archive is written down for that."""
    file.seek(0)
    try:
        descriptor = file.fileno()
    except (OSError, AttributeError):
        with tempfile.TemporaryFile() as written:
            shutil.copyfileobj(file, written, 1 << 20)
            written.flush()
            yield written.fileno()
    else:
        yield descriptor
    file.seek(0)


class _Process:
    """One warm process and the socket to it."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            self._line = ours
            self._process = subprocess.Popen(
                [sys.executable, "-m", "assets.preview.child", str(theirs.fileno())],
                cwd=_ROOT,
                env=_ENVIRONMENT,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),),
                start_new_session=True,
            )
        self.served = 0

    def ask(self, request: dict[str, Any], descriptor: int) -> tuple[dict[str, Any], bytes]:
        """Send a request with its file, and wait for the answer.

        Raises:
            Ended: there is none.
        """
        self._line.settimeout(WALL_TIMEOUT_S + (0 if self.served else START_TIMEOUT_S))
        self.served += 1
        try:
            message = pack(request)[8:]
            socket.send_fds(self._line, [message], [descriptor])
            header_bytes, content_bytes = read_lengths(self._receive(8))
            header = read_header(self._receive(header_bytes))
            content = self._receive(content_bytes)
        except TimeoutError as error:
            raise Ended("time") from error
        except BadMessage as error:
            raise Ended("crash") from error
        except OSError as error:
            raise Ended(GONE) from error
        if ended := header.get("ended"):
            raise Ended(str(ended)[:20])
        return header, content

    def _receive(self, length: int) -> bytes:
        parts = bytearray()
        while len(parts) < length:
            part = self._line.recv(min(length - len(parts), 1 << 20))
            if not part:
                raise Ended(GONE)
            parts += part
        return bytes(parts)

    @property
    def is_fresh(self) -> bool:
        """Whether it may serve on."""
        return self.served < FILES_PER_PROCESS and self._process.poll() is None

    def stop(self) -> None:
        """End it and whatever it has started."""
        self._line.close()
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(timeout=10)

    def forget(self) -> None:
        """In a forked copy of this process: close our end only, the other one is not ours."""
        self._line.close()
        self._process.returncode = 0


class _Pool:
    """The warm processes of this one; each serves one thread at a time."""

    def __init__(self) -> None:
        self._idle: list[_Process] = []
        self._lock = threading.Lock()

    @contextmanager
    def borrow(self) -> Iterator[_Process]:
        with self._lock:
            process = self._idle.pop() if self._idle else None
        if process is not None and not process.is_fresh:
            process.stop()
            process = None
        process = process or _Process()
        try:
            yield process
        except BaseException:
            # After a file that went wrong nobody knows what is still under way.
            process.stop()
            raise
        if process.is_fresh:
            with self._lock:
                self._idle.append(process)
        else:
            process.stop()

    def close(self) -> None:
        with self._lock:
            idle, self._idle = self._idle, []
        for process in idle:
            process.stop()

    def start_anew(self) -> None:
        idle, self._idle, self._lock = self._idle, [], threading.Lock()
        for process in idle:
            process.forget()


_pool = _Pool()
atexit.register(_pool.close)
os.register_at_fork(after_in_child=_pool.start_anew)


def stop_processes() -> None:
    """End the warm processes; the next file starts new ones."""
    _pool.close()


def _ask(request: dict[str, Any], descriptor: int) -> tuple[dict[str, Any], bytes]:
    try:
        with _pool.borrow() as process:
            return process.ask(request, descriptor)
    except Ended as ended:
        if ended.why != GONE:
            raise
    # Somebody ended the warm process itself: the system, short of memory, or a person. The file gets another one.
    with _pool.borrow() as process:
        return process.ask(request, descriptor)

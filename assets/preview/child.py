"""The process that files of strangers are read in: it waits, and has a confined child of its own look at each file.

Started as `python -m assets.preview.child FD` with an empty environment; ends when the other end of the socket does.
"""

from __future__ import annotations

import gc
import os
import signal
import socket
import sys
import warnings
from typing import Any, BinaryIO

from django.conf import settings
from PIL import Image

from assets.preview.confinement import Confinement, confine, refuse_execution
from assets.preview.examining import draw_page, examine
from assets.preview.films import DEMUXERS
from assets.preview.messages import MAX_HEADER_BYTES, dump_examined, dump_preview, pack, read_header
from assets.preview.pictures import NoPreview
from assets.probe.formats import MEDIA_TYPES
from assets.probe.limits import Limits
from assets.probe.sniffing import SNIFF_BYTES, sniff
from pim.errors import Refused

_ANSWERED, _OUT_OF_MEMORY, _FAILED = 17, 18, 19
"""How a process that looked at a file ends. Zero is what a decoder says that ends by itself, without an answer."""


def main(descriptor: int) -> None:
    """Serve requests, one after the other."""
    # Sentences are kept in the database, so they are in one language.
    settings.configure(USE_I18N=False)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    warnings.simplefilter("ignore")
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    Image.init()
    gc.freeze()
    with socket.socket(fileno=descriptor) as line:
        while True:
            text, descriptors, _flags, _address = socket.recv_fds(line, MAX_HEADER_BYTES, 1)
            if not text:
                return
            request = read_header(text)
            _serve(line, request, descriptors[0])


def _serve(line: socket.socket, request: dict[str, Any], descriptor: int) -> None:
    """A file that kills its process is a sentence to the house, and nothing to this process."""
    worker = os.fork()
    if not worker:
        try:
            bounds = Confinement(**request["confinement"])
            confine(bounds)
            with os.fdopen(descriptor, "rb") as file:
                if bounds.may_execute and not _is_film(file, request["filename"]):
                    refuse_execution()
                line.sendall(_answer(request, file))
            status = _ANSWERED
        except MemoryError:
            status = _OUT_OF_MEMORY
        except BaseException:
            # Whatever it is, only that it was leaves this process.
            status = _FAILED
        os._exit(status)
    os.close(descriptor)
    _pid, status = os.waitpid(worker, 0)
    code = os.WEXITSTATUS(status) if os.WIFEXITED(status) else _FAILED
    if code != _ANSWERED:
        out_of_memory = code == _OUT_OF_MEMORY
        timed_out = os.WIFSIGNALED(status) and os.WTERMSIG(status) in {signal.SIGXCPU, signal.SIGKILL}
        line.sendall(pack({"ended": "memory" if out_of_memory else "time" if timed_out else "crash"}))


def _is_film(file: BinaryIO, filename: str) -> bool:
    """Whether ffmpeg has something to do."""
    media = sniff(file.read(SNIFF_BYTES), filename)
    file.seek(0)
    return media in DEMUXERS


def _answer(request: dict[str, Any], file: BinaryIO) -> bytes:
    try:
        if request["task"] == "page":
            media = MEDIA_TYPES[request["media"]]
            preview = draw_page(file, media, page=request["page"], max_side_px=request["max_side_px"])
            described, content = dump_preview(preview)
            return pack({"preview": described}, content)
        examined = examine(
            file,
            request["filename"],
            limits=Limits(**request["limits"]),
            ffmpeg=request["ffmpeg"],
            makes_preview=request["makes_preview"],
        )
        return pack(*dump_examined(examined))
    except Refused as refused:
        return pack({"refused": {"code": refused.code, "message": str(refused.message)}})
    except NoPreview as none:
        return pack({"none": str(none)})


if __name__ == "__main__":
    main(int(sys.argv[1]))

"""FLAC and Ogg, and the comments they share. Source: RFC 9639 (FLAC), RFC 3533 (Ogg), RFC 7845 (Opus), Vorbis I."""

from __future__ import annotations

import os
from typing import BinaryIO

from assets.probe.streams.stream import MAX_COVER_BYTES, DamagedStream, Stream, read_exactly

_COMMENT_BYTES = 256 << 10
_TAIL_BYTES = 128 << 10
_OPUS_RATE = 48_000


def read_flac(file: BinaryIO) -> Stream:
    """Length, comments and cover of a FLAC file."""
    stream = Stream()
    file.seek(4)
    for _block in range(128):
        head = read_exactly(file, 4)
        kind, size = head[0] & 0x7F, int.from_bytes(head[1:4], "big")
        after = file.tell() + size
        if kind == 0:
            body = read_exactly(file, 34)
            rate = int.from_bytes(body[10:13], "big") >> 4
            stream.lasts(int.from_bytes(body[13:18], "big") & (1 << 36) - 1, rate)
        elif kind == 4:
            _read_comments(stream, file.read(min(size, _COMMENT_BYTES)))
        elif kind == 6 and size <= MAX_COVER_BYTES:
            stream.cover = stream.cover or _find_picture(file.read(size))
        if head[0] & 0x80:
            break
        file.seek(after)
    return stream


def read_ogg(file: BinaryIO) -> Stream:
    """Length (by the position in the last page), size and comments of an Ogg file."""
    stream = Stream()
    head = file.read(_COMMENT_BYTES)
    rate, lead = 0, 0
    if (at := head.find(b"\x01vorbis")) >= 0:
        rate = int.from_bytes(head[at + 12 : at + 16], "little")
    elif (at := head.find(b"OpusHead")) >= 0:
        rate, lead = _OPUS_RATE, int.from_bytes(head[at + 10 : at + 12], "little")
    serial = _serial_of_page(head, at)
    if (at := head.find(b"\x80theora")) >= 0:
        stream.measures(int.from_bytes(head[at + 14 : at + 17], "big"), int.from_bytes(head[at + 17 : at + 20], "big"))
    for mark in (b"\x03vorbis", b"OpusTags", b"\x81theora"):
        if (at := head.find(mark)) >= 0:
            _read_comments(stream, head[at + len(mark) :])
    end = file.seek(0, os.SEEK_END)
    file.seek(max(0, end - _TAIL_BYTES))
    tail = file.read()
    last = tail.rfind(b"OggS")
    while last >= 0 and tail[last + 14 : last + 18] != serial:
        last = tail.rfind(b"OggS", 0, last)
    if last >= 0 and rate:
        stream.lasts(int.from_bytes(tail[last + 6 : last + 14], "little", signed=True) - lead, rate)
    return stream


def _serial_of_page(head: bytes, inside: int) -> bytes:
    """Which of several streams the page belongs to that has this in it."""
    page = head.rfind(b"OggS", 0, max(inside, 0))
    return head[page + 14 : page + 18] if page >= 0 else b""


def _read_comments(stream: Stream, body: bytes) -> None:
    at = 4 + int.from_bytes(body[:4], "little")
    count = int.from_bytes(body[at : at + 4], "little")
    at += 4
    for _comment in range(min(count, 200)):
        size = int.from_bytes(body[at : at + 4], "little")
        if at + 4 + size > len(body):
            return
        name, equals, text = body[at + 4 : at + 4 + size].decode("utf-8", "replace").partition("=")
        if equals and name.upper() != "METADATA_BLOCK_PICTURE":
            stream.tag(name, text)
        at += 4 + size


def _find_picture(body: bytes) -> bytes:
    """The picture in a FLAC picture block."""
    at = 4
    for _text in range(2):
        at += 4 + int.from_bytes(body[at : at + 4], "big")
    at += 16
    if at + 4 > len(body):
        raise DamagedStream
    return body[at + 4 : at + 4 + int.from_bytes(body[at : at + 4], "big")]

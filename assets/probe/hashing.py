"""Fingerprints of a file: of its bytes, of its picture's data whatever is said about it, and of what it looks like."""

from __future__ import annotations

import hashlib
import os
from typing import BinaryIO

from PIL import Image

from assets.probe import formats
from assets.probe.formats import MediaType
from assets.probe.modes import flatten_mode

CHUNK_BYTES = 1 << 20
_SIGNED_64 = 1 << 63
_MAX_SEGMENTS = 100_000
_STANDALONE = {0x01, *range(0xD0, 0xDA)}
_PNG_KEPT = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"acTL", b"fcTL", b"fdAT"}
_WEBP_KEPT = {b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF"}


def hash_file(file: BinaryIO) -> tuple[str, int]:
    """Read the file once from its beginning; return (SHA-256 in hex, size in bytes)."""
    file.seek(0)
    digest, size = hashlib.sha256(), 0
    while chunk := file.read(CHUNK_BYTES):
        digest.update(chunk)
        size += len(chunk)
    file.seek(0)
    return digest.hexdigest(), size


def hash_content(file: BinaryIO, media: MediaType) -> str:
    """SHA-256 of what decides the pixels: equal for copies that differ in metadata, profile and comments alone.

    Empty for formats whose parts cannot be told apart cheaply, and for damaged files.
    """
    digest = hashlib.sha256()
    file.seek(0)
    try:
        if media == formats.JPEG:
            _feed_jpeg(file, digest)
        elif media == formats.PNG:
            _feed_chunks(file, digest, start=8, order="big", kept=_PNG_KEPT)
        elif media == formats.WEBP:
            _feed_chunks(file, digest, start=12, order="little", kept=_WEBP_KEPT)
        else:
            return ""
    except (ValueError, IndexError):
        return ""
    return digest.hexdigest()


def _feed_jpeg(file: BinaryIO, digest: hashlib._Hash) -> None:
    """All segments but APPn and comments; the Adobe one stays, it says how colours are meant. Source: ITU-T T.81, B.1."""
    file.seek(2)
    for _segment in range(_MAX_SEGMENTS):
        marker = file.read(2)
        if len(marker) < 2 or marker[0] != 0xFF:
            raise ValueError(marker)
        if marker[1] in _STANDALONE:
            if marker[1] == 0xD9:
                return
            continue
        length = file.read(2)
        body_bytes = int.from_bytes(length, "big") - 2
        body = file.read(body_bytes)
        if len(body) != body_bytes or body_bytes < 0:
            raise ValueError(body_bytes)
        is_said = (0xE0 <= marker[1] <= 0xEF and not body.startswith(b"Adobe")) or marker[1] == 0xFE
        if not is_said:
            digest.update(marker + length + body)
        if marker[1] == 0xDA:
            # From the scan on it is data; what may follow a trailing preview is left in.
            while chunk := file.read(CHUNK_BYTES):
                digest.update(chunk)
            return
    raise ValueError(_MAX_SEGMENTS)


def _feed_chunks(file: BinaryIO, digest: hashlib._Hash, *, start: int, order: str, kept: set[bytes]) -> None:
    end = file.seek(0, os.SEEK_END)
    at, is_png = start, order == "big"
    for _chunk in range(_MAX_SEGMENTS):
        if at + 8 > end:
            return
        file.seek(at)
        head = file.read(8)
        name = head[4:] if is_png else head[:4]
        size = int.from_bytes(head[:4], "big") if is_png else int.from_bytes(head[4:], "little")
        if name in kept:
            # IDAT chunks are one stream, however it is cut.
            digest.update(b"" if name == b"IDAT" else name)
            left = min(size, end - at - 8)
            while left > 0 and (chunk := file.read(min(left, CHUNK_BYTES))):
                digest.update(chunk)
                left -= len(chunk)
        at += 8 + size + (4 if is_png else size % 2)
    raise ValueError(_MAX_SEGMENTS)


def difference_hash(picture: Image.Image) -> int:
    """Hash what the picture looks like: one bit per neighbour pair of a 9 × 8 grey thumbnail, brighter to the right.

    Signed, so that it fits a PostgreSQL bigint. Near duplicates differ in few bits.
    Source: N. Krawetz, "Kind of Like That" (dHash), 2013.
    """
    grey = flatten_mode(picture).convert("L").resize((9, 8), Image.Resampling.BOX)
    pixels = grey.tobytes()
    bits = 0
    for row in range(8):
        for column in range(8):
            left = pixels[row * 9 + column]
            bits = bits << 1 | (pixels[row * 9 + column + 1] > left)
    return bits - (1 << 64) if bits >= _SIGNED_64 else bits

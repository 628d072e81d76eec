"""Fingerprints of a file: exact (SHA-256 of its bytes) and perceptual (64-bit difference hash of its picture)."""

from __future__ import annotations

import hashlib
from typing import BinaryIO

from PIL import Image

from assets.probe.modes import flatten_mode

CHUNK_BYTES = 1 << 20
_SIGNED_64 = 1 << 63


def hash_file(file: BinaryIO) -> tuple[str, int]:
    """Read the file once from its beginning; return (SHA-256 in hex, size in bytes)."""
    file.seek(0)
    digest, size = hashlib.sha256(), 0
    while chunk := file.read(CHUNK_BYTES):
        digest.update(chunk)
        size += len(chunk)
    file.seek(0)
    return digest.hexdigest(), size


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

"""What goes between the house and the confined process: JSON and bytes, so that a process gone bad can say nothing else."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from PIL import Image

from assets.preview.examining import Examined
from assets.preview.pictures import MAX_PREVIEW_BYTES, MEDIA, Preview
from assets.probe.facts import Facts
from assets.probe.formats import MEDIA_TYPES
from assets.probe.modes import RESAMPLED_MODES
from pim.values.specs import Json

MAX_HEADER_BYTES = 4 << 20
_MAX_COPY_SIDE_PX = 4_096
_MAX_PROFILE_BYTES = 4 << 20
_SHA_CHARACTERS = set("0123456789abcdef")


class BadMessage(Exception):
    """It is not what an honest process sends."""


def pack(header: Mapping[str, Any], content: bytes = b"") -> bytes:
    """Lengths, header, content."""
    text = json.dumps(header, ensure_ascii=True).encode()
    return len(text).to_bytes(4, "big") + len(content).to_bytes(4, "big") + text + content


def read_lengths(eight: bytes) -> tuple[int, int]:
    """Raises: BadMessage."""
    header, content = int.from_bytes(eight[:4], "big"), int.from_bytes(eight[4:], "big")
    if header > MAX_HEADER_BYTES or content > MAX_PREVIEW_BYTES:
        raise BadMessage
    return header, content


def read_header(text: bytes) -> dict[str, Any]:
    """Raises: BadMessage."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadMessage from error
    if not isinstance(found, dict):
        raise BadMessage
    return found


def dump_examined(examined: Examined) -> tuple[dict[str, Any], bytes]:
    """Header and content of what was learned."""
    facts = {name: getattr(examined.facts, name) for name in Facts.__dataclass_fields__ if name != "media"}
    header: dict[str, Any] = {"facts": facts | {"media": asdict(examined.facts.media)["name"]}}
    content = b""
    if examined.preview is not None:
        header["preview"], content = dump_preview(examined.preview)
        header["preview"]["bytes"] = len(content)
    if examined.copy is not None:
        copy, profile = examined.copy, examined.profile[:_MAX_PROFILE_BYTES]
        header["copy"] = {"mode": copy.mode, "size": copy.size, "profile_bytes": len(profile)}
        content += profile + copy.tobytes()
    return header, content


def dump_preview(preview: Preview) -> tuple[dict[str, Any], bytes]:
    """Header and content of one page's picture."""
    described = {"extension": preview.extension, "size": [preview.width_px, preview.height_px], "page": preview.page}
    return described, preview.content


def load_examined(header: Mapping[str, Any], content: bytes) -> Examined:
    """Build what was learned out of what was sent, each part by its type.

    Raises:
        BadMessage: a part is missing or of another type.
    """
    try:
        facts = header["facts"]
        sha256 = str(facts["sha256"])
        if len(sha256) != 64 or not set(sha256) <= _SHA_CHARACTERS:
            raise BadMessage
        learned = Facts(
            media=MEDIA_TYPES[facts["media"]],
            sha256=sha256,
            size_bytes=int(facts["size_bytes"]),
            width_px=_count(facts["width_px"]),
            height_px=_count(facts["height_px"]),
            duration_ms=_count(facts["duration_ms"], 1 << 62),
            pages=_count(facts["pages"]),
            dhash=_hash(facts["dhash"]),
            content_sha256=str(facts["content_sha256"])[:64],
            palette=tuple(int(colour) & 0xFFFFFF for colour in facts["palette"])[:16],
            measures=_object(facts["measures"]),
            metadata=_object(facts["metadata"]),
        )
        described = header.get("preview")
        cut = int(described["bytes"]) if described else 0
        preview = load_preview(described, content[:cut]) if described else None
        copy, profile = _load_copy(header.get("copy"), content[cut:])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadMessage from error
    return Examined(learned, preview, copy, profile)


def _load_copy(described: Mapping[str, Any] | None, content: bytes) -> tuple[Image.Image | None, bytes]:
    """Raw pixels: there is nothing in them to decode."""
    if described is None:
        return None, b""
    mode, (width, height), cut = str(described["mode"]), described["size"], int(described["profile_bytes"])
    if mode not in RESAMPLED_MODES or not 0 < width <= _MAX_COPY_SIDE_PX or not 0 < height <= _MAX_COPY_SIDE_PX:
        raise BadMessage
    return Image.frombytes(mode, (width, height), content[cut:]), content[:cut]


def load_preview(described: Mapping[str, Any], content: bytes) -> Preview:
    """Raises: BadMessage."""
    try:
        extension = str(described["extension"])
        width, height = (int(side) for side in described["size"])
        if extension not in MEDIA or not content or min(width, height) < 1:
            raise BadMessage
        return Preview(content, extension, width, height, int(described["page"]))
    except (KeyError, TypeError, ValueError) as error:
        raise BadMessage from error


def _count(value: object, most: int = (1 << 31) - 1) -> int | None:
    if value is None:
        return None
    if not isinstance(value, int) or not 0 <= value <= most:
        raise BadMessage
    return value


def _hash(value: object) -> int | None:
    if value is None:
        return None
    if not isinstance(value, int) or not -(1 << 63) <= value < 1 << 63:
        raise BadMessage
    return value


def _object(value: object) -> dict[str, Json]:
    if not isinstance(value, dict):
        raise BadMessage
    return value

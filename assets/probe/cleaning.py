"""Make what a file says about itself safe to keep: plain JSON, bounded, without what breaks databases and pages."""

from __future__ import annotations

import json
import math
from typing import SupportsFloat

from pim.values.specs import Json

MAX_TEXT = 8_000
MAX_ITEMS = 300
MAX_METADATA_BYTES = 200_000


def clean(value: object) -> Json:
    """Make a tag's value safe JSON: bytes become text, NUL and lone surrogates go, long text is cut."""
    match value:
        case bool() | None:
            cleaned: Json = value
        case bytes():
            cleaned = clean(decode(value)) if len(value) <= MAX_TEXT else None
        case str():
            cleaned = "".join(char for char in value[:MAX_TEXT] if char.isprintable() or char in "\n\t").strip()
        case int():
            cleaned = value if abs(value) < 1 << 53 else str(value)[:100]
        case list() | tuple():
            cleaned = [clean(item) for item in value[:MAX_ITEMS]]
        case dict():
            cleaned = {str(clean(str(key)))[:100]: clean(item) for key, item in list(value.items())[:MAX_ITEMS]}
        case SupportsFloat():
            cleaned = _number(value)
        case _:
            cleaned = None
    return cleaned


def decode(raw: bytes) -> str:
    """Text of an unknown encoding: UTF-8, else Latin-1, which older cameras and programs wrote."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def bound(blocks: dict[str, Json], *, max_bytes: int = MAX_METADATA_BYTES) -> dict[str, Json]:
    """Leave out the bulkiest entries of the bulkiest blocks until all of it is small enough to keep in a row."""
    sizes = {name: len(json.dumps(block)) for name, block in blocks.items()}
    kept = dict(blocks)
    while sum(sizes.values()) > max_bytes:
        name = max(sizes, key=lambda each: sizes[each])
        block = kept[name]
        if isinstance(block, dict) and len(block) > 1:
            bulkiest = max(block, key=lambda key: len(json.dumps(block[key])))
            kept[name] = {key: value for key, value in block.items() if key != bulkiest}
            sizes[name] = len(json.dumps(kept[name]))
        else:
            del kept[name], sizes[name]
    return kept


def _number(value: SupportsFloat) -> Json:
    """Fractions of a broken file may divide by zero."""
    try:
        number = float(value)
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    return round(number, 6) if math.isfinite(number) else None

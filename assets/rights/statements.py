"""What a file says about its own rights, read from the blocks that `assets.probe` has extracted.

Sources: IPTC IIM 4.2, XMP Rights Management, PLUS licence data format 2.0, IPTC Photo Metadata Standard.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

Metadata = Mapping[str, Any]

_MAX_TEXT = 2_000


@dataclass(frozen=True, slots=True)
class Statement:
    """The rights fields of a file; empty where it says nothing. `digital_source` is the last part of its vocabulary's URL."""

    copyright: str = ""
    creator: str = ""
    credit: str = ""
    usage_terms: str = ""
    statement_url: str = ""
    licensor_url: str = ""
    digital_source: str = ""
    release_date: date | None = None
    expiry_date: date | None = None

    @property
    def is_empty(self) -> bool:
        """Whether the file says nothing at all."""
        return self == Statement()


def read_statement(metadata: Metadata) -> Statement:
    """Read the rights fields of a file's metadata; XMP first, since it is what tools of today keep up to date."""
    return Statement(
        copyright=_first(metadata, ("xmp", "rights"), ("iptc", "copyright"), ("exif", "Copyright")),
        creator=_first(metadata, ("xmp", "creator"), ("iptc", "by_line"), ("exif", "Artist")),
        credit=_first(metadata, ("xmp", "Credit"), ("iptc", "credit")),
        usage_terms=_first(metadata, ("xmp", "UsageTerms")),
        statement_url=_url(_first(metadata, ("xmp", "WebStatement"))),
        licensor_url=_url(_first(metadata, ("xmp", "LicensorURL"))),
        digital_source=_first(metadata, ("xmp", "DigitalSourceType"), ("xmp", "DigitalSourcetype")).rpartition("/")[2],
        release_date=_day(_first(metadata, ("iptc", "release_date"))),
        expiry_date=_day(_first(metadata, ("iptc", "expiration_date"))),
    )


def _first(metadata: Metadata, *paths: tuple[str, str]) -> str:
    for block_name, name in paths:
        block = metadata.get(block_name)
        value = block.get(name) if isinstance(block, Mapping) else None
        if isinstance(value, list):
            value = next((item for item in value if item), None)
        if isinstance(value, str) and value.strip():
            return value.strip()[:_MAX_TEXT]
    return ""


def _url(text: str) -> str:
    return text if re.match(r"https?://\S+$", text) else ""


def _day(text: str) -> date | None:
    """IIM writes CCYYMMDD; others write ISO 8601."""
    digits = re.sub(r"\D", "", text)[:8]
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return None

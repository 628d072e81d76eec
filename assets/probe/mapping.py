"""Which embedded fields become which of ours: the table that decides, and the one function that applies it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from assets.probe.metadata import first_text
from pim.values.specs import Json

MAX_KEYWORDS = 100
MAX_KEYWORD_CHARACTERS = 100

_Paths = tuple[tuple[str, str], ...]

TEXTS: Mapping[str, _Paths] = {
    "title": (
        ("xmp", "title"), ("iptc", "object_name"), ("xmp", "Headline"), ("iptc", "headline"), ("exif", "XPTitle"),
        ("pdf", "Title"), ("media", "title"),
    ),
    "description": (
        ("xmp", "description"), ("iptc", "caption"), ("exif", "ImageDescription"), ("exif", "XPSubject"),
        ("pdf", "Subject"), ("media", "description"), ("media", "comment"),
    ),
    "alt": (("xmp", "AltTextAccessibility"),),
    "creator": (
        ("xmp", "creator"), ("iptc", "by_line"), ("exif", "Artist"), ("exif", "XPAuthor"), ("pdf", "Author"),
        ("media", "artist"),
    ),
    "credit": (("xmp", "Credit"), ("iptc", "credit")),
    "copyright": (("xmp", "rights"), ("iptc", "copyright"), ("exif", "Copyright"), ("media", "copyright")),
    "usage_terms": (("xmp", "UsageTerms"), ("iptc", "instructions"), ("xmp", "Instructions")),
    "rights_url": (("xmp", "WebStatement"), ("xmp", "license")),
}  # fmt: skip
"""{our field: where to look, best first}. Source: IPTC Photo Metadata Standard 2023.2, the mapping of its fields."""

_KEYWORDS: _Paths = (
    ("xmp", "subject"),
    ("iptc", "keywords"),
    ("exif", "XPKeywords"),
    ("pdf", "Keywords"),
    ("media", "keywords"),
)
_CAPTURED: _Paths = (
    ("exif", "DateTimeOriginal"), ("xmp", "DateCreated"), ("exif", "DateTimeDigitized"), ("xmp", "CreateDate"),
    ("iptc", "date_created"), ("media", "creationdate"), ("media", "date"), ("pdf", "CreationDate"),
)  # fmt: skip
_DATE = re.compile(r"(?:D:)?(\d{4})[:\-/]?(\d{2})[:\-/]?(\d{2})(?:[T ]?(\d{2}):?(\d{2})(?::?(\d{2}))?)?")


@dataclass(frozen=True, slots=True)
class Mapped:
    """What a file says about itself, in our words; empty where it says nothing.

    `digital_source` is the last part of the IPTC term. `captured` is a day or a local time in ISO form. The place of
    a picture is not among these: it stays in the raw metadata.
    """

    title: str = ""
    description: str = ""
    alt: str = ""
    keywords: tuple[str, ...] = ()
    creator: str = ""
    credit: str = ""
    copyright: str = ""
    usage_terms: str = ""
    rights_url: str = ""
    digital_source: str = ""
    captured: str = ""
    camera: str = ""


def mapped(metadata: Mapping[str, Json]) -> Mapped:
    """Read our fields out of a version's raw metadata."""
    texts = {name: first_text(metadata, paths, longest=2_000) for name, paths in TEXTS.items()}
    url = texts["rights_url"]
    texts["rights_url"] = url if url.startswith(("https://", "http://")) else ""
    source = first_text(metadata, (("xmp", "DigitalSourceType"),))
    return Mapped(
        **texts,
        keywords=_keywords(metadata),
        digital_source=source.rstrip("/").rpartition("/")[2][:50],
        captured=_find_date(metadata),
        camera=_find_camera(metadata),
    )


def _keywords(metadata: Mapping[str, Json]) -> tuple[str, ...]:
    """All of them, each once, whatever its case; from the first block that has any."""
    for block_name, name in _KEYWORDS:
        block = metadata.get(block_name)
        value = block.get(name) if isinstance(block, dict) else None
        words = [value] if isinstance(value, str) else value if isinstance(value, list) else []
        split = (part for word in words if isinstance(word, str) for part in _split(word))
        if found := _distinct(split):
            return found
    return ()


def _split(words: str) -> list[str]:
    return words.replace(";", ",").split(",")


def _distinct(words: Iterable[str]) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for word in words:
        cleaned = " ".join(word.split())[:MAX_KEYWORD_CHARACTERS]
        if cleaned:
            found.setdefault(cleaned.casefold(), cleaned)
    return tuple(found.values())[:MAX_KEYWORDS]


def _find_date(metadata: Mapping[str, Json]) -> str:
    for path in _CAPTURED:
        found = _DATE.match(first_text(metadata, (path,)))
        if found and found[1] > "1800" and "01" <= found[2] <= "12" and "01" <= found[3] <= "31":
            day = f"{found[1]}-{found[2]}-{found[3]}"
            if found[4] and found[4] < "24" and found[5] < "60":
                return f"{day}T{found[4]}:{found[5]}:{found[6] or '00'}"
            return day
    return ""


def _find_camera(metadata: Mapping[str, Json]) -> str:
    make = first_text(metadata, (("exif", "Make"), ("media", "make")))
    model = first_text(metadata, (("exif", "Model"), ("media", "model")))
    brand = make.split()[0] if make else ""
    return model if model.lower().startswith(brand.lower()) else f"{brand} {model}".strip()

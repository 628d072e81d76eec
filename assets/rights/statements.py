"""What a file says about its own rights, read from the blocks that `assets.probe` has extracted.

Sources: IPTC IIM 4.2, XMP Rights Management, PLUS licence data format 2.0, IPTC Photo Metadata Standard.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from pim.errors import Problem

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

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


@dataclass(frozen=True, slots=True)
class Agreed:
    """What the house has written down, to be held against what the file says."""

    has_license: bool = False
    copyright: str = ""
    credit: str = ""
    usage_terms: str = ""
    statement_url: str = ""
    digital_source: str = ""
    valid_from: date | None = None
    valid_until: date | None = None


def find_contradictions(said: Statement, agreed: Agreed) -> list[Problem]:
    """Where the file and the house do not say the same; warnings, since the house's word counts.

    Words are compared without regard to case and spaces; what one of both does not say is no contradiction.
    """
    found = [
        _warn(code, sentence, theirs, ours)
        for code, sentence, theirs, ours in (
            ("copyright_differs", _("The file names the holder “%(file)s”, the licence “%(house)s”."),
             said.copyright, agreed.copyright),
            ("credit_differs", _("The file asks for the credit “%(file)s”, the licence for “%(house)s”."),
             said.credit, agreed.credit),
            ("usage_terms_differ", _("The file says other terms of use than the licence: “%(file)s”."),
             said.usage_terms, agreed.usage_terms),
            ("statement_differs", _("The file points at %(file)s for its rights, the licence at %(house)s."),
             said.statement_url, agreed.statement_url),
            ("digital_source_differs", _("The file says it came to be as “%(file)s”, the house says “%(house)s”."),
             said.digital_source, agreed.digital_source),
        )
        if theirs and ours and _plain(theirs) != _plain(ours)
    ]  # fmt: skip
    if (said.copyright or said.usage_terms or said.statement_url) and not agreed.has_license:
        words = said.copyright or said.usage_terms or said.statement_url
        found.append(
            _warn("license_missing", _("The file names a holder (“%(file)s”), but it has no licence."), words, "")
        )
    if said.expiry_date and (agreed.valid_until is None or said.expiry_date < agreed.valid_until):
        sentence = _("The file says that it may not be used after %(file)s.")
        found.append(_warn("file_expires_earlier", sentence, said.expiry_date.isoformat(), ""))
    if said.release_date and (agreed.valid_from is None or agreed.valid_from < said.release_date):
        sentence = _("The file says that it may not be used before %(file)s.")
        found.append(_warn("file_begins_later", sentence, said.release_date.isoformat(), ""))
    return found


def _warn(code: str, sentence: StrOrPromise, theirs: str, ours: str) -> Problem:
    return Problem(code, str(sentence) % {"file": theirs[:200], "house": ours[:200]}, level="warning")


def _plain(text: str) -> str:
    return " ".join(text.casefold().split()).removeprefix("© ").removeprefix("(c) ").rstrip("./")


def read_statement(metadata: Metadata) -> Statement:
    """Read the rights fields of a file's metadata; XMP first, since it is what tools of today keep up to date."""
    return Statement(
        copyright=_first(metadata, ("xmp", "rights"), ("iptc", "copyright"), ("exif", "Copyright")),
        creator=_first(metadata, ("xmp", "creator"), ("iptc", "by_line"), ("exif", "Artist")),
        credit=_first(metadata, ("xmp", "Credit"), ("iptc", "credit")),
        usage_terms=_first(metadata, ("xmp", "UsageTerms")),
        statement_url=_url(_first(metadata, ("xmp", "WebStatement"))),
        licensor_url=_url(_licensor(metadata)),
        digital_source=_first(metadata, ("xmp", "DigitalSourceType")).rstrip("/").rpartition("/")[2],
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


def _licensor(metadata: Metadata) -> str:
    """PLUS keeps licensors as a list of structures; the first one that has an address counts."""
    block = metadata.get("xmp")
    licensors = block.get("Licensor") if isinstance(block, Mapping) else None
    for licensor in licensors if isinstance(licensors, list) else [licensors]:
        if isinstance(licensor, Mapping) and isinstance(licensor.get("LicensorURL"), str):
            return str(licensor["LicensorURL"]).strip()
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

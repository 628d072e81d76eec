"""Codes of assets, made from file names and never given twice."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import reduce
from operator import or_
from pathlib import PurePosixPath

from django.db.models import Q

from assets.models import Asset

MAX_CODE = 100
_FOREIGN = re.compile(r"[^A-Za-z0-9]+")


def propose_code(filename: str) -> str:
    """A code in the house's alphabet: `Föhn (1).JPG` → `Fohn_1`."""
    stem = PurePosixPath(filename.replace("\\", "/")).stem
    plain = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode()
    return _FOREIGN.sub("_", plain).strip("_")[: MAX_CODE - 8] or "asset"


def take_codes(filenames: Sequence[str]) -> list[str]:
    """Free codes for new assets, in the order of the names; two queries.

    Two writers may take the same one at the same time: the second one's insert fails, and it asks again.
    """
    wanted = [propose_code(name) for name in filenames]
    starts = {code.lower() for code in wanted}
    taken = set(Asset.objects.filter(code_key__in=starts).values_list("code_key", flat=True))
    if taken:
        numbered = reduce(or_, (Q(code_key__startswith=f"{start}_") for start in taken))
        taken.update(Asset.objects.filter(numbered).values_list("code_key", flat=True))
    codes = []
    for code in wanted:
        free, number = code, 2
        while free.lower() in taken:
            free, number = f"{code}_{number}", number + 1
        taken.add(free.lower())
        codes.append(free)
    return codes

"""The figures of the library's health in the words and widths in which the page shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from assets.choices import AssetKind
from assets.models import AssetFamily
from assets.services.hygiene.finding import BUCKETS
from pim.models import Locale
from pim.values.labels import label_of


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of a chart. `width` is in percent of the longest, or of the whole."""

    label: str
    value: int
    width: float
    url: str = ""
    tone: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Weight:
    """Files of one sort and what they weigh. `width` is in percent of the heaviest."""

    label: str
    detail: str
    files: int
    size_bytes: int
    width: float
    old_bytes: int = 0


_TONES = {"definite": "is-bad", "probable": "is-warn", "recent": "", "former": "", "protected": "is-good"}
_KINDS = dict(AssetKind.choices)


def describe_figures(data: Mapping[str, Any]) -> dict[str, Any]:
    """All that the page shows, from what was counted."""
    total, unused = data["assets"], data["unused"]
    reuse = data["reuse"]
    return {
        **data,
        "unused_total": sum(unused.values()),
        "unused_sure": unused["definite"] + unused["probable"],
        "buckets": [
            Bar(
                str(label),
                unused[code.value],
                _percent(unused[code.value], total),
                f"{_list('unused')}?of={code.value}",
                _TONES[code.value],
                str(hint),
            )
            for code, (label, hint) in BUCKETS.items()
        ],
        "locales": _describe_alt(data["alt"], data["pictures"]),
        "reuse_percent": round(_percent(reuse["reused"], reuse["used"])),
        "used_percent": round(_percent(reuse["used"], total)),
        "preset_weights": _weigh(
            [(row["preset"], row["format"], row["files"], row["size_bytes"], 0) for row in data["presets"]]
        ),
        "original_weights": _weigh(_name_originals(data["originals"])),
        "preset_bytes": sum(row["size_bytes"] for row in data["presets"]),
        "original_bytes": sum(row["size_bytes"] for row in data["originals"]),
        "old_bytes": sum(row["old_bytes"] for row in data["originals"]),
        "broken": data["versions"] + data["renditions"],
        "urls": {name: _list(name) for name in ("versions", "renditions", "expiring")},
    }


def _describe_alt(missing: Mapping[str, int], pictures: int) -> list[Bar]:
    names = {row.code: str(row) for row in Locale.objects.filter(code__in=missing)}
    return [
        Bar(names.get(code, code), count, _percent(count, pictures), f"{_list('alt')}?of={code}")
        for code, count in sorted(missing.items(), key=lambda pair: -pair[1])
    ]


def _name_originals(rows: Sequence[Mapping[str, Any]]) -> list[tuple[str, str, int, int, int]]:
    labels = dict(AssetFamily.objects.filter(code__in={row["family"] for row in rows}).values_list("code", "labels"))
    return [
        (
            str(_KINDS.get(row["kind"], row["kind"])),
            label_of(labels.get(row["family"]) or {}, row["family"]) if row["family"] else "",
            row["files"],
            row["size_bytes"],
            row["old_bytes"],
        )
        for row in rows
    ]


def _weigh(rows: Sequence[tuple[str, str, int, int, int]]) -> list[Weight]:
    heaviest = max((size for _label, _detail, _files, size, _old in rows), default=0)
    return [
        Weight(label, detail, files, size, _percent(size, heaviest), old) for label, detail, files, size, old in rows
    ]


def _list(kind: str) -> str:
    return reverse("admin:assets_hygienereport_list", args=[kind])


def _percent(part: int, whole: int) -> float:
    return round(100 * part / whole, 1) if whole else 0.0

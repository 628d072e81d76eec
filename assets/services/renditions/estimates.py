"""What a changed preset costs before anybody runs it: files, time, bytes; from what drawing has taken so far."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Avg, F, FloatField, Sum
from django.db.models.functions import Cast

from assets.choices import RenditionState
from assets.models import AssetVersion, Rendition
from assets.render import Preset, plan_geometry
from assets.services.renditions.presets import get_presets
from assets.services.renditions.redrawing import changed_formats, drawn_by

_SAMPLE = 200
_HISTORY = 2_000
# Milliseconds and bytes for a megapixel, where nothing of a format has been drawn yet; measured on two cores.
_USUAL_MS = {"jpeg": 60.0, "png": 150.0, "webp": 160.0, "avif": 450.0}
_USUAL_BYTES = {"jpeg": 180_000.0, "png": 1_600_000.0, "webp": 110_000.0, "avif": 80_000.0}
_MEGA = 1_000_000


@dataclass(frozen=True, slots=True)
class Share:
    """One format's part in the cost. Seconds are those of one worker."""

    fmt: str
    files: int
    seconds: float
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Estimate:
    """What comes into being by a change, and what there is of the preset now."""

    shares: tuple[Share, ...]
    files_now: int
    bytes_now: int

    @property
    def files(self) -> int:
        """How many are drawn before the change is in force."""
        return sum(share.files for share in self.shares)

    @property
    def seconds(self) -> float:
        """How long one worker takes."""
        return sum(share.seconds for share in self.shares)

    @property
    def size_bytes(self) -> int:
        """What they take in the storage."""
        return sum(share.size_bytes for share in self.shares)


def estimate_change(new: Preset, *, is_eager: bool) -> Estimate:
    """Work out what it costs to put a preset's settings in force.

    Files that exist by the settings in force are drawn anew where their format changes; where the preset is drawn at
    once (by its own word, or because a view shows it), the others are too.
    """
    presets = get_presets()
    old = presets.get(new.code)
    counts = _count(old, new, is_eager=is_eager or new.code in presets.eager)
    pixels = _average_pixels(new, [fmt for fmt, files in counts.items() if files])
    shares = []
    for fmt, files in counts.items():
        if files:
            ms, size = _rates(new.code, fmt)
            area = pixels[fmt] * files / _MEGA
            shares.append(Share(fmt, files, ms * area / 1_000, round(size * area)))
    now = Rendition.objects.filter(preset=new.code, state=RenditionState.READY)
    return Estimate(tuple(shares), now.count(), now.aggregate(size=Sum("size_bytes"))["size"] or 0)


def _count(old: Preset | None, new: Preset, *, is_eager: bool) -> dict[str, int]:
    """How many files of each format have to be there before the switch."""
    changed = changed_formats(old, new)
    if is_eager and changed:
        sources = AssetVersion.objects.current().filter(width_px__isnull=False).values("sha256").distinct().count()
        return dict.fromkeys(changed, sources)
    if old is None:
        return {}
    found = {}
    for fmt in set(changed) & set(old.formats):
        found[fmt] = drawn_by(old).filter(fmt=fmt).values("source_sha256").distinct().count()
    return {fmt: found[fmt] for fmt in new.formats if fmt in found}


def _average_pixels(preset: Preset, formats: Iterable[str]) -> dict[str, float]:
    """Pixels of a rendition on average, over some pictures of the library."""
    current = AssetVersion.objects.current().filter(width_px__isnull=False)
    newest = list(current.order_by("-pk").values_list("width_px", "height_px")[: 10 * _SAMPLE])
    sample = random.Random(0).sample(newest, min(_SAMPLE, len(newest)))  # noqa: S311  a sample, not a secret
    found = {}
    for fmt in formats:
        sizes = [plan_geometry(width or 1, height or 1, preset, fmt=fmt).canvas for width, height in sample]
        found[fmt] = sum(width * height for width, height in sizes) / len(sizes) if sizes else 0.0
    return found


def _rates(code: str, fmt: str) -> tuple[float, float]:
    """Milliseconds and bytes for a megapixel: of this preset so far, else of any, else as is usual."""
    drawn = Rendition.objects.filter(state=RenditionState.READY, fmt=fmt, drawn_ms__gt=0, width_px__gt=0)
    for rows in (drawn.filter(preset=code), drawn):
        latest = Rendition.objects.filter(pk__in=rows.order_by("-pk").values("pk")[:_HISTORY])
        area = Cast(F("width_px"), FloatField()) * F("height_px")
        told = latest.aggregate(ms=Avg("drawn_ms"), size=Avg("size_bytes"), area=Avg(area))
        if told["area"]:
            return told["ms"] / told["area"] * _MEGA, told["size"] / told["area"] * _MEGA
    return _USUAL_MS[fmt], _USUAL_BYTES[fmt]

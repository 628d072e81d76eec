"""The presets that are in force: the house's own and those people have made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from assets.models import AssetVersion, RenditionPreset
from assets.probe.sniffing import MEDIA_TYPES
from assets.render import Fit, FocalRectangle, Preset, Recipe, parse_preset
from assets.services.clearances import OPEN, Clearance
from pim.services.snapshot import get_structure
from pim.values.snapshot import Structure

THUMB = "thumb"
PREVIEW = "preview"
FILE = "file"

_BUILT_IN = (
    parse_preset(THUMB, {"fit": "contain", "width": 320, "height": 320, "formats": ["webp"], "quality": {"webp": 76}}),
    parse_preset(PREVIEW, {"fit": "contain", "width": 1200, "height": 1200, "formats": ["webp"]}),
    # For what has no picture: the document as it came.
    Preset(FILE, Fit.ORIGINAL, formats=()),
)
"""What the admin itself shows, and how documents are delivered; a preset of the same code made by people takes the place of one of these."""


@dataclass(frozen=True, slots=True)
class Presets:
    """All presets at one moment; `eager` names those that are drawn when a file arrives."""

    by_code: Mapping[str, Preset]
    eager: frozenset[str]

    def get(self, code: str) -> Preset | None:
        """The preset with this code."""
        return self.by_code.get(code)


_cache: WeakKeyDictionary[Structure, Presets] = WeakKeyDictionary()


def get_presets() -> Presets:
    """The presets now; one small query while nothing changes."""
    structure = get_structure()
    known = _cache.get(structure)
    if known is None:
        known = _cache[structure] = _load()
    return known


def _load() -> Presets:
    by_code = {preset.code: preset for preset in _BUILT_IN}
    eager = {THUMB}
    for row in RenditionPreset.objects.all():
        by_code[row.code] = parse_preset(row.code, row.settings)
        if row.is_eager:
            eager.add(row.code)
    return Presets(by_code, frozenset(eager))


def recipes_of(
    version: AssetVersion,
    presets: Iterable[Preset],
    *,
    focal: FocalRectangle | None = None,
    clearance: Clearance = OPEN,
) -> list[Recipe]:
    """Every rendition that a ready version has by these presets, built or not, under these terms.

    Of a document there is the file itself, under presets that keep the original; nothing is written into it.
    """
    guarded, rights = clearance.is_guarded, clearance.rights
    if version.is_picture:
        return [
            Recipe(version.sha256, preset, fmt, focal, guarded, rights, clearance.credit)
            for preset in presets
            for fmt in preset.formats
        ]
    media = MEDIA_TYPES.get(version.media_type)
    if media is None:
        return []
    kept = (preset for preset in presets if preset.fit is Fit.ORIGINAL)
    return [Recipe(version.sha256, preset, media.extension, None, guarded, rights) for preset in kept]

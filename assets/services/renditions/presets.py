"""The presets that are in force: the house's own and those people have made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from weakref import WeakKeyDictionary

from assets import extensions
from assets.models import Asset, AssetVersion, RenditionPreset
from assets.probe.sniffing import MEDIA_TYPES
from assets.render import Fit, FocalRectangle, Preset, Recipe, parse_preset
from assets.render.presets import Watermark
from assets.services.rights.clearances import OPEN, Clearance, clearance_of
from pim.services.snapshot import get_structure
from pim.values.snapshot import Structure

THUMB = "thumb"
PREVIEW = "preview"
FILE = "file"
WATERMARK = "watermark"
"""The preset whose watermark is the house's: what is drawn where rights ask for one. It has no renditions itself."""

HOUSE_MARK = Watermark(text="Preview", size=30, opacity=35, is_tiled=True)
"""Until people have made a preset `watermark` of their own."""

Crops = Mapping[str, Mapping[str, float]]

BUILT_IN = (
    parse_preset(THUMB, {"fit": "contain", "width": 320, "height": 320, "formats": ["webp"], "quality": {"webp": 76}}),
    parse_preset(PREVIEW, {"fit": "contain", "width": 1200, "height": 1200, "formats": ["webp"]}),
    # For what has no picture: the document as it came.
    Preset(FILE, Fit.ORIGINAL, formats=()),
)
"""What the admin itself shows, and how documents are delivered; a preset of the same code made by people takes the place of one of these."""


@dataclass(frozen=True, slots=True)
class Presets:
    """All presets at one moment, by the settings in force; `eager` names those that are drawn when a file arrives."""

    by_code: Mapping[str, Preset]
    eager: frozenset[str]
    mark: Watermark = HOUSE_MARK

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
    by_code = {preset.code: preset for preset in BUILT_IN}
    eager = {THUMB}.union(*(ask() for ask in extensions.eager_presets.values()))
    for row in RenditionPreset.objects.all():
        by_code[row.code] = parse_preset(row.code, row.settings if row.in_force is None else row.in_force)
        if row.is_eager:
            eager.add(row.code)
    said = by_code.pop(WATERMARK, None)
    mark = (said and said.watermark) or HOUSE_MARK
    marked = {code: replace(preset, mark_by_rights=mark) for code, preset in by_code.items()}
    return Presets(marked, frozenset(eager), mark)


def with_house_mark(preset: Preset) -> Preset:
    """A preset that is not in force, with the watermark that rights would put on it."""
    return replace(preset, mark_by_rights=get_presets().mark)


def recipes_for(asset: Asset, presets: Iterable[Preset], *, page: int = 1) -> list[Recipe]:
    """Every rendition that an asset has by these presets as it is now; load it with `with_current()`, then no query.

    Of a page after the first there are pictures only, and no crops: they were chosen for another picture.
    """
    if asset.version is None:
        return []
    clearance = clearance_of(asset)
    if page > 1:
        first = recipes_of(asset.version, presets, clearance=clearance)
        return [replace(recipe, page=page) for recipe in first if recipe.is_drawn]
    return recipes_of(asset.version, presets, focal=asset.focal_rectangle, crops=asset.crops, clearance=clearance)


def recipes_of(
    version: AssetVersion,
    presets: Iterable[Preset],
    *,
    focal: FocalRectangle | None = None,
    crops: Crops | None = None,
    clearance: Clearance = OPEN,
) -> list[Recipe]:
    """Every rendition that a ready version has by these presets, built or not, under these terms.

    What can be drawn has pictures. What is no picture also has the file itself, under presets that keep the original;
    nothing is written into it, so there is none where rights ask for a watermark.
    """
    presets, crops = list(presets), crops or {}
    found: list[Recipe] = []
    if version.is_picture:
        found = [
            Recipe(
                version.sha256,
                preset,
                fmt,
                focal,
                clearance.is_guarded,
                clearance.rights,
                clearance.credit,
                crop=FocalRectangle(**crops[preset.code]) if crops.get(preset.code) else None,
                mark=preset.mark_by_rights if clearance.needs_watermark else None,
            )
            for preset in presets
            for fmt in preset.formats
        ]
    media = MEDIA_TYPES.get(version.media_type)
    if media is not None and media.kind != "image" and not clearance.needs_watermark:
        found += [
            Recipe(version.sha256, preset, media.extension, None, clearance.is_guarded, clearance.rights)
            for preset in presets
            if preset.code == FILE or (preset.fit is Fit.ORIGINAL and not version.is_picture)
        ]
    return found

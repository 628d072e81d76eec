"""A rendition's row and its recipe, one from the other; changes with what decides the bytes of a rendition."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from assets import storage
from assets.models import Rendition
from assets.render import Credit, FocalRectangle, Order, Recipe, parse_preset
from assets.render.parsing import parse_watermark
from assets.render.presets import dump_preset, dump_watermark


def row_of(recipe: Recipe) -> Rendition:
    """A row for a recipe, unsaved, without a file."""
    kept: dict[str, Any] = {
        "preset": dump_preset(recipe.preset),
        "focal": _dump(recipe.focal),
        "crop": _dump(recipe.crop),
        "rights": recipe.rights,
        "credit": {name: text for name, text in asdict(recipe.credit).items() if text},
        "mark": dump_watermark(recipe.mark),
        "page": recipe.page,
    }
    return Rendition(
        digest=recipe.digest,
        source_sha256=recipe.sha256,
        preset=recipe.preset.code,
        fmt=recipe.fmt,
        is_guarded=recipe.is_guarded,
        recipe=kept,
    )


def recipe_of(row: Rendition) -> Recipe:
    """The recipe that a row keeps."""
    kept = row.recipe
    return Recipe(
        row.source_sha256,
        parse_preset(row.preset, kept["preset"]),
        row.fmt,
        _load(kept.get("focal")),
        row.is_guarded,
        kept.get("rights", ""),
        Credit(**kept.get("credit", {})),
        crop=_load(kept.get("crop")),
        mark=parse_watermark(kept["mark"]) if kept.get("mark") else None,
        page=kept.get("page", 1),
    )


def order_of(recipe: Recipe) -> Order:
    """A recipe as the engine takes it."""
    return Order(recipe.preset, recipe.fmt, recipe.focal, recipe.crop, recipe.watermark, recipe.credit)


def file_key(row: Rendition) -> str:
    """Where the row's file is."""
    return storage.make_rendition_key(row.preset, row.digest, recipe_of(row).extension, is_guarded=row.is_guarded)


def _dump(rectangle: FocalRectangle | None) -> dict[str, float] | None:
    return asdict(rectangle) if rectangle else None


def _load(kept: dict[str, float] | None) -> FocalRectangle | None:
    return FocalRectangle(**kept) if kept else None

"""Renditions: declared for every ready file, drawn once when first wanted, withdrawn when a right gets an end."""

from assets.services.renditions.declaring import (
    current_recipes,
    declare_preset,
    declare_recipes,
    declare_renditions,
    find_undeclared,
    withdraw_renditions,
)
from assets.services.renditions.drawing import build_renditions, find_waiting, rebuild_renditions
from assets.services.renditions.eager import build_eager_renditions, build_slow_renditions, build_thumbnail
from assets.services.renditions.rows import file_key, recipe_of
from assets.services.renditions.serving import ensure_rendition

__all__ = [
    "build_eager_renditions",
    "build_renditions",
    "build_slow_renditions",
    "build_thumbnail",
    "current_recipes",
    "declare_preset",
    "declare_recipes",
    "declare_renditions",
    "ensure_rendition",
    "file_key",
    "find_undeclared",
    "find_waiting",
    "rebuild_renditions",
    "recipe_of",
    "withdraw_renditions",
]

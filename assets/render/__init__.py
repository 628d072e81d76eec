"""Turn one source picture into many renditions: bytes in, bytes out. Pure: no model, no settings, no clock."""

from assets.render.encode import Credit
from assets.render.engine import Order, Rendered, render
from assets.render.geometry import FocalRectangle, Plan, plan_geometry
from assets.render.keys import ENGINE_REVISION, Recipe, digest_of
from assets.render.presets import FORMATS, Fit, Preset, parse_preset

__all__ = [
    "ENGINE_REVISION",
    "FORMATS",
    "Credit",
    "Fit",
    "FocalRectangle",
    "Order",
    "Plan",
    "Preset",
    "Recipe",
    "Rendered",
    "digest_of",
    "parse_preset",
    "plan_geometry",
    "render",
]

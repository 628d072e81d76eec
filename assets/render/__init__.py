"""Turn one source picture into many renditions: bytes in, bytes out. Pure: no model, no settings, no clock."""

from assets.render.credit import NO_CREDIT, Credit
from assets.render.engine import Order, Reduced, Rendered, load_overlay, render, render_reduced
from assets.render.geometry import FocalRectangle, Plan, plan_geometry
from assets.render.keys import ENGINE_REVISION, Recipe, digest_of
from assets.render.parsing import parse_preset
from assets.render.presets import FORMATS, Fit, Preset

__all__ = [
    "ENGINE_REVISION",
    "FORMATS",
    "NO_CREDIT",
    "Credit",
    "Fit",
    "FocalRectangle",
    "Order",
    "Plan",
    "Preset",
    "Recipe",
    "Reduced",
    "Rendered",
    "digest_of",
    "load_overlay",
    "parse_preset",
    "plan_geometry",
    "render",
    "render_reduced",
]

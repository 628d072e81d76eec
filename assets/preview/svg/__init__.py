"""Drawings (SVG): sanitised, then rasterised."""

from assets.preview.svg.rasterising import rasterise_svg
from assets.preview.svg.sanitising import Drawing, sanitise_svg

__all__ = ["Drawing", "rasterise_svg", "sanitise_svg"]

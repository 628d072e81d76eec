"""Outlines as lists of points: curves, ribbons and rounded forms in the units of the canvas."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

Point = tuple[float, float]
Outline = list[Point]


def ellipse(x: float, y: float, rx: float, ry: float, start: float = 0, end: float = 360) -> Outline:
    """Points of an ellipse or of an arc of it; degrees, clockwise from three o'clock (y grows downwards)."""
    steps = max(12, int(abs(end - start) / 4))
    angles = [math.radians(start + (end - start) * step / steps) for step in range(steps + 1)]
    return [(x + rx * math.cos(angle), y + ry * math.sin(angle)) for angle in angles]


def rounded(left: float, top: float, right: float, bottom: float, radius: float) -> Outline:
    """A rectangle with round corners."""
    corners = (
        (right - radius, top + radius, -90),
        (right - radius, bottom - radius, 0),
        (left + radius, bottom - radius, 90),
        (left + radius, top + radius, 180),
    )
    return [point for x, y, start in corners for point in ellipse(x, y, radius, radius, start, start + 90)]


def spline(points: Sequence[Point], steps: int = 12, *, closed: bool = False) -> Outline:
    """A smooth curve through the points (centripetal enough for us: Catmull–Rom with tension 0.5)."""
    count = len(points)
    curve: Outline = []
    for index in range(count if closed else count - 1):
        if closed:
            p0, p1, p2, p3 = (points[(index + shift) % count] for shift in (-1, 0, 1, 2))
        else:
            p0, p1 = points[max(index - 1, 0)], points[index]
            p2, p3 = points[index + 1], points[min(index + 2, count - 1)]
        curve.extend(_catmull(p0, p1, p2, p3, step / steps) for step in range(steps))
    if not closed:
        curve.append(points[-1])
    return curve


def _catmull(p0: Point, p1: Point, p2: Point, p3: Point, t: float) -> Point:
    def axis(a: float, b: float, c: float, d: float) -> float:
        return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t + (3 * b - a - 3 * c + d) * t**3)

    return axis(p0[0], p1[0], p2[0], p3[0]), axis(p0[1], p1[1], p2[1], p3[1])


def ribbon(path: Sequence[Point], width: float | Callable[[float], float], shift: float = 0) -> Outline:
    """The outline of a band along a path; the width may depend on the position (0–1), `shift` moves it sideways."""
    left: Outline = []
    right: Outline = []
    last = len(path) - 1
    for index, (x, y) in enumerate(path):
        ahead, behind = path[min(index + 1, last)], path[max(index - 1, 0)]
        dx, dy = ahead[0] - behind[0], ahead[1] - behind[1]
        length = math.hypot(dx, dy) or 1
        normal = (-dy / length, dx / length)
        half = (width(index / last) if callable(width) else width) / 2
        left.append((x + normal[0] * (shift + half), y + normal[1] * (shift + half)))
        right.append((x + normal[0] * (shift - half), y + normal[1] * (shift - half)))
    return left + right[::-1]


def mirrored(right_half: Sequence[Point], axis: float = 0) -> Outline:
    """Close a half outline (top to bottom, right of the axis) with its mirror image."""
    return list(right_half) + [(2 * axis - x, y) for x, y in reversed(right_half)]


def moved(points: Sequence[Point], dx: float, dy: float, scale: float = 1) -> Outline:
    """Scale about the origin, then move."""
    return [(x * scale + dx, y * scale + dy) for x, y in points]


def turned(points: Sequence[Point], degrees: float, x: float = 0, y: float = 0) -> Outline:
    """Turn about a point, clockwise on the screen."""
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return [(x + (px - x) * cos - (py - y) * sin, y + (px - x) * sin + (py - y) * cos) for px, py in points]

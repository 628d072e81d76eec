"""Drawings from outside, rebuilt from the parts that are known to be harmless; nothing is patched in place."""

from __future__ import annotations

from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from assets.preview.svg.styles import MAX_VALUE_CHARACTERS, clean_declarations, clean_sheet, is_safe_value
from assets.preview.svg.vocabulary import ATTRIBUTES, ELEMENTS, SVG, XLINK
from assets.probe.markup import Bounds, Element, UnsafeMarkup, parse_markup

MAX_DRAWN = 500_000
"""Elements that are drawn when every reference is followed."""

MAX_PICTURE_CHARACTERS = 20_000_000
_BOUNDS = Bounds(max_bytes=32 << 20, max_elements=200_000, max_depth=200)
_PICTURES = ("data:image/png;base64,", "data:image/jpeg;base64,", "data:image/jpg;base64,")
_REFERRING = {"use", "textPath", "linearGradient", "radialGradient", "pattern", "filter"}
_UNITS = {"": 1.0, "px": 1.0, "pt": 4 / 3, "pc": 16.0, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0, "q": 96 / 101.6}
_DEFAULT_SIDE = 512.0
_MAX_CHAIN = 300


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawing that may be rasterised: its markup without a size, and its width over its height."""

    body: str
    view_box: tuple[float, float, float, float]

    def sized(self, width: int, height: int) -> str:
        """The whole document, so many pixels large."""
        box = " ".join(f"{number:.6g}" for number in self.view_box)
        return (
            f'<svg xmlns="{SVG}" xmlns:xlink="{XLINK}" width="{width}" height="{height}" viewBox="{box}">'
            f"{self.body}</svg>"
        )


def sanitise_svg(raw: bytes) -> Drawing:
    """Rebuild a drawing from its harmless parts.

    Gone are scripts, handlers, foreign objects, animations, links, style imports, fonts, and every reference that
    leads out of the drawing; pictures stay where they are embedded as PNG or JPEG.

    Raises:
        UnsafeMarkup: `entities`, `too_large`, `damaged`, `no_drawing`.
    """
    root = parse_markup(raw, _BOUNDS)
    if root.name != "svg" or root.namespace not in {SVG, ""}:
        raise UnsafeMarkup("no_drawing")
    _check_cost(root)
    parts: list[str] = []
    # The outermost element's own looks move to a group; its size is ours to say.
    looks = {
        key: value for key, value in root.attributes.items() if key[1] not in {"width", "height", "viewBox", "x", "y"}
    }
    group = Element(SVG, "g", looks, root.children, root.texts)
    _write(group, parts, is_root=True)
    return Drawing("".join(parts), _view_box(root))


def _write(element: Element, parts: list[str], *, is_root: bool = False) -> None:
    if element.namespace not in {SVG, ""}:
        return
    name = "g" if element.name == "a" else element.name
    if name not in ELEMENTS:
        return
    if name == "style":
        sheet = clean_sheet(element.text)
        if sheet and element.get("type") in {"", "text/css"}:
            parts.append(f"<style>{escape(sheet)}</style>")
        return
    href = _href(element)
    if name == "image" and not href:
        return
    parts.append(f"<{name}")
    parts.extend(f" {key}={quoteattr(value)}" for key, value in _attributes(element))
    if href:
        parts.append(f" xlink:href={quoteattr(href)}")
    parts.append(">")
    for number, text in enumerate(element.texts):
        if text and not is_root:
            parts.append(escape(text))
        if number < len(element.children):
            _write(element.children[number], parts)
    parts.append(f"</{name}>")


def _attributes(element: Element) -> list[tuple[str, str]]:
    kept = []
    for (namespace, name), value in element.attributes.items():
        if namespace or name not in ATTRIBUTES:
            continue
        cleaned = clean_declarations(value) if name == "style" else value
        if cleaned and (name == "style" or is_safe_value(cleaned)):
            kept.append((name, cleaned))
    return kept


def _href(element: Element) -> str:
    href = (element.get("href", XLINK) or element.get("href")).strip()
    if element.name == "image":
        compact = href[:64].lower().replace(" ", "")
        is_embedded = compact.startswith(_PICTURES) and len(href) <= MAX_PICTURE_CHARACTERS
        return href if is_embedded else ""
    is_inside = href.startswith("#") and len(href) < min(200, MAX_VALUE_CHARACTERS)
    return href if element.name in _REFERRING and is_inside else ""


def _check_cost(root: Element) -> None:
    """Count what is drawn when references are followed: ten lines can ask for a billion shapes, or go in circles."""
    named: dict[str, Element] = {}
    pending = [root]
    while pending:
        element = pending.pop()
        if element.get("id"):
            named.setdefault(element.get("id"), element)
        pending.extend(element.children)
    costs: dict[int, int] = {}
    if _cost(root, named, costs, set()) > MAX_DRAWN:
        raise UnsafeMarkup("too_large")


def _cost(element: Element, named: dict[str, Element], costs: dict[int, int], path: set[int]) -> int:
    key = id(element)
    if key in costs:
        return costs[key]
    if key in path:
        return 0
    if len(path) > _MAX_CHAIN:
        return MAX_DRAWN + 1
    path.add(key)
    total = 1 + sum(_cost(child, named, costs, path) for child in element.children)
    if element.name in _REFERRING:
        target = named.get(_href(element)[1:])
        if target is not None:
            total += _cost(target, named, costs, path)
    path.discard(key)
    costs[key] = min(total, MAX_DRAWN + 1)
    return costs[key]


def _view_box(root: Element) -> tuple[float, float, float, float]:
    numbers = [_number(part) for part in root.get("viewBox").replace(",", " ").split()]
    if len(numbers) == 4 and numbers[2] > 0 and numbers[3] > 0:
        return numbers[0], numbers[1], numbers[2], numbers[3]
    width, height = _length(root.get("width")), _length(root.get("height"))
    return 0.0, 0.0, width or height or _DEFAULT_SIDE, height or width or _DEFAULT_SIDE


def _length(text: str) -> float:
    """A length in pixels; 0 for percentages and nonsense."""
    digits = text.strip().lower()
    unit = digits.lstrip("+-.0123456789e") if "e" not in digits[-2:] else ""
    factor = _UNITS.get(unit)
    return _number(digits[: len(digits) - len(unit)]) * factor if factor else 0.0


def _number(text: str) -> float:
    """A number within reason; 0 for all others."""
    try:
        number = float(text)
    except ValueError:
        return 0.0
    return number if abs(number) < 1e9 else 0.0

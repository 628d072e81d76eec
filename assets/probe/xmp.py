"""XMP packets as plain JSON. Source: ISO 16684-1 (XMP), 7: the RDF that it allows."""

from __future__ import annotations

from assets.probe.cleaning import MAX_ITEMS, clean
from assets.probe.markup import XML, Bounds, Element, UnsafeMarkup, parse_markup
from pim.values.specs import Json

MAX_XMP_BYTES = 1 << 20
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_ARRAYS = {"Bag", "Seq", "Alt"}
_MAX_DEPTH = 6
_BOUNDS = Bounds(max_bytes=MAX_XMP_BYTES, max_elements=10_000, max_depth=40)
_BULKY = {"Thumbnails", "History", "TextLayers", "DocumentAncestors", "data"}


def read_xmp_packet(raw: bytes) -> dict[str, Json]:
    """Properties by their local name; a language alternative is a list with the default first. Empty for a bad packet.

    Where two schemas use one name, the first one stays, as Dublin Core comes first in practice.
    """
    start = raw.find(b"<")
    if len(raw) > MAX_XMP_BYTES or (start > 0 and raw[:1] not in {b"\xff", b"\xfe", b"\xef"} and raw[0] != 0):
        raw = raw[max(start, 0) :]
    try:
        root = parse_markup(raw.strip(b"\x00 \r\n\t") if b"\0" not in raw[:8] else raw, _BOUNDS)
    except UnsafeMarkup:
        return {}
    block: dict[str, Json] = {}
    for rdf in _find_rdf(root):
        for description in rdf.children:
            if (description.namespace, description.name) == (RDF, "Description"):
                for name, value in _properties(description, 0).items():
                    block.setdefault(name, value)
        if len(block) > MAX_ITEMS:
            break
    return dict(list(block.items())[:MAX_ITEMS])


def _find_rdf(element: Element) -> list[Element]:
    if (element.namespace, element.name) == (RDF, "RDF"):
        return [element]
    return [found for child in element.children[:10] for found in _find_rdf(child)]


def _properties(description: Element, depth: int) -> dict[str, Json]:
    found: dict[str, Json] = {}
    for (namespace, name), text in description.attributes.items():
        if namespace and namespace not in {RDF, XML}:
            found.setdefault(name[:100], clean(text))
    for child in description.children[:MAX_ITEMS]:
        if child.name in _BULKY:
            continue
        value = _value(child, depth + 1)
        if value not in (None, "", [], {}):
            found.setdefault(child.name[:100], value)
    return found


def _value(element: Element, depth: int) -> Json:
    if depth > _MAX_DEPTH:
        return None
    for child in element.children:
        if child.namespace == RDF and child.name in _ARRAYS:
            items = [item for item in child.children if item.name == "li"][:MAX_ITEMS]
            items.sort(key=lambda item: child.name == "Alt" and item.get("lang", XML) not in {"x-default", ""})
            values = [_value(item, depth + 1) for item in items]
            return [value for value in values if value not in (None, "", [], {})]
        if child.namespace == RDF and child.name == "Description":
            return dict(_properties(child, depth + 1))
    if element.children or any(key[0] not in {RDF, XML, ""} for key in element.attributes):
        return dict(_properties(element, depth + 1))
    return clean(element.get("resource", RDF) or element.text)

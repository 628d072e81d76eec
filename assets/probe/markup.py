"""Read XML that nobody vouches for: no DTD with content, no entities, nothing fetched, and an end to everything."""

from __future__ import annotations

from dataclasses import dataclass, field
from xml.parsers import expat

XML = "http://www.w3.org/XML/1998/namespace"
_SEPARATOR = "}"


class UnsafeMarkup(Exception):
    """It declares entities, is larger or deeper than any honest file, or is no XML. `reason` is a code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Bounds:
    """How large a document may be."""

    max_bytes: int = 1 << 20
    max_elements: int = 20_000
    max_depth: int = 64
    max_attributes: int = 256


@dataclass(slots=True)
class Element:
    """One element. Names are (namespace, local name); `texts[n]` stands before `children[n]`, the last one after all."""

    namespace: str
    name: str
    attributes: dict[tuple[str, str], str] = field(default_factory=dict)
    children: list[Element] = field(default_factory=list)
    texts: list[str] = field(default_factory=lambda: [""])

    @property
    def text(self) -> str:
        """All of its own text."""
        return "".join(self.texts)

    def get(self, name: str, namespace: str = "") -> str:
        """An attribute, empty where it has none."""
        return self.attributes.get((namespace, name), "")


def parse_markup(raw: bytes, bounds: Bounds | None = None) -> Element:
    """Parse a whole document. A doctype that only names a public DTD is let be: nobody reads it.

    Raises:
        UnsafeMarkup: `too_large`, `entities`, `damaged`.
    """
    bounds = bounds or Bounds()
    if len(raw) > bounds.max_bytes:
        raise UnsafeMarkup("too_large")
    builder = _Builder(bounds)
    parser = expat.ParserCreate(namespace_separator=_SEPARATOR)
    parser.buffer_text = True
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    parser.StartDoctypeDeclHandler = builder.doctype
    parser.EntityDeclHandler = builder.entity
    parser.UnparsedEntityDeclHandler = builder.entity
    parser.ExternalEntityRefHandler = builder.entity
    parser.SkippedEntityHandler = builder.entity
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.text
    try:
        parser.Parse(raw, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise UnsafeMarkup("damaged") from error
    if builder.root is None:
        raise UnsafeMarkup("damaged")
    return builder.root


class _Builder:
    def __init__(self, bounds: Bounds) -> None:
        self.root: Element | None = None
        self._bounds, self._open, self._count = bounds, list[Element](), 0

    def doctype(self, _name: str, _system: str | None, _public: str | None, has_subset: bool) -> None:
        if has_subset:
            raise UnsafeMarkup("entities")

    def entity(self, *_declaration: object) -> int:
        raise UnsafeMarkup("entities")

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        bounds = self._bounds
        if self._count > bounds.max_elements or len(self._open) >= bounds.max_depth:
            raise UnsafeMarkup("too_large")
        if len(attributes) > bounds.max_attributes:
            raise UnsafeMarkup("too_large")
        element = Element(*_split(name), {_split(key): value for key, value in attributes.items()})
        if self._open:
            self._open[-1].children.append(element)
            self._open[-1].texts.append("")
        else:
            self.root = element
        self._open.append(element)

    def end(self, _name: str) -> None:
        self._open.pop()

    def text(self, text: str) -> None:
        if self._open:
            self._open[-1].texts[-1] += text


def _split(name: str) -> tuple[str, str]:
    namespace, _, local = name.rpartition(_SEPARATOR)
    return namespace, local

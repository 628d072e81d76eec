"""What finds a publication: tokens, numbers, sort keys and search text of the fields its view exposes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum

from catalog.families import FamilySpec
from channels.mapping.terms import Subject, ViewTerms
from pim.values.derive import Deriver
from pim.values.keys import make_key
from pim.values.snapshot import Structure
from pim.values.specs import AttributeSpec
from pim.values.texts import make_search_text
from pim.values.tokens import YES, SystemField, token


class DeliveryField(IntEnum):
    """Ids of tokens that only publications have; below 1,024, beside pim.values.tokens.SystemField."""

    VIEW = 512


KINDS = {"simple": 1, "model": 2, "variant": 3}
"""Token values of a product's kind."""


def is_exposed(spec: AttributeSpec) -> bool:
    """Whether readers of a view may filter, sort or search by an attribute."""
    return spec.facet or spec.sortable or spec.searchable


def view_token(view_id: int) -> int:
    """The token that every live publication of a view has."""
    return token(DeliveryField.VIEW, 0, 0, view_id)


def live_token(structure: Structure, channel: str, locale: str) -> int:
    """The token of publications that are live in a locale."""
    ordinals = structure.channels[channel].ordinal, structure.locales[locale].ordinal
    return token(SystemField.COMPLETE, *ordinals, YES)


@dataclass(slots=True)
class IndexEntry:
    """The rows of a publication's index tables."""

    tokens: list[int] = field(default_factory=list)
    numbers: list[tuple[int, float]] = field(default_factory=list)
    sort_keys: list[tuple[int, str]] = field(default_factory=list)
    search_text: str = ""


class Indexer:
    """Derives the index rows of one view's documents; fallbacks are not indexed."""

    def __init__(self, terms: ViewTerms, structure: Structure, deriver: Deriver) -> None:
        self.terms = terms
        self.structure = structure
        self.deriver = deriver
        self._keys: dict[tuple[str, tuple[str, ...]], Sequence[str]] = {}

    def index(self, subject: Subject, family: FamilySpec | None, locales: tuple[str, ...]) -> IndexEntry:
        """Derive the rows of a document that is live in these locales."""
        values = subject.values
        exposed = {key: values[key] for key in self._exposed_keys(family, locales) if key in values}
        rows = self.deriver.derive(exposed, own={})
        tokens = [
            view_token(self.terms.id),
            token(SystemField.KIND, 0, 0, KINDS[subject.kind]),
            *(live_token(self.structure, self.terms.channel, locale) for locale in locales),
            *(token(SystemField.CATEGORY, 0, 0, category.id) for category in subject.categories),
            *([token(SystemField.FAMILY, 0, 0, family.id)] if family else []),
            *rows.tokens,
        ]
        text = make_search_text(subject.sku)
        return IndexEntry(
            sorted(set(tokens)),
            rows.numbers,
            rows.sort_keys,
            f"{text} {rows.search_text}" if rows.search_text else text,
        )

    def _exposed_keys(self, family: FamilySpec | None, locales: tuple[str, ...]) -> Sequence[str]:
        if family is None:
            return ()
        place = (family.code, locales)
        if place not in self._keys:
            specs = [self.structure.attributes[code] for code in family.attributes if code in self.structure.attributes]
            self._keys[place] = list(_keys(filter(is_exposed, specs), self.terms.channel, locales))
        return self._keys[place]


def _keys(specs: Iterable[AttributeSpec], channel: str, locales: Sequence[str]) -> Iterable[str]:
    for spec in specs:
        for locale in locales if spec.localizable else (None,):
            yield make_key(spec, channel, locale)

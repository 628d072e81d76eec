"""The document of a product in a view: what all locales share, and one part per locale."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from graphql import get_named_type

from catalog.families import FamilySpec
from channels.hub.items import encode_id
from channels.mapping.terms import Subject, ViewReferences, ViewTerms
from pim.values.graphql_types import PRICE
from pim.values.keys import make_key
from pim.values.specs import AttributeSpec, Json
from pim.values.types import AttributeType, attribute_types
from pim.values.types.options import pick_label

Deliver = Callable[[Any], Json]


@dataclass(slots=True)
class Document:
    """A closed document: `shared` has the keys of channels.hub.items.Item, `by_locale` a part for each live locale."""

    shared: dict[str, Any]
    by_locale: dict[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class _Entry:
    """One attribute for one reader: where its value may be, nearest first, and how it is delivered."""

    code: str
    keys: tuple[str, ...]
    deliver: Deliver | None


def varies_by_locale(spec: AttributeSpec) -> bool:
    """Whether readers in two locales may see different things: texts that vary, and labels of what is pointed at."""
    return spec.localizable or attribute_types.get(spec.type).is_reference


class DocumentMapper:
    """Builds the documents of one view; compiles each family once, then costs about a microsecond a value."""

    def __init__(self, terms: ViewTerms, refs: ViewReferences) -> None:
        self.terms = terms
        self.refs = refs
        self._families: dict[str, _FamilyEntries] = {}

    def build(self, subject: Subject, family: FamilySpec | None, locales: Iterable[str]) -> Document:
        """Build a document that holds these locales."""
        entries = self._entries(family)
        values = subject.values
        live_in = list(locales)
        shared = {
            "id": encode_id(subject.uuid),
            "uuid": subject.uuid,
            "sku": subject.sku,
            "kind": subject.kind,
            "family": subject.family,
            "parent": subject.parent,
            "root": subject.root,
            "categories": [category.code for category in subject.categories],
            "groups": list(subject.groups),
            "live_in": live_in,
            "values": _deliver(entries.shared, values),
        }
        return Document(shared, {locale: self._build_part(subject, family, entries, locale) for locale in live_in})

    def _build_part(
        self, subject: Subject, family: FamilySpec | None, entries: _FamilyEntries, locale: str
    ) -> dict[str, Any]:
        fallbacks = self._fallbacks(locale)
        labels = _deliver(entries.label[locale], subject.values)
        return {
            "locale": locale,
            "label": next((str(label) for label in labels.values() if label), subject.sku),
            "family_label": pick_label(family.labels, locale, fallbacks, family.code) if family else None,
            "category_labels": [
                pick_label(category.labels, locale, fallbacks, category.code) for category in subject.categories
            ],
            "values": _deliver(entries.by_locale[locale], subject.values),
        }

    def _fallbacks(self, locale: str) -> tuple[str, ...]:
        return self.refs.structure.fallbacks(locale) if self.terms.uses_fallback else ()

    def _entries(self, family: FamilySpec | None) -> _FamilyEntries:
        code = family.code if family else ""
        if code not in self._families:
            self._families[code] = self._compile(family)
        return self._families[code]

    def _compile(self, family: FamilySpec | None) -> _FamilyEntries:
        attributes = self.refs.structure.attributes
        codes = [code for code in (family.attributes if family else ()) if code in attributes]
        specs = [attributes[code] for code in codes]
        label = attributes.get((family.label_attribute if family else None) or "") or attributes.get("name")
        return _FamilyEntries(
            shared=[self._compile_entry(spec, None) for spec in specs if not varies_by_locale(spec)],
            by_locale={
                locale: [
                    self._compile_entry(spec, locale)
                    for spec in specs
                    if varies_by_locale(spec) and (not spec.available_locales or locale in spec.available_locales)
                ]
                for locale in self.terms.locales
            },
            label={
                locale: [self._compile_entry(label, locale)] if label and not varies_as_reference(label) else []
                for locale in self.terms.locales
            },
        )

    def _compile_entry(self, spec: AttributeSpec, locale: str | None) -> _Entry:
        kind = attribute_types.get(spec.type)
        fallbacks = self._fallbacks(locale) if locale else ()
        sources = (locale, *fallbacks) if spec.localizable and spec.fallback else (locale,)
        keys = tuple(dict.fromkeys(make_key(spec, self.terms.channel, source) for source in sources))
        deliver = kind.compile_delivery(spec, self.refs, locale, fallbacks)
        return _Entry(spec.code, keys, self._limit_currencies(kind, spec, deliver))

    def _limit_currencies(self, kind: AttributeType, spec: AttributeSpec, deliver: Deliver | None) -> Deliver | None:
        """Leave out prices in currencies that the view does not show."""
        if deliver is None or get_named_type(kind.graphql_type(spec)) is not PRICE:
            return deliver
        shown = frozenset(self.terms.currencies)

        def deliver_shown(stored: Any) -> Json:
            prices = cast("list[dict[str, str]]", deliver(stored))
            return [dict[str, Json](price) for price in prices if price["currency"] in shown] or None

        return deliver_shown


@dataclass(frozen=True, slots=True)
class _FamilyEntries:
    shared: Sequence[_Entry]
    by_locale: Mapping[str, Sequence[_Entry]]
    label: Mapping[str, Sequence[_Entry]]


def varies_as_reference(spec: AttributeSpec) -> bool:
    """Whether a value is a pointer, which makes no label."""
    return attribute_types.get(spec.type).is_reference


def _deliver(entries: Sequence[_Entry], values: Mapping[str, Any]) -> dict[str, Json]:
    delivered: dict[str, Json] = {}
    for entry in entries:
        for key in entry.keys:
            stored = values.get(key)
            if stored is not None:
                break
        else:
            continue
        value = entry.deliver(stored) if entry.deliver else stored
        if value is not None:
            delivered[entry.code] = value
    return delivered

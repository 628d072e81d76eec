"""The product form as a page: tabs of fields, each with what a person must know before touching it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.forms import BoundField
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from assets.services.references import asset_refs
from catalog.families import level_of
from catalog.forms.values import PREFIX, ValuesForm
from catalog.services.showing import ShownProduct, merged_values, thumbnails, write_value
from catalog.services.writing.engine import IDENTIFIER, Engine, using_assets
from pim.values.keys import make_key, split_key
from pim.values.labels import label_of
from pim.values.specs import AssetRef, AttributeSpec
from pim.values.texts import write_on_one_line

ASSET_TYPES = frozenset({"asset", "asset_list"})
OTHER = "other"


@dataclass(frozen=True, slots=True)
class Picture:
    """An asset as a field shows it."""

    uuid: str
    title: str
    thumbnail: str
    kind: str


@dataclass(slots=True)
class FieldRow:
    """One attribute on the page. `place` is where it is edited: `here`, `above` (inherited) or `below` (on variants)."""

    spec: AttributeSpec
    key: str
    label: str
    place: str
    bound: BoundField | None = None
    text: str = ""
    source_label: str = ""
    source_url: str = ""
    is_required: bool = False
    is_missing: bool = False
    is_axis: bool = False
    scope: tuple[str, ...] = ()
    note: str = ""
    approved: str | None = None
    theirs: str | None = None
    pictures: list[Picture] = field(default_factory=list)

    @property
    def anchor(self) -> str:
        """The id of the row, for links that jump to it."""
        return f"row-{PREFIX}{self.key}".replace(":", "-")


@dataclass(slots=True)
class Tab:
    """An attribute group."""

    code: str
    label: str
    rows: list[FieldRow] = field(default_factory=list)

    @property
    def missing(self) -> int:
        """Required values that are not there."""
        return sum(row.is_missing for row in self.rows)

    @property
    def has_errors(self) -> bool:
        """Whether something here was refused."""
        return any(row.bound is not None and row.bound.errors for row in self.rows)


@dataclass(frozen=True, slots=True)
class MissingLink:
    """A required attribute without a value that will do, where to fill it in, and why the value it has will not do."""

    label: str
    url: str
    is_here: bool
    reasons: Sequence[str] = ()


@dataclass
class ProductPage:
    """What one product looks like to one person, in one channel and locale."""

    product: ShownProduct
    engine: Engine
    channel: str | None
    locale: str | None
    owner_urls: Sequence[str]

    @cached_property
    def own(self) -> Mapping[str, Any]:
        """Own values of what is shown."""
        return self.product.lineage[0]

    @cached_property
    def editable(self) -> list[AttributeSpec]:
        """The attributes that have a field here, in the order of the page."""
        return [spec for spec in self.specs if self.place_of(spec) == "here" and self._has_key(spec)]

    @cached_property
    def specs(self) -> list[AttributeSpec]:
        """The family's attributes; without a family, those that have values."""
        attributes = self.engine.catalog.base.attributes
        family = self.product.family
        codes: Sequence[str] = family.attributes if family else self._own_codes()
        return [attributes[code] for code in codes if code != IDENTIFIER and code in attributes]

    @cached_property
    def required(self) -> frozenset[str]:
        """The attributes that the family requires on the chosen channel."""
        family = self.product.family
        return frozenset(family.requirements.get(self.channel or "", {})) if family else frozenset()

    @cached_property
    def missing(self) -> frozenset[str]:
        """Those of them that have no value in the chosen channel and locale; fallbacks do not count."""
        family = self.product.family
        if family is None:
            return frozenset()
        with self._knowing_pictures():
            answer = self.engine.calculator(family).compute(merged_values(self.product))
        here = (self.channel, self.locale)
        return frozenset(found.attribute for found in answer.missing if (found.channel, found.locale) == here)

    def why_missing(self, spec: AttributeSpec) -> list[str]:
        """What the channel has against the pictures that are there; empty: there is no value at all."""
        test = self.engine.picture_test(self.channel or "", spec.code)
        stored = merged_values(self.product).get(make_key(spec, self.channel, self.locale)) if test else None
        if test is None or stored is None:
            return []
        with self._knowing_pictures():
            found = list(test.explain(stored))
        names = {uuid: ref.filename or ref.code for uuid, ref in self._refs.items()}
        return list(
            dict.fromkeys(
                f"{names.get(uuid) or _('Deleted file')}: {problem.message}"
                for uuid, _rule, each in found
                for problem in each
            )
        )

    def _knowing_pictures(self) -> AbstractContextManager[None]:
        return using_assets(self._refs)

    @cached_property
    def _refs(self) -> Mapping[str, AssetRef]:
        """The assets of the values that a channel's picture rules are about; no query where there are none."""
        if not self.engine.catalog.picture_rules:
            return {}
        wanted: set[str] = set()
        for key, value in merged_values(self.product).items():
            if key.partition(":")[0] in self.engine.asset_attributes:
                wanted.update(_uuids(value))
        return asset_refs(wanted) if wanted else {}

    def place_of(self, spec: AttributeSpec) -> str:
        """Where an attribute of this product is edited."""
        product = self.product
        if product.variant is None:
            return "here"
        level = level_of(product.variant, spec.code)
        if level == product.level or (level < product.level and spec.code in product.variant.overridable):
            return "here"
        return "above" if level < product.level else "below"

    def tabs(self, form: ValuesForm, *, approved: Mapping[str, Any] | None, theirs: Mapping[str, str]) -> list[Tab]:
        """Attribute groups with their fields, in order."""
        base = self.engine.catalog.base
        found: dict[str, Tab] = {}
        pictures = self._pictures(form)
        for spec in self.specs:
            row = self._row(spec, form, approved, theirs, pictures)
            if row is None:
                continue
            group = base.groups.get(spec.group)
            tab = found.setdefault(
                spec.group, Tab(spec.group, label_of(group.labels, spec.group) if group else spec.group)
            )
            tab.rows.append(row)
        position = {code: group.position for code, group in base.groups.items()}
        return sorted(found.values(), key=lambda tab: (position.get(tab.code, 0), tab.code))

    def other_rows(self) -> list[FieldRow]:
        """Own values outside the family: kept, not delivered, may be removed."""
        family = self.product.family
        if family is None:
            return []
        catalog = self.engine.catalog
        rows = []
        for key, value in sorted(self.own.items()):
            code = split_key(key).attribute
            spec = catalog.base.attributes.get(code)
            if spec is None or code in family.members:
                continue
            text = write_value(value, spec, catalog, self.locale)
            rows.append(FieldRow(spec, key, label_of(spec.labels, code), OTHER, text=text, scope=_scope(key)))
        return rows

    def missing_links(self, tabs: Sequence[Tab]) -> list[MissingLink]:
        """What is missing, each with the way there; what the variants have to say is left to them."""
        rows = {row.spec.code: row for tab in tabs for row in tab.rows}
        links = []
        for spec in self.specs:
            if spec.code not in self.missing:
                continue
            row = rows.get(spec.code)
            label = label_of(spec.labels, spec.code)
            if row is None or row.place == "below":
                continue
            if row.place == "above":
                url = f"{self._url_above(spec)}#{row.anchor}"
                links.append(MissingLink(label, url, is_here=False, reasons=self.why_missing(spec)))
            else:
                links.append(MissingLink(label, f"#{row.anchor}", is_here=True, reasons=self.why_missing(spec)))
        return links

    def _row(
        self,
        spec: AttributeSpec,
        form: ValuesForm,
        approved: Mapping[str, Any] | None,
        theirs: Mapping[str, str],
        pictures: Mapping[str, Picture],
    ) -> FieldRow | None:
        if not self._has_key(spec):
            return None
        catalog, product = self.engine.catalog, self.product
        key = make_key(spec, self.channel, self.locale)
        place = self.place_of(spec)
        row = FieldRow(spec, key, label_of(spec.labels, spec.code), place, scope=_scope(key))
        row.is_required = spec.code in self.required
        row.is_missing = spec.code in self.missing and not (place == "below" and product.is_model)
        row.is_axis = product.variant is not None and any(spec.code in axes for axes in product.variant.axes)
        explained = product.explain(spec)
        if place == "here":
            row.bound = form[PREFIX + key]
            row.pictures = _chosen(row.bound.value(), spec, pictures)
            row.theirs = theirs.get(key)
            if explained is not None and explained.source != "own":
                row.note = self._seen_instead(explained, spec)
            if approved is not None and not self.engine.are_equal(spec, self.own.get(key), approved.get(key)):
                row.approved = write_value(approved.get(key), spec, catalog, self.locale) or _("nothing")
            return row
        if explained is not None:
            text = write_value(explained.value, spec, catalog, self.locale)
            row.text = mark_safe(text) if spec.type == "rich_text" else text  # noqa: S308 - sanitised when it was stored
            row.pictures = _chosen(explained.value, spec, pictures)
            if explained.owner:
                row.source_label = product.owners[explained.owner].sku
                row.source_url = self.owner_urls[explained.owner]
            if explained.source == "fallback":
                row.note = _("from %s") % explained.locale
        if place == "above" and not row.source_url:
            row.source_url = self._url_above(spec)
        return row

    def _seen_instead(self, explained: Any, spec: AttributeSpec) -> str:
        text = write_value(explained.value, spec, self.engine.catalog, self.locale)
        text = (write_on_one_line(text) if spec.type == "rich_text" else text)[:200]
        if explained.source == "fallback":
            return _("Empty here: readers see the one of %(locale)s, “%(text)s”.") % {
                "locale": explained.locale,
                "text": text,
            }
        return _("Inherited: “%s”. A value here takes its place.") % text

    def _has_key(self, spec: AttributeSpec) -> bool:
        if spec.scopable and not self.channel:
            return False
        if not spec.localizable:
            return True
        return bool(self.locale) and (not spec.available_locales or self.locale in spec.available_locales)

    def _url_above(self, spec: AttributeSpec) -> str:
        """The page of the owner at whose level the attribute is edited."""
        variant = self.product.variant
        steps = self.product.level - level_of(variant, spec.code) if variant else 0
        return self.owner_urls[steps] if 0 < steps < len(self.owner_urls) else ""

    def _own_codes(self) -> list[str]:
        return list(dict.fromkeys(split_key(key).attribute for key in self.own))

    def _pictures(self, form: ValuesForm) -> dict[str, Picture]:
        """Every asset that the page shows, in four queries."""
        wanted: set[str] = set()
        for spec in self.specs:
            if spec.type not in ASSET_TYPES or not self._has_key(spec):
                continue
            name = PREFIX + make_key(spec, self.channel, self.locale)
            value = form[name].value() if name in form.fields else self.product.read(spec.code)
            wanted.update(_uuids(value))
        if not wanted:
            return {}
        refs, addresses = asset_refs(wanted), thumbnails(wanted)
        return {uuid: _picture(ref, addresses.get(uuid, "")) for uuid, ref in refs.items()}


def list_owner_urls(product: ShownProduct) -> list[str]:
    """The addresses of the product and of the models above it, nearest first."""
    return [reverse("admin:catalog_product_change", args=(owner.uuid,)) for owner in product.owners]


def _uuids(value: Any) -> list[str]:
    if isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    return [str(item) for item in value] if isinstance(value, list) else []


def _chosen(value: Any, spec: AttributeSpec, pictures: Mapping[str, Picture]) -> list[Picture]:
    if spec.type not in ASSET_TYPES:
        return []
    return [pictures[uuid] for uuid in _uuids(value) if uuid in pictures]


def _picture(ref: AssetRef, thumbnail: str) -> Picture:
    return Picture(ref.uuid, ref.filename or ref.code, thumbnail, ref.kind)


def _scope(key: str) -> tuple[str, ...]:
    parts = split_key(key)
    return tuple(part for part in (parts.channel, parts.locale) if part)

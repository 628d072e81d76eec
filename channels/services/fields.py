"""The filter language over publications: what a reader of a view may filter, sort and search by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from django.utils.translation import gettext as _

from catalog.skus import sku_key
from channels.mapping.documents import varies_by_locale
from channels.mapping.indexes import KINDS
from channels.services.snapshot import DeliveryStructure, ViewSpec
from pim.querying.attribute_fields import AttributeField
from pim.querying.conditions import Both, Condition, Fragment, IndexTables, Sql, like_pattern
from pim.querying.fields import Context, Field, OwnerFields, ScopePart, SortKey, SortScope, refuse_value
from pim.querying.operands import OperandKind, read_text
from pim.querying.search_fields import SearchField
from pim.querying.system_fields import CategoryField, ColumnField, TokenField, operand_list
from pim.querying.tree import Leaf, Operator
from pim.values.keys import split_key
from pim.values.specs import AttributeSpec, Json
from pim.values.tokens import SystemField

TABLES = IndexTables(
    owner="channels_publication",
    link="publication_id",
    facet="channels_publicationfacet",
    number="channels_publicationnumber",
    sort="channels_publicationsort",
    text="channels_publicationtext",
)


@dataclass(frozen=True)
class PublishedField(AttributeField):
    """An attribute as a view's publications hold it: always on the view's channel, texts read from the documents."""

    view: ViewSpec

    @property
    def name(self) -> str:
        """The attribute's code; readers of a view know nothing else."""
        return f"values.{self.spec.code}"

    @property
    def operators(self) -> frozenset[Operator]:
        """What the view's index tables answer: texts are searched only where the search text holds them."""
        operators = super().operators
        return operators if self.spec.searchable else operators - {Operator.CONTAINS, Operator.STARTS}

    @property
    def scope(self) -> tuple[ScopePart, ...]:
        """The locale, where the attribute varies by it."""
        return ("locale",) if self.spec.localizable else ()

    def compile(self, leaf: Leaf, context: Context) -> Condition:
        """See `Field.compile`."""
        if leaf.channel is not None:
            raise refuse_value(_("A view has one channel: name none."), f"{leaf.pointer}/channel")
        self._check_locale(leaf.locale, f"{leaf.pointer}/locale")
        return super().compile(replace(leaf, channel=self._channel), context)

    def sort_key(self, scope: SortScope, context: Context) -> SortKey | None:
        """See `Field.sort_key`."""
        self._check_locale(scope.locale, scope.pointer)
        return super().sort_key(replace(scope, channel=self._channel), context) if self.spec.sortable else None

    @cached_property
    def _channel(self) -> str | None:
        return self.view.terms.channel if self.spec.scopable else None

    def _check_locale(self, locale: str | None, pointer: str) -> None:
        if locale is not None and locale not in self.view.terms.locales:
            raise refuse_value(_("This view has no locale “%(code)s”.") % {"code": locale[:100]}, pointer)

    def _is_text(self, texts: list[str], place: object, context: Context) -> Fragment:
        document = self._document(place)
        text = (
            f"lower(normalize({document.text}, NFC)) IN"
            " (SELECT lower(normalize(u.text, NFC)) FROM unnest(%s::text[]) AS u(text))"
        )
        return Fragment(Sql(text, (*document.params, texts)), recheck=True)

    def _matches(self, leaf: Leaf, place: object, context: Context) -> Condition:
        value, pointer = operand_list(leaf)[0]
        text = read_text(value, pointer)
        if not text.strip():
            raise refuse_value(_("This is a text that is not empty."), pointer)
        document = self._document(place)
        pattern = like_pattern(text, start=leaf.operator is Operator.STARTS)
        recheck = Fragment(Sql(f"{document.text} ILIKE %s::text", (*document.params, pattern)), recheck=True)
        return Both((*self._prefilter(text, context), recheck))

    def _document(self, place: object) -> Sql:
        """The delivered text: fallbacks are in it too, so it is only ever asked beside the tokens."""
        if not varies_by_locale(self.spec):
            return Sql("(o.shared::json -> 'values' ->> %s::text)", (self.spec.code,))
        locale = split_key(place.key).locale or ""  # type: ignore[attr-defined]
        return Sql("((o.by_locale ->> %s::text)::json -> 'values' ->> %s::text)", (locale, self.spec.code))


def get_fields(structure: DeliveryStructure, view: ViewSpec) -> OwnerFields:
    """The catalogue of a view: its system fields, and the attributes marked as facet or sortable."""

    def make_field(spec: AttributeSpec) -> Field:
        return PublishedField(spec, view)

    return OwnerFields(
        _system_fields(structure, view),
        structure.catalog.base,
        make_field,
        lambda spec: spec.facet or spec.sortable,
    )


def _system_fields(structure: DeliveryStructure, view: ViewSpec) -> Mapping[str, Field]:
    families = structure.catalog.families_by_key
    tree = view.tree
    by_code = {category.code.casefold(): category for category in tree.values()}

    def find_family(code: Json) -> int | None:
        family = families.get(str(code).casefold())
        return family.id if family else None

    def find_categories(code: str, below: bool) -> Sequence[int] | None:
        found = by_code.get(code.casefold())
        if found is None:
            return None
        return [pk for pk, category in tree.items() if category.path.startswith(found.path)] if below else [found.id]

    fields: tuple[Field, ...] = (
        ColumnField("sku", "sku_key", OperandKind.TEXT, indexed=True, normalise=sku_key, sortable=False),
        ColumnField("uuid", "uuid", OperandKind.UUID, indexed=True, sortable=False),
        ColumnField("published_at", "published_at", OperandKind.INSTANT, sortable=False),
        TokenField("family", SystemField.FAMILY, find_family),
        TokenField("kind", SystemField.KIND, lambda code: KINDS.get(str(code))),
        CategoryField("category", find_categories, SystemField.CATEGORY),
        SearchField("search", "sku_key", sku_key),
    )
    return {field.name: field for field in fields}


SYSTEM_SORTS = {
    "sku": SortKey("column", "text", column="sku"),
    "published_at": SortKey("column", "bigint", column="position"),
}
"""The orders every view has; when a product was published follows its position, which has an index."""

"""Lists of products: the filter language over the catalog, pages by keyset."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Literal

from django.db import connection
from django.utils import timezone

from catalog.families import CatalogStructure
from catalog.models import Product
from catalog.services.snapshot import get_catalog_structure
from catalog.services.writing.deriving import KIND_VALUES
from catalog.skus import sku_key
from pim.models import Category
from pim.querying.attribute_fields import AttributeField
from pim.querying.compile import Selection, compile_tree, select
from pim.querying.conditions import Condition, Fragment, HasAny, IndexTables, Param, Sql
from pim.querying.fields import Context, Field, OwnerFields
from pim.querying.operands import OperandKind
from pim.querying.pages import OrderTerm, PageRequest
from pim.querying.params import parse_order
from pim.querying.search_fields import SearchField
from pim.querying.system_fields import (
    CategoryField,
    ColumnField,
    CompleteField,
    CompletenessField,
    TokenField,
)
from pim.querying.tree import Node
from pim.querysets.pages import Page, fetch_ids
from pim.values.specs import Json
from pim.values.tokens import NO, YES, SystemField, text_value, token

TABLES = IndexTables(
    owner="catalog_product",
    link="product_id",
    facet="catalog_productfacet",
    number="catalog_productnumber",
    sort="catalog_productsort",
    text="catalog_producttext",
    unique="catalog_productunique",
    category="catalog_productcategory",
    completeness="catalog_productcompleteness",
    values="catalog_productvalues",
    parent="parent_id",
    depth=4,
)
DEFAULT_SORT = "sku"
FEW_MEMBERS = 1_000

Kinds = Literal["all", "sellable", "models"]
"""Everything, simple products with variants, or product models."""

_PRESENT = Fragment(Sql("o.deleted_at IS NULL"), exact=True)
_SELLABLE = Fragment(Sql("o.kind <> 'model'"), exact=True)
_MODELS = HasAny(frozenset({token(SystemField.KIND, 0, 0, KIND_VALUES["model"])}))


@dataclass(frozen=True)
class ProductCategoryField(CategoryField):
    """The categories of a product: its own and those of the models above it.

    Members of small categories are collected, with all below them; of large ones, product by product is asked.
    """

    def _exists(self, context: Context, more: str, params: tuple[Param, ...]) -> Fragment:
        if not _are_few(more, params):
            member = f"EXISTS (SELECT FROM catalog_productcategory x WHERE x.product_id = {{}}{more})"
            owners = " OR ".join(member.format(column) for column in ("o.id", "o.parent_id", "o.root_id"))
            # Only the third level below a root has somebody between its parent and its root.
            between = (
                "o.level > 2 AND EXISTS (SELECT FROM catalog_product u JOIN catalog_productcategory x"
                f" ON x.product_id = u.parent_id WHERE u.id = o.parent_id{more})"
            )
            # COALESCE has the planner expect every second product, and not nearly all of them.
            text = f"COALESCE({owners} OR {between}, FALSE)"
            return Fragment(Sql(text, params * 4), indexed=bool(more), exact=True)
        text = (
            "o.id IN (WITH RECURSIVE member(id) AS ("
            f"SELECT x.product_id FROM catalog_productcategory x WHERE TRUE{more}"
            " UNION SELECT p.id FROM catalog_product p JOIN member m ON p.parent_id = m.id)"
            " SELECT id FROM member)"
        )
        return Fragment(Sql(text, params), indexed=bool(more), exact=True)


def _are_few(more: str, params: tuple[Param, ...]) -> bool:
    """Whether categories have so few members of their own that they are collected before anything else is looked at."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM (SELECT FROM catalog_productcategory x WHERE TRUE{more} LIMIT %s) m",
            [*params, FEW_MEMBERS + 1],
        )
        row = cursor.fetchone()
    return row is None or row[0] <= FEW_MEMBERS


@dataclass(frozen=True)
class ProductList:
    """The list of products as of one picture of the structure; made once for a request, which asks it several things."""

    catalog: CatalogStructure

    @cached_property
    def fields(self) -> OwnerFields:
        """The catalogue of products: system fields, and every attribute by its code."""
        return OwnerFields(_system_fields(self.catalog), self.catalog.base, AttributeField)

    @cached_property
    def context(self) -> Context:
        """What compiling a filter or an order needs."""
        return Context(tables=TABLES, structure=self.catalog.base, now=timezone.now())

    def select(self, node: Node | None, *, kinds: Kinds = "all") -> Selection:
        """A parsed filter as SQL, without what is in the recycle bin.

        Raises:
            Refused: a value that does not fit its field, with its pointer.
        """
        conditions: list[Condition] = [_PRESENT]
        if kinds == "sellable":
            conditions.append(_SELLABLE)
        elif kinds == "models":
            conditions.append(_MODELS)
        return select(TABLES, *conditions, compile_tree(node, catalogue=self.fields, context=self.context))

    def order(self, sort: str, *, pointer: str = "/sort") -> tuple[OrderTerm, ...]:
        """An order as a list wants it: `-updated,values[price,ecommerce,EUR]`; by SKU where none is named.

        Raises:
            Refused: `unknown_field`, `not_sortable`, `too_many_sorts`.
        """
        return parse_order(sort or DEFAULT_SORT, catalogue=self.fields, context=self.context, pointer=pointer)

    def page(
        self,
        node: Node | None,
        *,
        kinds: Kinds = "all",
        sort: str = "",
        after: tuple[Json, ...] | None = None,
        limit: int = 25,
        backwards: bool = False,
    ) -> tuple[Selection, Page]:
        """What is selected, and the keys of one page of it.

        Raises:
            Refused: see `select` and `order`; `not_indexed`.
        """
        where = self.select(node, kinds=kinds)
        request = PageRequest(where, self.order(sort), after, limit, backwards)
        # Without a filter the walk along the order's index fills a page at once; only models are few among many.
        is_plain = node is None and kinds != "models"
        return where, fetch_ids(connection, request, fenced=False if is_plain else None)


def open_list() -> ProductList:
    """The list as of now."""
    return ProductList(get_catalog_structure())


def get_fields() -> OwnerFields:
    """The catalogue of products as of now."""
    return open_list().fields


def make_context() -> Context:
    """What compiling a filter or an order over products needs, as of now."""
    return open_list().context


def select_products(node: Node | None, *, kinds: Kinds = "all") -> Selection:
    """See `ProductList.select`."""
    return open_list().select(node, kinds=kinds)


def order_products(sort: str, *, pointer: str = "/sort") -> tuple[OrderTerm, ...]:
    """See `ProductList.order`."""
    return open_list().order(sort, pointer=pointer)


def _system_fields(catalog: CatalogStructure) -> Mapping[str, Field]:
    base = catalog.base
    locales = {spec.ordinal: code for code, spec in base.locales.items()}
    channels = {spec.ordinal: code for code, spec in base.channels.items()}

    def slot(channel: int, locale: int) -> int | None:
        return catalog.slots.get((channels.get(channel, ""), locales.get(locale, "")))

    fields: tuple[Field, ...] = (
        ColumnField("sku", "sku_key", OperandKind.TEXT, indexed=True, normalise=sku_key),
        ColumnField("uuid", "uuid", OperandKind.UUID, indexed=True, sortable=False),
        ColumnField("created", "created", OperandKind.INSTANT),
        ColumnField("updated", "updated", OperandKind.INSTANT, indexed=True),
        ColumnField("parent", "parent_id", OperandKind.INTEGER, nullable=True, indexed=True, resolve=_resolve_skus),
        TokenField("kind", SystemField.KIND, _reader(KIND_VALUES.get)),
        TokenField("family", SystemField.FAMILY, partial(_resolve_family, catalog)),
        TokenField("stage", SystemField.STAGE, _reader(text_value), column="stage"),
        TokenField("group", SystemField.GROUP, _reader(catalog.groups.get)),
        TokenField("enabled", SystemField.ENABLED, lambda flag: YES if flag else NO, boolean=True),
        CompleteField("complete", SystemField.COMPLETE, lambda flag: YES if flag else NO, boolean=True, scope=_SCOPE),
        TokenField("missing", SystemField.MISSING, partial(_resolve_attribute, catalog), scope=_SCOPE),
        ProductCategoryField("category", _resolve_category),
        CompletenessField("completeness", slot),
        SearchField("search", "sku_key", sku_key),
    )
    return {field.name: field for field in fields}


_SCOPE: tuple[Literal["channel"], Literal["locale"]] = ("channel", "locale")


def _reader(find: Callable[[str], int | None]) -> Callable[[Json], int | None]:
    return lambda value: find(str(value))


def _resolve_skus(skus: Sequence[str]) -> Sequence[int]:
    return list(Product.objects.with_skus(map(sku_key, skus)).values_list("pk", flat=True))


def _resolve_family(catalog: CatalogStructure, code: Json) -> int | None:
    family = catalog.family(str(code))
    return family.id if family else None


def _resolve_attribute(catalog: CatalogStructure, code: Json) -> int | None:
    spec = catalog.base.attribute(str(code))
    return spec.id if spec else None


def _resolve_category(code: str, below: bool) -> Sequence[int] | None:
    found = Category.objects.filter(code__iexact=code).first()
    if found is None:
        return None
    if not below:
        return [found.pk]
    return list(Category.objects.filter(path__startswith=found.path).values_list("pk", flat=True))

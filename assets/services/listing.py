"""The asset library as a list: the filter language over assets, pages by keyset."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.db import connection
from django.utils import timezone

from assets.models import Asset, License
from assets.services.deriving import KIND_TOKENS, AssetField
from pim.querying.compile import Selection, compile_tree, select
from pim.querying.conditions import IndexTables
from pim.querying.fields import Context, Field, OwnerFields
from pim.querying.operands import OperandKind
from pim.querying.pages import PageRequest
from pim.querying.params import parse_order
from pim.querying.search_fields import SearchField
from pim.querying.system_fields import ColumnField, TokenField
from pim.querying.tree import Node
from pim.querysets.pages import Count, Page, count_capped, fetch_ids
from pim.services.snapshot import get_structure
from pim.values.specs import Json
from pim.values.tokens import NO, YES, SystemField, text_value

TABLES = IndexTables(
    owner="assets_asset",
    link="asset_id",
    facet="assets_assetfacet",
    text="assets_assettext",
    values="assets_assetvalues",
)
DEFAULT_SORT = "-created"


@dataclass(frozen=True, slots=True)
class AssetPage:
    """One page of assets, loaded with version and licence, and where it lies in the list."""

    assets: list[Asset]
    page: Page


@lru_cache(maxsize=1)
def system_fields() -> Mapping[str, Field]:
    """The fields of assets in the filter language."""
    fields: tuple[Field, ...] = (
        ColumnField("code", "code_key", OperandKind.TEXT, indexed=True, normalise=str.lower),
        ColumnField("uuid", "uuid", OperandKind.UUID, indexed=True, sortable=False),
        ColumnField("created", "created", OperandKind.INSTANT, indexed=True),
        ColumnField("updated", "updated", OperandKind.INSTANT, indexed=True),
        TokenField("kind", SystemField.KIND, lambda code: KIND_TOKENS.get(str(code))),
        TokenField("stage", SystemField.STAGE, lambda code: text_value(str(code)), column="stage"),
        TokenField("media_type", AssetField.MEDIA_TYPE, lambda name: text_value(str(name))),
        TokenField("license", AssetField.LICENSE, _license_token, has_filled=True),
        TokenField("ready", AssetField.READY, lambda flag: YES if flag else NO, boolean=True),
        SearchField("search", "code_key", str.lower),
    )
    return {field.name: field for field in fields}


def get_fields() -> OwnerFields:
    """The catalogue of assets: attributes of their own come with asset families."""
    return OwnerFields(system_fields(), get_structure(), _no_attributes, is_visible=lambda _spec: False)


def select_assets(node: Node | None) -> Selection:
    """A parsed filter as SQL.

    Raises:
        Refused: a value that does not fit its field, with its pointer.
    """
    fields = get_fields()
    return select(TABLES, compile_tree(node, catalogue=fields, context=_context(fields)))


def list_assets(
    where: Selection,
    *,
    sort: str = DEFAULT_SORT,
    after: tuple[Json, ...] | None = None,
    limit: int = 60,
    backwards: bool = False,
) -> AssetPage:
    """One page: ids first, then the assets, with their versions and licences; no query by asset.

    `sort` names at most three fields: `-updated,code`.

    Raises:
        Refused: `unknown_field`, `not_sortable`, `too_many_sorts`, `invalid_limit`, `not_indexed`.
    """
    fields = get_fields()
    order = parse_order(sort or DEFAULT_SORT, catalogue=fields, context=_context(fields))
    page = fetch_ids(connection, PageRequest(where, order, after=after, limit=limit, backwards=backwards))
    found = Asset.objects.with_current().in_bulk(page.ids)
    return AssetPage([found[pk] for pk in page.ids], page)


def count_assets(where: Selection) -> Count:
    """How many assets match, exact up to 10,000."""
    return count_capped(connection, where)


def _context(fields: OwnerFields) -> Context:
    return Context(tables=TABLES, structure=fields.structure, now=timezone.now())


def _license_token(code: Json) -> int | None:
    return License.objects.filter(code__iexact=str(code)).values_list("pk", flat=True).first()


def _no_attributes(_spec: object) -> Field:
    raise LookupError

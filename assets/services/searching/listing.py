"""The asset library as a list: the filter language over assets, pages by keyset."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial

from django.db import connection
from django.utils import timezone

from assets.choices import DigitalSource
from assets.models import Asset, AssetFamily, Folder, License, Release
from assets.services.deriving import COLOUR_TOKENS, KIND_TOKENS, ORIENTATION_TOKENS, AssetField
from assets.services.engine import get_asset_engine
from assets.services.searching.collection_fields import COLLECTION, CollectionField
from assets.services.searching.rights_fields import RightsEndField, RightsStateField
from assets.services.searching.similarity_fields import SimilarField
from pim.errors import Refused
from pim.models import Category
from pim.querying.attribute_fields import AttributeField
from pim.querying.compile import Selection, compile_tree, select
from pim.querying.conditions import NOTHING, Condition, IndexTables
from pim.querying.fields import Context, Field, OwnerFields
from pim.querying.operands import OperandKind
from pim.querying.pages import PageRequest
from pim.querying.params import parse_order
from pim.querying.search_fields import SearchField
from pim.querying.system_fields import CategoryField, ColumnField, CompleteField, TokenField
from pim.querying.tree import PRESENCE, Node, Operator, parse_filter
from pim.querysets.pages import Count, Page, count_capped, fetch_ids
from pim.values.specs import Json
from pim.values.tokens import NO, YES, SystemField, text_value

TABLES = IndexTables(
    owner="assets_asset",
    link="asset_id",
    facet="assets_assetfacet",
    text="assets_assettext",
    number="assets_assetnumber",
    sort="assets_assetsort",
    category="assets_assetcategory",
    values="assets_assetvalues",
)
DEFAULT_SORT = "-created"


@dataclass(frozen=True)
class FilledField(TokenField):
    """A field of which only is known whether it is filled."""

    @property
    def operators(self) -> frozenset[Operator]:
        """Presence."""
        return PRESENCE


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
        TokenField("license", AssetField.LICENSE, _key_of(License), has_filled=True),
        TokenField("family", SystemField.FAMILY, _key_of(AssetFamily), has_filled=True),
        TokenField("release", AssetField.RELEASE, _key_of(Release), has_filled=True),
        TokenField("keyword", AssetField.KEYWORD, lambda word: text_value(str(word)), has_filled=True),
        TokenField("colour", AssetField.COLOUR, lambda name: COLOUR_TOKENS.get(str(name))),
        TokenField("orientation", AssetField.ORIENTATION, lambda name: ORIENTATION_TOKENS.get(str(name))),
        TokenField("digital_source", AssetField.DIGITAL_SOURCE, _source_token, has_filled=True),
        FilledField("alt", AssetField.ALT, lambda _value: None, has_filled=True, scope=("locale",)),
        CompleteField("complete", SystemField.COMPLETE, lambda _value: None, boolean=True, scope=("locale",)),
        CategoryField("folder", partial(_nodes_of, Folder), AssetField.FOLDER, has_filled=True),
        CategoryField("categories", partial(_nodes_of, Category), SystemField.CATEGORY, has_filled=True),
        TokenField("ready", AssetField.READY, lambda flag: YES if flag else NO, boolean=True),
        TokenField(
            "breaks_rules", AssetField.BREAKS_RULES, lambda flag: YES if flag else NO, boolean=True, scope=("channel",)
        ),
        CollectionField(COLLECTION, _compile_stored),
        SimilarField(),
        RightsStateField(),
        RightsEndField(),
        SearchField("search", "code_key", str.lower),
    )
    return {field.name: field for field in fields}


def get_fields() -> OwnerFields:
    """The catalogue of assets: system fields, and the attributes that some asset family has."""
    engine = get_asset_engine()
    own = {code for family in engine.families_by_id.values() for code in family.attributes}
    return OwnerFields(system_fields(), engine.structure, AttributeField, is_visible=lambda spec: spec.code in own)


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
    return load_page(fetch_ids(connection, PageRequest(where, order, after=after, limit=limit, backwards=backwards)))


def load_page(page: Page) -> AssetPage:
    """The assets of a page of keys, in its order; what has gone meanwhile is left out."""
    found = Asset.objects.with_current().in_bulk(page.ids)
    return AssetPage([found[pk] for pk in page.ids if pk in found], page)


def count_assets(where: Selection) -> Count:
    """How many assets match, exact up to 10,000."""
    return count_capped(connection, where)


def _compile_stored(query: Json) -> Condition:
    """The search of a collection; one that asks for what is gone meanwhile finds nothing."""
    fields = get_fields()
    try:
        return compile_tree(parse_filter(query, catalogue=fields), catalogue=fields, context=_context(fields))
    except Refused:
        return NOTHING


def _context(fields: OwnerFields) -> Context:
    return Context(tables=TABLES, structure=fields.structure, now=timezone.now())


def _key_of(model: type[License | Release | AssetFamily]) -> Callable[[Json], int | None]:
    return lambda code: model.objects.filter(code__iexact=str(code)).values_list("pk", flat=True).first()


def _source_token(name: Json) -> int | None:
    return text_value(str(name)) if str(name) in DigitalSource.values else None


def _nodes_of(model: type[Folder | Category], code: str, below: bool) -> list[int] | None:
    node = model.objects.filter(code__iexact=code).first()
    if node is None:
        return None
    if not below:
        return [node.pk]
    return list(model.objects.filter(path__startswith=node.path).values_list("pk", flat=True))

"""Views in memory: their terms, categories and completeness rules, made once per epoch of the structure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock

from catalog.families import CatalogStructure
from catalog.services.snapshot import get_catalog_structure
from catalog.services.writing.engine import Engine, get_engine
from channels.choices import LocaleRule
from channels.mapping.terms import CategoryRef, ViewTerms
from channels.models import ChannelView
from pim.models import Category
from pim.values.specs import Json


@dataclass(frozen=True, slots=True)
class ViewSpec:
    """A view with everything delivery needs of it at one epoch; `tree` are the categories of its channel by id."""

    terms: ViewTerms
    labels: Mapping[str, str]
    selection: dict[str, Json]
    tree: Mapping[int, CategoryRef]
    is_active: bool
    is_introspectable: bool
    page_limit: int
    cache_age_s: int


@dataclass(frozen=True, eq=False)
class DeliveryStructure:
    """The catalog's structure with the views; `categories` are all categories by id."""

    catalog: CatalogStructure
    views: Mapping[int, ViewSpec]
    views_by_code: Mapping[str, ViewSpec]
    categories: Mapping[int, CategoryRef]
    engine: Engine


_lock = Lock()
_current: DeliveryStructure | None = None


def get_delivery_structure() -> DeliveryStructure:
    """The views as of now; one small query while nothing changes."""
    global _current  # noqa: PLW0603 - the process-wide cache this module exists for
    catalog = get_catalog_structure()
    known = _current
    if known is not None and known.catalog is catalog:
        return known
    with _lock:
        if _current is None or _current.catalog is not catalog:
            _current = _load(catalog)
        return _current


def _load(catalog: CatalogStructure) -> DeliveryStructure:
    base = catalog.base
    categories = {
        pk: CategoryRef(pk, code, path, labels)
        for pk, code, path, labels in Category.objects.order_by("path").values_list("pk", "code", "path", "labels")
    }
    roots = {category.code: category.path for category in categories.values()}
    views = {}
    for row in ChannelView.objects.select_related("channel"):
        channel = base.channels[row.channel.code]
        root = roots.get(channel.category_tree or "")
        views[row.pk] = ViewSpec(
            terms=ViewTerms(
                id=row.pk,
                code=row.code,
                channel=channel.code,
                locales=tuple(code for code in row.locales if code in channel.locales) or channel.locales,
                currencies=tuple(code for code in row.currencies if code in channel.currencies) or channel.currencies,
                requires_approval=row.requires_approval,
                completeness=row.completeness,
                requires_every_locale=row.locale_rule == LocaleRule.ALL,
                uses_fallback=row.uses_fallback,
                image_preset=row.image_preset,
                territory=row.territory,
            ),
            labels=row.labels,
            selection=row.selection,
            tree={
                pk: category
                for pk, category in categories.items()
                if root is not None and category.path.startswith(root)
            },
            is_active=row.is_active,
            is_introspectable=row.is_introspectable,
            page_limit=row.page_limit,
            cache_age_s=row.cache_age_s,
        )
    by_code = {view.terms.code: view for view in views.values()}
    return DeliveryStructure(catalog, views, by_code, categories, get_engine(catalog))

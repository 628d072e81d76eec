"""What stands beside the form: completeness, stages with reasons, why it is (not) live, variants, the journal's words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from catalog.admin.editing.page import ProductPage
from catalog.admin.grid.rows import tone_of
from catalog.admin.grid.state import list_channels
from catalog.extensions import ShownStage, get_stage_desk, live_verdicts
from catalog.families import CatalogStructure
from catalog.models import Product
from catalog.services.showing import ShownProduct, show_products, write_value
from pim.admin.histories import write_plain
from pim.values.keys import split_key
from pim.values.labels import label_of

VARIANTS = 200


@dataclass(frozen=True, slots=True)
class Slot:
    """Completeness in one channel and locale, and the address that shows it."""

    channel: str
    locale: str
    percent: int | None
    tone: str
    url: str
    is_here: bool


@dataclass(frozen=True, slots=True)
class VariantRow:
    """A row of the list of variants."""

    product: ShownProduct
    axes: str
    url: str
    stage: ShownStage
    slots: tuple[tuple[str, int | None, str], ...]


def describe_panels(row: Product, page: ProductPage, user: Any) -> dict[str, Any]:
    """The context of the panels."""
    desk = get_stage_desk()
    stages = {stage.code: stage for stage in desk.stages()} if desk else {}
    verdicts = (
        [verdict for find in live_verdicts.values() for verdict in find(row)] if not page.product.is_model else []
    )
    return {
        "stage": stages.get(row.stage) or ShownStage(row.stage, row.stage),
        "ways": desk.ways_of(row, actor=user) if desk else (),
        "slots": _slots(page),
        "verdicts": verdicts,
        "channels": list_channels(page.engine.catalog),
        "locales": page.engine.catalog.base.channels[page.channel].locales if page.channel else (),
        "association_types": [
            (spec, label_of(spec.labels, spec.code)) for spec in page.engine.catalog.association_types.values()
        ],
        "ancestors": [(owner.sku, url) for owner, url in zip(page.product.owners, page.owner_urls, strict=True)][:0:-1],
        "suggest_url": reverse("admin:catalog_product_suggest"),
        "assets_url": reverse("admin:catalog_product_assets"),
    }


def describe_variants(page: ProductPage) -> list[VariantRow]:
    """The products directly below a model."""
    product = page.product
    if not product.is_model:
        return []
    ids = (
        Product.objects.present()
        .filter(parent_id=product.id)
        .order_by("axis_key", "sku_key")
        .values_list("pk", flat=True)
    )
    slots = [(page.channel, locale) for locale in _locales(page)] if page.channel else []
    desk = get_stage_desk()
    stages = {stage.code: stage for stage in desk.stages()} if desk else {}
    rows = []
    for below in show_products(list(ids[:VARIANTS]), reader=product.reader, slots=slots):
        values = (write_value(value, spec, product.structure, page.locale) for spec, value in below.axis_values)
        percents = [(locale, below.percentage(channel, locale)) for channel, locale in slots]
        rows.append(
            VariantRow(
                below,
                ", ".join(text or "–" for text in values),
                reverse("admin:catalog_product_change", args=(below.uuid,)),
                stages.get(below.stage) or ShownStage(below.stage, below.stage),
                tuple((locale, percent, tone_of(percent)) for locale, percent in percents),
            )
        )
    return rows


def describe_family(page: ProductPage) -> str:
    """The family's name, with the family variant's."""
    product = page.product
    if product.family is None:
        return ""
    words = [label_of(product.family.labels, product.family.code)]
    if product.variant is not None:
        words.append(label_of(product.variant.labels, product.variant.code))
    return " · ".join(words)


def write_journal_value(catalog: CatalogStructure) -> Callable[[str, Any], str]:
    """How values of a product's journal are worded: labels for options, symbols for units."""

    def write(key: str, value: Any) -> str:
        spec = None if key.startswith("@") else catalog.base.attributes.get(split_key(key).attribute)
        if spec is None or value is None:
            return write_plain(value)
        if spec.type in {"asset", "asset_list"}:
            return write_plain(value)
        return write_plain(write_value(value, spec, catalog, split_key(key).locale))

    return write


def _slots(page: ProductPage) -> list[Slot]:
    found = []
    for locale in _locales(page):
        percent = page.product.percentage(page.channel or "", locale)
        url = f"?channel={page.channel}&locale={locale}"
        found.append(Slot(page.channel or "", locale, percent, tone_of(percent), url, locale == page.locale))
    return found


def _locales(page: ProductPage) -> tuple[str, ...]:
    return page.engine.catalog.base.channels[page.channel].locales if page.channel else ()

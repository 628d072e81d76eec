"""Rows and columns of the grid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from catalog.admin.grid.chips import FIELD_LABELS, KIND_WORDS, attribute_label
from catalog.admin.grid.state import GridState
from catalog.extensions import ShownStage, get_stage_desk
from catalog.services.showing import ShownProduct, make_reader, show_products, thumbnails, write_value
from pim.errors import Refused
from pim.querying.fields import SortScope
from pim.values.labels import label_of
from pim.values.texts import write_on_one_line

ASSET_TYPES = frozenset({"asset", "asset_list"})
NUMERIC = frozenset({"integer", "decimal", "measurement", "price"})
MAX_CHARACTERS = 120


@dataclass(frozen=True, slots=True)
class Column:
    """A column's head. `sort` is the order it would give, empty where it gives none; `direction` the present one."""

    name: str
    label: str
    kind: str = "text"
    sort_url: str = ""
    direction: str = ""
    scope: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """What one column shows of one product."""

    name: str
    kind: str
    text: str = ""
    source: str = "own"
    image: str = ""


@dataclass(frozen=True, slots=True)
class Badge:
    """Completeness in one locale; a model's is that of its variants."""

    locale: str
    percent: int | None
    tone: str


@dataclass(frozen=True, slots=True)
class Row:
    """A product as the template needs it."""

    product: ShownProduct
    url: str
    variants_url: str
    kind_label: str
    axes: str
    stage: ShownStage
    badges: tuple[Badge, ...]
    cells: tuple[Cell, ...]


def make_columns(state: GridState) -> list[Column]:
    """The columns that the person has chosen, with the addresses that sort by them."""
    columns = []
    for name in state.columns:
        spec = state.catalog.base.attributes.get(name)
        label = str(FIELD_LABELS.get(name, "")) if spec is None else attribute_label(spec, state.locale)
        if name == "completeness":
            label = str(FIELD_LABELS["complete"])
        kind = (
            name
            if spec is None
            else "image"
            if spec.type in ASSET_TYPES
            else "number"
            if spec.type in NUMERIC
            else "text"
        )
        scope = ""
        if spec is not None:
            parts = (state.channel if spec.scopable else None, state.locale if spec.localizable else None)
            scope = ",".join(part for part in parts if part)
        sort = _sort_of(name, spec is not None, scope, state)
        direction = {sort: "ascending", f"-{sort}": "descending"}.get(state.sort, "") if sort else ""
        following = f"-{sort}" if direction == "ascending" else sort
        columns.append(Column(name, label, kind, state.query({"sort": following}) if sort else "", direction, scope))
    return columns


def sku_column(state: GridState) -> Column:
    """The first column, which is always there."""
    direction = {"sku": "ascending", "-sku": "descending"}.get(state.sort, "")
    following = "-sku" if direction == "ascending" else "sku"
    return Column("sku", _("Product"), "sku", state.query({"sort": following}), direction)


def make_rows(ids: Sequence[int], state: GridState) -> list[Row]:
    """Ids become rows, in a constant number of queries."""
    reader = make_reader(state.channel, state.locale, catalog=state.catalog)
    products = show_products(ids, reader=reader, slots=state.slots, catalog=state.catalog)
    desk = get_stage_desk()
    stages = {stage.code: stage for stage in desk.stages()} if desk else {}
    pictures = _pictures(products, state)
    return [_row(product, state, stages, pictures) for product in products]


def make_badges(product: ShownProduct, state: GridState) -> tuple[Badge, ...]:
    """Completeness per locale of the chosen channel."""
    return tuple(
        Badge(locale, percent, tone_of(percent))
        for channel, locale in state.slots
        for percent in (product.percentage(channel, locale),)
    )


def tone_of(percent: int | None) -> str:
    """Grey below 1 %, amber on the way, green at 100 %."""
    if percent is None or percent < 1:
        return "is-none"
    return "is-good" if percent == 100 else "is-warn"


def _row(product: ShownProduct, state: GridState, stages: dict[str, ShownStage], pictures: dict[str, str]) -> Row:
    axes = ", ".join(
        write_value(value, spec, state.catalog, state.locale) or "–" for spec, value in product.axis_values
    )
    return Row(
        product=product,
        url=reverse("admin:catalog_product_change", args=(product.uuid,)),
        variants_url=reverse("admin:catalog_product_variants", args=(product.uuid,)),
        kind_label=str(KIND_WORDS.get(product.kind, product.kind)),
        axes=axes,
        stage=stages.get(product.stage) or ShownStage(product.stage, product.stage),
        badges=make_badges(product, state),
        cells=tuple(_cell(name, product, state, pictures) for name in state.columns),
    )


def _cell(name: str, product: ShownProduct, state: GridState, pictures: dict[str, str]) -> Cell:
    spec = state.catalog.base.attributes.get(name)
    if spec is None or name in {"family", "stage"}:
        return Cell(name, name, _system_text(name, product))
    found = product.explain(spec)
    if found is None:
        return Cell(name, "text")
    if spec.type in ASSET_TYPES:
        first = found.value[0] if isinstance(found.value, list) else found.value
        text = write_value(found.value, spec, state.catalog, state.locale)
        return Cell(name, "image", text, found.source, pictures.get(str(first), ""))
    text = write_value(found.value, spec, state.catalog, state.locale)
    if spec.type == "rich_text":
        text = write_on_one_line(text)
    text = text if len(text) <= MAX_CHARACTERS else f"{text[:MAX_CHARACTERS]}…"
    return Cell(name, "number" if spec.type in NUMERIC else "text", text, found.source)


def _system_text(name: str, product: ShownProduct) -> str:
    match name:
        case "family":
            return label_of(product.family.labels, product.family.code) if product.family else ""
        case "kind":
            return str(KIND_WORDS.get(product.kind, product.kind))
    return ""


def _pictures(products: Sequence[ShownProduct], state: GridState) -> dict[str, str]:
    specs = [
        spec for name in state.columns if (spec := state.catalog.base.attributes.get(name)) and spec.type in ASSET_TYPES
    ]
    wanted: list[Any] = [
        found.value[0] if isinstance(found.value, list) else found.value
        for product in products
        for spec in specs
        if (found := product.explain(spec)) is not None
    ]
    return thumbnails(str(uuid) for uuid in wanted)


def _sort_of(name: str, is_attribute: bool, scope: str, state: GridState) -> str:
    """The order a column gives, as the address writes it; empty where it gives none."""
    from catalog.services.listing import make_context

    if not is_attribute:
        return name if name in {"created", "updated", "stage"} else ""
    found = state.fields.lookup(f"values.{name}")
    spec = state.catalog.base.attributes[name]
    if found is None or spec.type == "price":
        return ""
    channel = state.channel if spec.scopable else None
    locale = state.locale if spec.localizable else None
    try:
        key = found.sort_key(SortScope(channel, locale), make_context())
    except Refused:
        return ""
    return f"values[{name}{',' if scope else ''}{scope}]" if key else ""

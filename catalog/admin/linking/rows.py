"""How files, products and places look in the lists of linking; a constant number of queries for any number of rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from catalog.admin.grid.state import choose_scope
from catalog.choices import LinkMode, RowState
from catalog.models import Product
from catalog.services.linking.wording import explain
from catalog.services.showing import make_reader, show_products, thumbnails
from catalog.services.snapshot import get_catalog_structure
from pim.values.keys import split_key
from pim.values.labels import label_of
from pim.values.snapshot import Structure

TONES = {
    RowState.LINK: "is-accent", RowState.DONE: "is-good", RowState.LINKED: "is-good", RowState.WAITING: "is-warn",
    RowState.AMBIGUOUS: "is-warn", RowState.TAKEN: "is-warn", RowState.REFUSED: "is-bad", RowState.STALE: "is-bad",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ShownFile:
    """A file in a list."""

    name: str
    url: str
    thumbnail: str = ""


@dataclass(frozen=True, slots=True)
class ShownTarget:
    """A product that a file belongs to, or may belong to, and the place there."""

    sku: str
    label: str = ""
    url: str = ""
    thumbnail: str = ""
    place: str = ""
    key: str = ""
    position: int | None = None

    @property
    def attribute(self) -> str:
        """The code of the attribute of the place."""
        return self.key.partition(":")[0]


@dataclass(frozen=True, slots=True)
class ShownLink:
    """One line of a list: a file, where it goes, and why."""

    file: ShownFile
    target: ShownTarget | None
    state: str
    state_label: str
    tone: str
    why: str
    rule: str = ""
    uuid: str = ""
    replaces: bool = False
    candidates: Sequence[ShownTarget] = field(default_factory=list)


class Shower:
    """Looks up at once what the rows of a list show."""

    def __init__(self, rows: Sequence[Any], *, products: Iterable[str] = ()) -> None:
        self.structure: Structure = get_catalog_structure().base
        self._addresses = thumbnails(str(row.asset.uuid) for row in rows)
        wanted = {str(uuid) for uuid in products if uuid}
        wanted |= {each["product"] for row in rows for each in row.candidates}
        self._products = find_products(wanted)

    def file(self, row: Any) -> ShownFile:
        """The file of a row."""
        asset = row.asset
        name = asset.version.filename if asset.version else asset.code
        url = reverse("admin:assets_asset_change", args=(asset.uuid,))
        return ShownFile(name, url, self._addresses.get(str(asset.uuid), ""))

    def target(self, product: str | None, sku: str, key: str, position: int | None) -> ShownTarget | None:
        """Where a row goes: the product where there is one, else the SKU that is waited for."""
        if not sku:
            return None
        place = describe_place(self.structure, key)
        found = self._products.get(product or "")
        if found is None:
            return ShownTarget(sku, place=place, key=key, position=position)
        return ShownTarget(found.sku, found.label, found.url, found.thumbnail, place, key, position)

    def candidates(self, row: Any) -> list[ShownTarget]:
        """The products that a row may mean."""
        found = [self.target(each["product"], each["sku"], each["key"], each["position"]) for each in row.candidates]
        return [each for each in found if each is not None]


def find_products(uuids: Iterable[str]) -> dict[str, ShownTarget]:
    """Products with label and picture, by uuid."""
    ids = list(Product.objects.present().filter(uuid__in=list(uuids)).values_list("pk", flat=True))
    catalog = get_catalog_structure()
    reader = make_reader(*choose_scope(catalog, {}, {}))
    return {
        each.uuid: ShownTarget(
            each.sku, each.label, reverse("admin:catalog_product_change", args=(each.uuid,)), each.thumbnail
        )
        for each in show_products(ids, reader=reader)
    }


def describe_place(structure: Structure, key: str) -> str:
    """A flat key as people say it: the attribute's label, channel, locale."""
    if not key:
        return ""
    scope = split_key(key)
    spec = structure.attributes.get(scope.attribute)
    label = label_of(spec.labels, spec.code) if spec else scope.attribute
    return " · ".join(part for part in (label, scope.channel, scope.locale) if part)


def show_rows(rows: Sequence[Any], labels: Mapping[str, str]) -> list[ShownLink]:
    """The rows of a run, loaded with their assets and versions."""
    shower = Shower(rows, products=(row.product_uuid for row in rows))
    return [
        ShownLink(
            shower.file(row),
            shower.target(str(row.product_uuid), row.sku, row.key, row.position),
            row.state,
            str(RowState(row.state).label),
            TONES.get(RowState(row.state), ""),
            row.message or explain(row.why),
            labels.get(row.rule, row.rule),
            replaces=row.mode == LinkMode.REPLACE,
            candidates=shower.candidates(row),
        )
        for row in rows
    ]


def count_text(count: int) -> str:
    """For buttons: how many files."""
    return _("%d file") % count if count == 1 else _("%d files") % count

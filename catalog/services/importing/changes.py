"""Records of files as what the write path takes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from catalog.importing.codes import make_sku_key
from catalog.importing.records import Link, ProductRecord
from catalog.models import Association, Product
from catalog.services.changes import Links, ProductChange
from catalog.services.writing.links import links_of, read_association_states
from pim.values.keys import join_key


def make_change(record: ProductRecord, media: Mapping[str, object], *, stage: str, is_kind_sure: bool) -> ProductChange:
    """What a row of a product file says; its associations come in a pass of their own.

    Args:
        media: assets by flat key.
        stage: of a new product; empty: the workflow's first.
        is_kind_sure: the file tells simple products from variants and models; else a row without a parent may also
            be about a product that has one.
    """
    values: dict[str, Any] = {
        join_key(attribute, channel, locale): data
        for attribute, scopes in record.values.items()
        for (channel, locale), data in scopes.items()
    }
    values.update(media)
    change = ProductChange(
        record.sku,
        kind=record.kind if is_kind_sure or record.kind == "model" else None,
        values=values,
        cells={
            (attribute, channel, locale): parts
            for attribute, scopes in record.cells.items()
            for (channel, locale), parts in scopes.items()
        },
        clear=record.empty,
        row=record.line,
    )
    for name in ("parent", "family", "family_variant", "enabled", "categories", "groups"):
        found = getattr(record, name)
        if found is not None:
            setattr(change, name, found)
    if stage:
        change.stage = stage
    return change


def make_association_changes(records: Sequence[ProductRecord]) -> list[ProductChange]:
    """The associations of rows, for those rows that name some or whose product has some; three queries.

    A side (`products`, `product_models`, `groups`) that is not in the file stays as it is, and so does a two-way
    association until the row of its owner lets go of it: a file may name it on one side or on both.
    """
    keys = [make_sku_key(record.sku) for record in records]
    ids = dict(Product.objects.present().filter(sku_key__in=keys).values_list("sku_key", "pk"))
    owners = set(Association.objects.filter(owner_id__in=ids.values()).values_list("owner_id", flat=True))
    states = read_association_states(sorted(owners)) if owners else {}
    changes = []
    for record, key in zip(records, keys, strict=True):
        present = states.get(ids.get(key, 0), {})
        wanted = dict(_wanted(record, present))
        if wanted and key in ids:
            changes.append(
                ProductChange(record.sku, associations=wanted, own_links_only=True, must_exist=True, row=record.line)
            )
    return changes


def _wanted(record: ProductRecord, present: Mapping[str, Any]) -> Iterable[tuple[str, Links]]:
    emptied = {code for code, _side in record.empty_associations if code in present}
    for code in dict.fromkeys((*record.associations, *sorted(emptied))):
        sides: dict[str, Sequence[Mapping[str, Any]]] = dict(links_of(present.get(code)))
        for type_code, side in record.empty_associations:
            if type_code == code:
                sides[side] = ()
        for side, links in record.associations.get(code, {}).items():
            sides[side] = [_link(link) for link in links]
        yield code, sides


def _link(link: Link) -> dict[str, Any]:
    return {"key": link.code, "quantity": link.quantity}

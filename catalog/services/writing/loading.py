"""First step: everything a chunk of changes needs to know, in a constant number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from django.db import connection

from catalog.skus import sku_key

INLINE_DESCENDANTS = 200
"""Descendants of a model whose derived rows are updated in the model's own transaction."""

COLUMNS = (
    "id, uuid::text, sku, sku_key, kind, parent_id, root_id, family_id, family_variant_id, level, axis_key, enabled,"
    " stage, revision"
)


@dataclass(slots=True)
class Row:
    """A product as it is in the database. `values` are its own, flat; `categories` own category ids in order."""

    id: int
    uuid: str
    sku: str
    sku_key: str
    kind: str
    parent_id: int | None
    root_id: int | None
    family_id: int | None
    family_variant_id: int | None
    level: int
    axis_key: str | None
    enabled: bool
    stage: str
    revision: int
    values: dict[str, Any] = field(default_factory=dict)
    categories: tuple[int, ...] = ()
    groups: tuple[int, ...] = ()

    def copy(self) -> Row:
        """An independent copy, to become the new state."""
        return Row(
            self.id, self.uuid, self.sku, self.sku_key, self.kind, self.parent_id, self.root_id, self.family_id,
            self.family_variant_id, self.level, self.axis_key, self.enabled, self.stage, self.revision,
            dict(self.values), self.categories, self.groups,
        )  # fmt: skip


@dataclass(slots=True)
class Loaded:
    """The rows a chunk touches or reads: what the caller named, with ancestors and descendants.

    `binned` are those of the named uuids that belong to products in the recycle bin.
    """

    by_key: dict[str, Row] = field(default_factory=dict)
    by_id: dict[int, Row] = field(default_factory=dict)
    children: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    editions: set[int] = field(default_factory=set)
    axis_owners: dict[tuple[int, str], int] = field(default_factory=dict)
    large_models: set[int] = field(default_factory=set)
    binned: set[str] = field(default_factory=set)

    def add(self, row: Row) -> None:
        """Take a row in."""
        self.by_id[row.id] = row
        self.by_key[row.sku_key] = row
        if row.parent_id is not None and row.id not in self.children[row.parent_id]:
            self.children[row.parent_id].append(row.id)

    def lineage(self, row: Row) -> list[Row]:
        """The owner's ancestors, root first, then the owner."""
        chain = [row]
        while chain[-1].parent_id is not None:
            chain.append(self.by_id[chain[-1].parent_id])
        chain.reverse()
        return chain

    def descendants(self, row: Row) -> list[Row]:
        """All loaded rows below a model, parents before children."""
        found: list[Row] = []
        stack = [row.id]
        while stack:
            for child in self.children.get(stack.pop(), ()):
                found.append(self.by_id[child])
                stack.append(child)
        return found


def load_rows(
    skus: Iterable[str],
    *,
    uuids: Sequence[str] = (),
    parents: Iterable[str] = (),
    ids: Sequence[int] = (),
    with_descendants: bool = True,
) -> Loaded:
    """Lock and read the named products, with their ancestors and (up to 200 per model) descendants.

    Locks in id order, so that two writers of the same products wait for one another instead of deadlocking.
    """
    loaded = Loaded()
    named = {sku_key(sku) for sku in skus if sku.isprintable()}
    keys = named | {sku_key(sku) for sku in parents if sku.isprintable()}
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {COLUMNS} FROM catalog_product WHERE (sku_key = ANY(%s) OR uuid = ANY(%s::uuid[]) OR id = ANY(%s))"
            " AND deleted_at IS NULL ORDER BY id FOR UPDATE",
            [list(keys), list(uuids), list(ids)],
        )
        for found in cursor.fetchall():
            loaded.add(Row(*found))
        if uuids:
            cursor.execute(
                "SELECT uuid::text FROM catalog_product WHERE uuid = ANY(%s::uuid[]) AND deleted_at IS NOT NULL",
                [list(uuids)],
            )
            loaded.binned = {uuid for (uuid,) in cursor.fetchall()}
        _load_ancestors(cursor, loaded)
        models = [row.id for row in loaded.by_id.values() if row.kind == "model"]
        if models:
            _load_axis_owners(cursor, loaded, models)
            changing = set(ids) | {row.id for row in loaded.by_id.values() if row.sku_key in named or row.uuid in uuids}
            if with_descendants:
                _load_descendants(cursor, loaded, [model for model in models if model in changing])
        _load_contents(cursor, loaded, list(loaded.by_id))
    return loaded


def _load_ancestors(cursor: Any, loaded: Loaded) -> None:
    while True:
        missing = {row.parent_id for row in loaded.by_id.values() if row.parent_id is not None} - set(loaded.by_id)
        if not missing:
            return
        cursor.execute(f"SELECT {COLUMNS} FROM catalog_product WHERE id = ANY(%s) ORDER BY id", [list(missing)])
        for found in cursor.fetchall():
            loaded.add(Row(*found))


def _load_axis_owners(cursor: Any, loaded: Loaded, models: list[int]) -> None:
    cursor.execute(
        "SELECT parent_id, axis_key, id FROM catalog_product WHERE parent_id = ANY(%s) AND axis_key IS NOT NULL"
        " AND deleted_at IS NULL",
        [models],
    )
    loaded.axis_owners = {(parent, key): product for parent, key, product in cursor.fetchall()}


def _load_descendants(cursor: Any, loaded: Loaded, models: list[int]) -> None:
    """Whole subtrees of models that have at most 200 descendants; larger ones are only named in `large_models`."""
    missing = _find_below(cursor, loaded, models)
    while missing:
        cursor.execute(
            f"SELECT {COLUMNS} FROM catalog_product WHERE id = ANY(%s) AND deleted_at IS NULL ORDER BY id FOR UPDATE",
            [sorted(missing)],
        )
        for found in cursor.fetchall():
            loaded.add(Row(*found))
        # Whoever held one of these rows may have put new ones below it while this waited.
        missing = _find_below(cursor, loaded, models) - missing


def _find_below(cursor: Any, loaded: Loaded, models: list[int]) -> set[int]:
    """The ids below those of the models that are not too large, without what is loaded already."""
    if not models:
        return set()
    cursor.execute(
        "WITH RECURSIVE below(top, id, kind) AS ("
        " SELECT parent_id, id, kind FROM catalog_product WHERE parent_id = ANY(%s) AND deleted_at IS NULL"
        " UNION ALL SELECT b.top, p.id, p.kind FROM below b CROSS JOIN LATERAL (SELECT * FROM catalog_product"
        " WHERE parent_id = b.id AND deleted_at IS NULL OFFSET 0) p WHERE b.kind = 'model')"
        " SELECT top, array_agg(id) FROM below GROUP BY top",
        [models],
    )
    wanted: set[int] = set()
    for model, below in cursor.fetchall():
        if len(below) > INLINE_DESCENDANTS:
            loaded.large_models.add(model)
        else:
            wanted.update(below)
    return wanted - set(loaded.by_id)


def _load_contents(cursor: Any, loaded: Loaded, ids: list[int]) -> None:
    if not ids:
        return
    rows = loaded.by_id
    cursor.execute('SELECT product_id, "values"::text FROM catalog_productvalues WHERE product_id = ANY(%s)', [ids])
    for product, values in cursor.fetchall():
        rows[product].values.update(orjson.loads(values))
    cursor.execute(
        "SELECT product_id, array_agg(category_id ORDER BY position, category_id) FROM catalog_productcategory"
        " WHERE product_id = ANY(%s) GROUP BY product_id",
        [ids],
    )
    for product, categories in cursor.fetchall():
        rows[product].categories = tuple(categories)
    cursor.execute(
        "SELECT product_id, array_agg(group_id ORDER BY group_id) FROM catalog_groupmembership"
        " WHERE product_id = ANY(%s) GROUP BY product_id",
        [ids],
    )
    for product, groups in cursor.fetchall():
        rows[product].groups = tuple(groups)
    cursor.execute("SELECT product_id FROM catalog_edition WHERE product_id = ANY(%s)", [ids])
    loaded.editions = {product for (product,) in cursor.fetchall()}

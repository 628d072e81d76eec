"""Everything a batch of products is judged and published by, in a constant number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from django.db import connection

from channels.mapping.links import Link
from channels.services.publishing.linking import State, load_links, resolve_states

COLUMNS = "id, uuid::text, sku, sku_key, kind, parent_id, family_id, enabled, stage, deleted_at IS NOT NULL"


@dataclass(slots=True)
class Edition:
    """The approved copy of one owner: its own values, the codes of its own categories, its own associations."""

    values: dict[str, Any]
    categories: list[str]
    links: Sequence[Link] = ()


@dataclass(slots=True)
class Owner:
    """A product or an ancestor of one; `values` are its own working values, `categories` ids."""

    id: int
    uuid: str
    sku: str
    sku_key: str
    kind: str
    parent_id: int | None
    family_id: int | None
    is_enabled: bool
    stage: str
    is_deleted: bool
    values: dict[str, Any] = field(default_factory=dict)
    categories: Sequence[int] = ()
    groups: Sequence[str] = ()
    links: Sequence[Link] = ()
    edition: Edition | None = None


@dataclass(slots=True)
class Batch:
    """The products asked for that still exist, with all their ancestors."""

    owners: dict[int, Owner]

    def lineage(self, product: int) -> list[Owner]:
        """The product's ancestors, root first, then the product."""
        chain = [self.owners[product]]
        while chain[-1].parent_id is not None and chain[-1].parent_id in self.owners:
            chain.append(self.owners[chain[-1].parent_id])
        chain.reverse()
        return chain


def load_batch(products: Iterable[int]) -> Batch:
    """Read products with their ancestors; at most ten queries, whatever the number."""
    batch = Batch({})
    wanted = set(products)
    with connection.cursor() as cursor:
        while wanted:
            cursor.execute(f"SELECT {COLUMNS} FROM catalog_product WHERE id = ANY(%s)", [list(wanted)])
            for row in cursor.fetchall():
                batch.owners[row[0]] = Owner(*row)
            wanted = {
                owner.parent_id
                for owner in batch.owners.values()
                if owner.parent_id is not None and owner.parent_id not in batch.owners
            }
        if batch.owners:
            _load_contents(cursor, batch.owners)
    return batch


def _load_contents(cursor: Any, owners: dict[int, Owner]) -> None:
    ids = list(owners)
    cursor.execute('SELECT product_id, "values"::text FROM catalog_productvalues WHERE product_id = ANY(%s)', [ids])
    for product, values in cursor.fetchall():
        owners[product].values.update(orjson.loads(values))
    cursor.execute(
        "SELECT product_id, array_agg(category_id ORDER BY position, category_id) FROM catalog_productcategory"
        " WHERE product_id = ANY(%s) GROUP BY product_id",
        [ids],
    )
    for product, categories in cursor.fetchall():
        owners[product].categories = categories
    cursor.execute(
        "SELECT m.product_id, array_agg(g.code ORDER BY g.code) FROM catalog_groupmembership m"
        " JOIN catalog_group g ON g.id = m.group_id WHERE m.product_id = ANY(%s) GROUP BY m.product_id",
        [ids],
    )
    for product, groups in cursor.fetchall():
        owners[product].groups = groups
    cursor.execute(
        'SELECT product_id, "values"::text, categories::text, associations::text FROM catalog_edition'
        " WHERE product_id = ANY(%s)",
        [ids],
    )
    states: dict[int, dict[str, State]] = {}
    for product, values, categories, associations in cursor.fetchall():
        owners[product].edition = Edition(orjson.loads(values), orjson.loads(categories))
        states[product] = orjson.loads(associations)
    for product, links in load_links(cursor, ids).items():
        owners[product].links = links
    for product, links in resolve_states(cursor, states).items():
        if edition := owners[product].edition:
            edition.links = links

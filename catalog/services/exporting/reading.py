"""Products as exports read them: in chunks of keys, from one picture of the database, in memory that stays flat."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson
from django.db import connection, transaction

from catalog.families import CatalogStructure
from catalog.services.snapshot import get_catalog_structure
from catalog.services.writing.links import read_association_states
from catalog.services.writing.mirroring import State, join_states, read_mirrored_states
from pim.models import Category

CHUNK = 1_000

FIRST = "SELECT id, sku, kind, parent_id, family_id, family_variant_id, enabled FROM catalog_product"


@dataclass(slots=True)
class ExportedProduct:
    """A product with its own values and memberships, and its ancestors, root first."""

    id: int
    sku: str
    kind: str
    parent_id: int | None
    family_id: int | None
    family_variant_id: int | None
    enabled: bool
    values: dict[str, Any] = field(default_factory=dict)
    categories: list[str] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    associations: dict[str, State] = field(default_factory=dict)
    above: list[ExportedProduct] = field(default_factory=list)

    @property
    def parent_sku(self) -> str:
        """The SKU of the model above, or an empty text."""
        return self.above[-1].sku if self.above else ""

    def resolved_values(self) -> dict[str, Any]:
        """Own values over inherited ones."""
        if not self.above:
            return self.values
        merged: dict[str, Any] = {}
        for owner in self.above:
            merged.update(owner.values)
        merged.update(self.values)
        return merged

    def effective_categories(self) -> list[str]:
        """Own categories with those of the ancestors."""
        codes = [code for owner in self.above for code in owner.categories]
        return list(dict.fromkeys((*codes, *self.categories)))

    def owner_of(self, key: str) -> ExportedProduct:
        """Who holds a value: the product itself, or the nearest ancestor that does."""
        if key in self.values:
            return self
        return next((owner for owner in reversed(self.above) if key in owner.values), self)


class ProductStream:
    """Reads products in the order in which they were created."""

    def __init__(self) -> None:
        self.catalog: CatalogStructure = get_catalog_structure()
        self._categories = dict(Category.objects.values_list("pk", "code"))
        self._groups = {pk: code for code, pk in self.catalog.groups.items()}
        self._has_associations = _exists("catalog_association")
        self._has_groups = _exists("catalog_groupmembership")

    def family_code(self, product: ExportedProduct) -> str:
        """The code of the family, or an empty text."""
        family = self.catalog.families_by_id.get(product.family_id or 0)
        return family.code if family else ""

    def variant_code(self, product: ExportedProduct) -> str:
        """The code of the family variant, or an empty text."""
        variant = self.catalog.variants_by_id.get(product.family_variant_id or 0)
        return variant.code if variant else ""

    def read(self, kinds: Sequence[str]) -> Iterator[list[ExportedProduct]]:
        """Yield products of these kinds in chunks of at most 1,000, with their ancestors."""
        last = 0
        while chunk := self._read_chunk(kinds, last):
            last = chunk[-1].id
            yield chunk

    def _read_chunk(self, kinds: Sequence[str], last: int) -> list[ExportedProduct]:
        with connection.cursor() as cursor:
            cursor.execute(
                f"{FIRST} WHERE id > %s AND deleted_at IS NULL AND kind = ANY(%s) ORDER BY id LIMIT %s",
                [last, list(kinds), CHUNK],
            )
            chunk = [ExportedProduct(*row) for row in cursor.fetchall()]
            if not chunk:
                return chunk
            found = {product.id: product for product in chunk}
            self._add_ancestors(cursor, found)
            self._fill(cursor, found)
        for product in chunk:
            step = product.parent_id
            while step is not None:
                product.above.insert(0, found[step])
                step = found[step].parent_id
        return chunk

    def _add_ancestors(self, cursor: Any, found: dict[int, ExportedProduct]) -> None:
        missing = {product.parent_id for product in found.values() if product.parent_id is not None} - found.keys()
        while missing:
            cursor.execute(f"{FIRST} WHERE id = ANY(%s)", [list(missing)])
            above = [ExportedProduct(*row) for row in cursor.fetchall()]
            found.update((product.id, product) for product in above)
            missing = {product.parent_id for product in above if product.parent_id is not None} - found.keys()

    def _fill(self, cursor: Any, found: dict[int, ExportedProduct]) -> None:
        ids = list(found)
        cursor.execute('SELECT product_id, "values"::text FROM catalog_productvalues WHERE product_id = ANY(%s)', [ids])
        for product, values in cursor.fetchall():
            found[product].values.update(orjson.loads(values))
        cursor.execute(
            "SELECT product_id, category_id FROM catalog_productcategory WHERE product_id = ANY(%s)"
            " ORDER BY product_id, position, category_id",
            [ids],
        )
        for product, category in cursor.fetchall():
            found[product].categories.append(self._categories[category])
        if self._has_groups:
            cursor.execute(
                "SELECT product_id, group_id FROM catalog_groupmembership WHERE product_id = ANY(%s)"
                " ORDER BY product_id, group_id",
                [ids],
            )
            for product, group in cursor.fetchall():
                found[product].groups.append(self._groups[group])
        if self._has_associations:
            own, mirrored = read_association_states(ids), read_mirrored_states(ids, self.catalog)
            for product in own.keys() | mirrored.keys():
                found[product].associations = join_states(own.get(product, {}), mirrored.get(product, {}))


def _exists(table: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT EXISTS (SELECT FROM {table})")
        return bool(cursor.fetchone() == (True,))


@contextmanager
def one_picture() -> Iterator[None]:
    """Read everything as of now, whatever others write meanwhile. Inside a transaction it is that transaction's."""
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield

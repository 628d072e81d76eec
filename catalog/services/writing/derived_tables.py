"""Where derived rows are kept: one description per table, from which its statements are made."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from catalog.services.writing.copying import copy_lines, escape
from catalog.services.writing.deriving import Derived


@dataclass(frozen=True, slots=True)
class DerivedTable:
    """One derived table.

    Args:
        columns: `{name: SQL type}`, the product first; at most one is text.
        key: what identifies a row; must be unique in the database.
        pick: the rows of one product, in the order of `columns`.
        is_exclusive: no row is ever taken over from another product; two that claim the same one collide
            (IntegrityError), so the statements insert in one order, lest two writers wait for each other.
    """

    name: str
    columns: dict[str, str]
    key: tuple[str, ...]
    pick: Callable[[Derived], Sequence[tuple[Any, ...]]]
    is_exclusive: bool = False

    def copy(self, rows: Iterable[Derived]) -> None:
        """Store the rows of new products."""
        lines: Iterable[str] = self._lines(rows)
        copy_lines(
            self.name, ", ".join(self.columns), sorted(lines, key=_after_product) if self.is_exclusive else lines
        )

    def merge(self, rows: Sequence[Derived]) -> None:
        """Store the rows of known products, writing only what differs and removing what they no longer have."""
        picked = [line for row in rows for line in self.pick(row)]
        parameters = [list(column) for column in zip(*picked, strict=True)] if picked else [[] for _ in self.columns]
        kept = self._kept_by()
        keys = [values for name, values in zip(self.columns, parameters, strict=True) if name in kept]
        with connection.cursor() as cursor:
            cursor.execute(self._deletion(), [[row.id for row in rows], *keys])
            if picked:
                cursor.execute(self._insertion() if self.is_exclusive else self._upsert(), parameters)

    def _lines(self, rows: Iterable[Derived]) -> Iterator[str]:
        pattern = "\t".join(["%s"] * len(self.columns))
        picked = (line for row in rows for line in self.pick(row))
        texts = [place for place, kind in enumerate(self.columns.values()) if kind == "text"]
        if not texts:
            return (pattern % line for line in picked)
        (text,) = texts
        return (pattern % (*line[:text], escape(line[text]), *line[text + 1 :]) for line in picked)

    def _source(self, names: Sequence[str]) -> str:
        arrays = ", ".join(f"%s::{_travelling(self.columns[name])}[]" for name in names)
        return f"unnest({arrays}) AS n({', '.join(names)})"

    def _kept_by(self) -> Collection[str]:
        """The columns by which a row is known to be still there."""
        return self.columns if self.is_exclusive else self.key

    def _deletion(self) -> str:
        names = [name for name in self.columns if name in self._kept_by()]
        match = " AND ".join(f"n.{name} = t.{name}" for name in names)
        return (
            f"DELETE FROM {self.name} t WHERE t.product_id = ANY(%s)"
            f" AND NOT EXISTS (SELECT FROM {self._source(names)} WHERE {match})"
        )

    def _insertion(self) -> str:
        names = list(self.columns)
        match = " AND ".join(f"n.{name} = t.{name}" for name in names)
        return (
            f"INSERT INTO {self.name} ({', '.join(names)}) SELECT {', '.join(f'n.{name}' for name in names)}"
            f" FROM {self._source(names)} WHERE NOT EXISTS (SELECT FROM {self.name} t WHERE {match})"
            f" ORDER BY {', '.join(f'n.{name}' for name in self.key)}"
        )

    def _upsert(self) -> str:
        names = list(self.columns)
        chosen = ", ".join(
            f"n.{name}::{kind}" if kind.endswith("[]") else f"n.{name}" for name, kind in self.columns.items()
        )
        statement = (
            f"INSERT INTO {self.name} ({', '.join(names)}) SELECT {chosen} FROM {self._source(names)}"
            f" ON CONFLICT ({', '.join(self.key)})"
        )
        rest = [name for name in names if name not in self.key]
        if not rest:
            return f"{statement} DO NOTHING"
        sets = ", ".join(f"{name} = EXCLUDED.{name}" for name in rest)
        old, new = (", ".join(f"{side}.{name}" for name in rest) for side in (self.name, "EXCLUDED"))
        return f"{statement} DO UPDATE SET {sets} WHERE ({old}) IS DISTINCT FROM ({new})"


def _after_product(line: str) -> str:
    return line.partition("\t")[2]


def _travelling(kind: str) -> str:
    return "text" if kind.endswith("[]") else kind


def _array(numbers: Iterable[int | None]) -> str:
    return "{" + ",".join(["NULL" if number is None else str(number) for number in numbers]) + "}"


TABLES = (
    DerivedTable(
        "catalog_productunique",
        {"product_id": "bigint", "attribute_id": "bigint", "normalised": "text"},
        ("attribute_id", "normalised"),
        lambda row: [(row.id, attribute, value) for attribute, value in row.unique],
        is_exclusive=True,
    ),
    DerivedTable(
        "catalog_productfacet",
        {"product_id": "bigint", "tokens": "bigint[]"},
        ("product_id",),
        lambda row: [(row.id, _array(row.tokens))],
    ),
    DerivedTable(
        "catalog_producttext",
        {"product_id": "bigint", "search_text": "text"},
        ("product_id",),
        lambda row: [(row.id, row.search_text)],
    ),
    DerivedTable(
        "catalog_productcompleteness",
        {"product_id": "bigint", "pct": "smallint[]", "epoch": "int"},
        ("product_id",),
        lambda row: [(row.id, _array(row.pct), row.epoch)] if row.pct is not None else [],
    ),
    DerivedTable(
        "catalog_productnumber",
        {"product_id": "bigint", "akey": "bigint", "number": "float8"},
        ("product_id", "akey"),
        lambda row: [(row.id, akey, number) for akey, number in row.numbers],
    ),
    DerivedTable(
        "catalog_productsort",
        {"product_id": "bigint", "akey": "bigint", "key": "text"},
        ("product_id", "akey"),
        lambda row: [(row.id, akey, key) for akey, key in row.sort_keys],
    ),
    DerivedTable(
        "catalog_productasset",
        {"product_id": "bigint", "attribute_id": "bigint", "asset_uuid": "uuid", "key": "text", "position": "smallint"},
        ("product_id", "key", "asset_uuid"),
        lambda row: [(row.id, attribute, uuid, key, place) for attribute, uuid, key, place in row.assets],
    ),
)
"""Every derived table. Unique values come first: what one product gives up, another may take."""


def store_derived(derived: Sequence[Derived], *, new_ids: Collection[int]) -> None:
    """Store derived rows: of new products by COPY, of others only where they differ."""
    fresh = [row for row in derived if row.id in new_ids]
    known = [row for row in derived if row.id not in new_ids]
    for table in TABLES:
        if known:
            table.merge(known)
        if fresh:
            table.copy(fresh)

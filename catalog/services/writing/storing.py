"""Fourth step: rows into tables. New rows by COPY, changed ones by guarded upserts that write only what differs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import orjson
import psycopg
from django.db import DatabaseError, connection

from catalog.services.writing.deriving import Derived
from catalog.services.writing.loading import Row
from pim.values.keys import locale_of

ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
"""What COPY's text format needs escaped."""


def escape(text: str) -> str:
    """A text as a field of COPY's text format."""
    return text.translate(ESCAPES) if not text.isalnum() else text


def copy_lines(table: str, columns: str, lines: Iterable[str]) -> None:
    """COPY ready-made lines (fields escaped, separated by tabs, without the newline) into a table.

    Raises:
        DatabaseError: what the server says, as every other statement would raise it.
    """
    data = "\n".join(lines)
    if not data:
        return
    try:
        with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
            copy.write(data + "\n")
    except psycopg.Error as error:
        with connection.wrap_database_errors:
            raise error
        raise DatabaseError(str(error)) from error


def split_by_locale(values: Mapping[str, Any], ordinals: Mapping[str, int]) -> dict[int, dict[str, Any]]:
    """Own values by the row that keeps them: `{locale ordinal or 0: {flat key: stored}}`."""
    rows: dict[int, dict[str, Any]] = defaultdict(dict)
    for key, value in values.items():
        locale = locale_of(key)
        rows[ordinals[locale] if locale else 0][key] = value
    return rows


def _dump(values: Mapping[str, Any]) -> str:
    return orjson.dumps(values).decode()


def insert_products(rows: Sequence[Row], ordinals: Mapping[str, int]) -> None:
    """Store new products with their values and memberships."""
    null = "\\N"
    copy_lines(
        "catalog_product",
        "id, uuid, sku, sku_key, kind, parent_id, root_id, family_id, family_variant_id, level, axis_key, enabled,"
        " stage, revision",
        (
            f"{row.id}\t{row.uuid}\t{escape(row.sku)}\t{escape(row.sku_key)}\t{row.kind}\t{row.parent_id or null}"
            f"\t{row.root_id or null}\t{row.family_id or null}\t{row.family_variant_id or null}\t{row.level}"
            f"\t{escape(row.axis_key) if row.axis_key is not None else null}\t{'t' if row.enabled else 'f'}"
            f"\t{escape(row.stage)}\t{row.revision}"
            for row in rows
        ),
    )
    copy_lines(
        "catalog_productvalues",
        'product_id, locale, "values"',
        (
            f"{row.id}\t{locale}\t{escape(_dump(values))}"
            for row in rows
            for locale, values in split_by_locale(row.values, ordinals).items()
        ),
    )
    _insert_memberships(rows)


def _insert_memberships(rows: Sequence[Row]) -> None:
    copy_lines(
        "catalog_productcategory",
        "product_id, category_id, position",
        (f"{row.id}\t{category}\t{n}" for row in rows for n, category in enumerate(row.categories)),
    )
    copy_lines(
        "catalog_groupmembership",
        "product_id, group_id",
        (f"{row.id}\t{group}" for row in rows for group in row.groups),
    )


def update_products(pairs: Sequence[tuple[Row, Row]], ordinals: Mapping[str, int]) -> None:
    """Store changed products: (before, after). Only locale rows and memberships that differ are written."""
    columns = list(
        zip(
            *(
                (r.id, r.kind, r.parent_id, r.root_id, r.family_id, r.family_variant_id, r.level, r.axis_key, r.enabled,
                 r.stage, r.revision)
                for _, r in pairs
            ),
            strict=True,
        )
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE catalog_product p SET kind = n.kind, parent_id = n.parent_id, root_id = n.root_id,"
            " family_id = n.family_id, family_variant_id = n.family_variant_id, level = n.level,"
            " axis_key = n.axis_key, enabled = n.enabled, stage = n.stage, revision = n.revision,"
            " updated = statement_timestamp()"
            " FROM unnest(%s::bigint[], %s::text[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[],"
            " %s::smallint[], %s::text[], %s::boolean[], %s::text[], %s::int[])"
            " AS n(id, kind, parent_id, root_id, family_id, family_variant_id, level, axis_key, enabled, stage,"
            " revision) WHERE p.id = n.id",
            [list(column) for column in columns],
        )
        upserts, deletions = _changed_value_rows(pairs, ordinals)
        if deletions:
            cursor.execute(
                "DELETE FROM catalog_productvalues v USING unnest(%s::bigint[], %s::smallint[]) AS d(product, locale)"
                " WHERE v.product_id = d.product AND v.locale = d.locale",
                _columns(deletions, 2),
            )
        if upserts:
            cursor.execute(
                'INSERT INTO catalog_productvalues (product_id, locale, "values")'
                " SELECT p, l, v::jsonb FROM unnest(%s::bigint[], %s::smallint[], %s::text[]) AS n(p, l, v)"
                ' ON CONFLICT (product_id, locale) DO UPDATE SET "values" = EXCLUDED."values"',
                _columns(upserts, 3),
            )
        regrouped = [after for before, after in pairs if before.groups != after.groups]
        recategorised = [after for before, after in pairs if before.categories != after.categories]
        if regrouped:
            cursor.execute(
                "DELETE FROM catalog_groupmembership WHERE product_id = ANY(%s)", [[row.id for row in regrouped]]
            )
        if recategorised:
            cursor.execute(
                "DELETE FROM catalog_productcategory WHERE product_id = ANY(%s)", [[row.id for row in recategorised]]
            )
    copy_lines(
        "catalog_productcategory",
        "product_id, category_id, position",
        (f"{row.id}\t{category}\t{n}" for row in recategorised for n, category in enumerate(row.categories)),
    )
    copy_lines(
        "catalog_groupmembership", "product_id, group_id",
        (f"{row.id}\t{group}" for row in regrouped for group in row.groups),
    )  # fmt: skip


def _changed_value_rows(
    pairs: Sequence[tuple[Row, Row]], ordinals: Mapping[str, int]
) -> tuple[list[tuple[int, int, str]], list[tuple[int, int]]]:
    upserts: list[tuple[int, int, str]] = []
    deletions: list[tuple[int, int]] = []
    for before, after in pairs:
        if before.values == after.values:
            continue
        old, new = split_by_locale(before.values, ordinals), split_by_locale(after.values, ordinals)
        upserts += [(after.id, n, _dump(values)) for n, values in new.items() if old.get(n) != values]
        deletions += [(after.id, n) for n in old if n not in new]
    return upserts, deletions


def _columns(rows: Sequence[Sequence[Any]], width: int) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in range(width)]


def store_derived(derived: Sequence[Derived], *, new_ids: Collection[int]) -> None:
    """Store derived rows: of new products by COPY, of others only where they differ."""
    fresh = [rows for rows in derived if rows.id in new_ids]
    known = [rows for rows in derived if rows.id not in new_ids]
    if fresh:
        _copy_derived(fresh)
    if known:
        _merge_derived(known)


def _array(numbers: Iterable[int | None]) -> str:
    return "{" + ",".join("NULL" if number is None else str(number) for number in numbers) + "}"


def _copy_derived(rows: Sequence[Derived]) -> None:
    copy_lines("catalog_productfacet", "product_id, tokens", (f"{r.id}\t{_array(r.tokens)}" for r in rows))
    copy_lines("catalog_producttext", "product_id, search_text", (f"{r.id}\t{escape(r.search_text)}" for r in rows))
    copy_lines(
        "catalog_productnumber", "product_id, akey, number", (f"{r.id}\t{k}\t{n!r}" for r in rows for k, n in r.numbers)
    )
    copy_lines(
        "catalog_productsort",
        "product_id, akey, key",
        (f"{r.id}\t{k}\t{escape(text)}" for r in rows for k, text in r.sort_keys),
    )
    copy_lines(
        "catalog_productcompleteness",
        "product_id, pct, epoch",
        (f"{r.id}\t{_array(r.pct)}\t{r.epoch}" for r in rows if r.pct is not None),
    )
    copy_lines(
        "catalog_productunique",
        "product_id, attribute_id, normalised",
        (f"{r.id}\t{attribute}\t{escape(value)}" for r in rows for attribute, value in r.unique),
    )
    copy_lines(
        "catalog_productasset",
        "product_id, attribute_id, asset_uuid, key, position",
        (f"{r.id}\t{a}\t{uuid}\t{key}\t{position}" for r in rows for a, uuid, key, position in r.assets),
    )


UPSERTS = (
    (
        "INSERT INTO catalog_productfacet (product_id, tokens)"
        " SELECT p, t::bigint[] FROM unnest(%s::bigint[], %s::text[]) AS n(p, t)"
        " ON CONFLICT (product_id) DO UPDATE SET tokens = EXCLUDED.tokens"
        " WHERE catalog_productfacet.tokens IS DISTINCT FROM EXCLUDED.tokens",
        lambda r: [(r.id, _array(r.tokens))],
        2,
    ),
    (
        "INSERT INTO catalog_producttext (product_id, search_text)"
        " SELECT p, t FROM unnest(%s::bigint[], %s::text[]) AS n(p, t)"
        " ON CONFLICT (product_id) DO UPDATE SET search_text = EXCLUDED.search_text"
        " WHERE catalog_producttext.search_text IS DISTINCT FROM EXCLUDED.search_text",
        lambda r: [(r.id, r.search_text)],
        2,
    ),
    (
        "INSERT INTO catalog_productcompleteness (product_id, pct, epoch)"
        " SELECT p, t::smallint[], e FROM unnest(%s::bigint[], %s::text[], %s::int[]) AS n(p, t, e)"
        " ON CONFLICT (product_id) DO UPDATE SET pct = EXCLUDED.pct, epoch = EXCLUDED.epoch"
        " WHERE (catalog_productcompleteness.pct, catalog_productcompleteness.epoch)"
        " IS DISTINCT FROM (EXCLUDED.pct, EXCLUDED.epoch)",
        lambda r: [(r.id, _array(r.pct), r.epoch)] if r.pct is not None else [],
        3,
    ),
    (
        "INSERT INTO catalog_productnumber (product_id, akey, number)"
        " SELECT p, k, v FROM unnest(%s::bigint[], %s::bigint[], %s::float8[]) AS n(p, k, v)"
        " ON CONFLICT (product_id, akey) DO UPDATE SET number = EXCLUDED.number"
        " WHERE catalog_productnumber.number IS DISTINCT FROM EXCLUDED.number",
        lambda r: [(r.id, k, v) for k, v in r.numbers],
        3,
    ),
    (
        "INSERT INTO catalog_productsort (product_id, akey, key)"
        " SELECT p, k, v FROM unnest(%s::bigint[], %s::bigint[], %s::text[]) AS n(p, k, v)"
        " ON CONFLICT (product_id, akey) DO UPDATE SET key = EXCLUDED.key"
        " WHERE catalog_productsort.key IS DISTINCT FROM EXCLUDED.key",
        lambda r: [(r.id, k, v) for k, v in r.sort_keys],
        3,
    ),
    (
        "INSERT INTO catalog_productunique (product_id, attribute_id, normalised)"
        " SELECT p, a, v FROM unnest(%s::bigint[], %s::bigint[], %s::text[]) AS n(p, a, v)"
        " ON CONFLICT (attribute_id, normalised) DO NOTHING",
        lambda r: [(r.id, a, v) for a, v in r.unique],
        3,
    ),
    (
        "INSERT INTO catalog_productasset (product_id, attribute_id, asset_uuid, key, position)"
        " SELECT p, a, u, k, o FROM unnest(%s::bigint[], %s::bigint[], %s::uuid[], %s::text[], %s::smallint[])"
        " AS n(p, a, u, k, o) ON CONFLICT (product_id, key, asset_uuid) DO UPDATE SET position = EXCLUDED.position"
        " WHERE catalog_productasset.position IS DISTINCT FROM EXCLUDED.position",
        lambda r: [(r.id, a, uuid, key, position) for a, uuid, key, position in r.assets],
        5,
    ),
)  # fmt: skip
"""Statements that write only what differs, with the rows each takes from a product and their width."""

DELETIONS = (
    (
        "DELETE FROM catalog_productunique t WHERE t.product_id = ANY(%s) AND NOT EXISTS (SELECT FROM"
        " unnest(%s::bigint[], %s::bigint[], %s::text[]) AS n(p, a, v)"
        " WHERE n.p = t.product_id AND n.a = t.attribute_id AND n.v = t.normalised)",
        lambda r: [(r.id, a, v) for a, v in r.unique],
        3,
    ),
    (
        "DELETE FROM catalog_productnumber t WHERE t.product_id = ANY(%s) AND NOT EXISTS (SELECT FROM"
        " unnest(%s::bigint[], %s::bigint[]) AS n(p, k) WHERE n.p = t.product_id AND n.k = t.akey)",
        lambda r: [(r.id, k) for k, _ in r.numbers],
        2,
    ),
    (
        "DELETE FROM catalog_productsort t WHERE t.product_id = ANY(%s) AND NOT EXISTS (SELECT FROM"
        " unnest(%s::bigint[], %s::bigint[]) AS n(p, k) WHERE n.p = t.product_id AND n.k = t.akey)",
        lambda r: [(r.id, k) for k, _ in r.sort_keys],
        2,
    ),
    (
        "DELETE FROM catalog_productasset t WHERE t.product_id = ANY(%s) AND NOT EXISTS (SELECT FROM"
        " unnest(%s::bigint[], %s::text[], %s::uuid[]) AS n(p, k, u)"
        " WHERE n.p = t.product_id AND n.k = t.key AND n.u = t.asset_uuid)",
        lambda r: [(r.id, key, uuid) for _, uuid, key, _ in r.assets],
        3,
    ),
    (
        "DELETE FROM catalog_productcompleteness t WHERE t.product_id = ANY(%s) AND NOT EXISTS (SELECT FROM"
        " unnest(%s::bigint[]) AS n(p) WHERE n.p = t.product_id)",
        lambda r: [(r.id,)] if r.pct is not None else [],
        1,
    ),
)  # fmt: skip
"""Statements that remove rows a product no longer has; they run before the upserts, so that a freed value can move."""


def _merge_derived(rows: Sequence[Derived]) -> None:
    ids = [row.id for row in rows]
    with connection.cursor() as cursor:
        for statement, pick, width in DELETIONS:
            cursor.execute(statement, [ids, *_columns([line for row in rows for line in pick(row)], width)])
        for statement, pick, width in UPSERTS:
            lines = [line for row in rows for line in pick(row)]
            if lines:
                cursor.execute(statement, _columns(lines, width))

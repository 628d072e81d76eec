"""Fourth step: rows into tables. New rows by COPY, changed ones by guarded upserts that write only what differs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import orjson
from django.db import connection

from catalog.services.writing.copying import copy_lines, escape, escape_json
from catalog.services.writing.loading import Row
from pim.values.keys import locale_of

BATCH = 50
"""New products whose values are sent before something else is done with them."""


def split_by_locale(values: Mapping[str, Any], ordinals: Mapping[str, int]) -> dict[int, dict[str, Any]]:
    """Own values by the row that keeps them: `{locale ordinal or 0: {flat key: stored}}`."""
    rows: dict[int, dict[str, Any]] = {}
    for key, value in values.items():
        locale = locale_of(key) if ":" in key else None
        ordinal = ordinals[locale] if locale else 0
        if ordinal in rows:
            rows[ordinal][key] = value
        else:
            rows[ordinal] = {key: value}
    return rows


def _dump(values: Mapping[str, Any]) -> str:
    return orjson.dumps(values).decode()


def insert_products(
    rows: Sequence[Row], ordinals: Mapping[str, int], *, meanwhile: Callable[[Sequence[Row]], None]
) -> None:
    """Store new products with their values and memberships.

    Args:
        meanwhile: called with some of the rows at a time, all of them in the end, while the server stores the values
            of those before; it may not use the connection.
    """
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
        _value_lines(rows, ordinals, meanwhile),
    )
    _insert_memberships(rows)


def _value_lines(
    rows: Sequence[Row], ordinals: Mapping[str, int], meanwhile: Callable[[Sequence[Row]], None]
) -> Iterator[str]:
    for start in range(0, len(rows), BATCH):
        batch = rows[start : start + BATCH]
        for row in batch:
            for locale, values in split_by_locale(row.values, ordinals).items():
                yield f"{row.id}\t{locale}\t{escape_json(_dump(values))}"
        meanwhile(batch)


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
        leaving = [before.id for before, after in pairs if before.axis_key not in {None, after.axis_key}]
        if leaving:
            # One statement checks the axes row by row, and another row may take the place that this one leaves.
            cursor.execute("UPDATE catalog_product SET axis_key = NULL WHERE id = ANY(%s)", [leaving])
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
        moved = [after for before, after in pairs if after.kind == "model" and before.root_id != after.root_id]
        if moved:
            cursor.execute(
                "WITH RECURSIVE below(id, root_id) AS ("
                " SELECT p.id, n.root FROM catalog_product p"
                " JOIN unnest(%s::bigint[], %s::bigint[]) AS n(model, root) ON p.parent_id = n.model"
                " UNION ALL SELECT p.id, b.root_id FROM catalog_product p JOIN below b ON p.parent_id = b.id)"
                " UPDATE catalog_product p SET root_id = below.root_id FROM below WHERE p.id = below.id",
                [[row.id for row in moved], [row.root_id or row.id for row in moved]],
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

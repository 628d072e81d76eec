"""Deleting products: into the recycle bin by people, for good by undo and purge."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from catalog.services.refreshing import refresh_products
from catalog.services.snapshot import get_catalog_structure
from catalog.services.writing.links import read_association_states
from catalog.services.writing.loading import Loaded, Row, load_rows
from catalog.skus import sku_key
from pim import journal
from pim.choices import EntryKind, Origin
from pim.errors import Conflict, Done, NotAllowed, Outcome, Problem, Refusal, Refused
from pim.models import Category, Job, User

SUBJECT = "product"
DERIVED_TABLES = (
    "catalog_productfacet",
    "catalog_producttext",
    "catalog_productnumber",
    "catalog_productsort",
    "catalog_productcompleteness",
    "catalog_productunique",
    "catalog_productasset",
)
OWNED_TABLES = ("catalog_productvalues", "catalog_productcategory", "catalog_groupmembership", "catalog_edition")


def _check_permission(actor: User | None, origin: str) -> None:
    if origin in {Origin.ADMIN, Origin.API, Origin.GRAPHQL} and (
        actor is None or not actor.has_perm("catalog.delete_product")
    ):
        raise NotAllowed("not_allowed", _("You may not delete products."))


def delete_products(
    skus: Sequence[str],
    *,
    actor: User | None,
    origin: str,
    job: Job | int | None = None,
    message: str = "",
    with_variants: bool = False,
) -> Outcome:
    """Move products to the recycle bin; their SKUs and unique values are free again.

    A model goes only together with what is below it (`with_variants`).

    Raises:
        NotAllowed: the actor may not delete products.
    """
    _check_permission(actor, origin)
    outcome = Outcome()
    with transaction.atomic():
        loaded = load_rows(skus)
        doomed: dict[int, Row] = {}
        for number, sku in enumerate(skus):
            row = loaded.by_key.get(sku_key(sku))
            if row is None:
                problem = Problem("not_found", _("There is no product “%s”.") % sku)
                outcome.refused.append(Refusal(sku, (problem,), number))
                continue
            below = _ids_below(row)
            if below and not with_variants:
                problem = Problem(
                    "has_variants", _("“%(sku)s” has %(n)d rows below it.") % {"sku": row.sku, "n": len(below)}
                )
                outcome.refused.append(Refusal(row.sku, (problem,), number))
                continue
            doomed[row.id] = row
            missing = [product for product in below if product not in loaded.by_id]
            if missing:
                loaded.by_id.update(load_rows((), ids=missing, with_descendants=False).by_id)
            doomed.update((product, loaded.by_id[product]) for product in below)
        if not doomed:
            return outcome
        _write_tombstones(list(doomed.values()), loaded, actor, origin, job, message)
        with connection.cursor() as cursor:
            ids = list(doomed)
            cursor.execute(
                "UPDATE catalog_product SET deleted_at = statement_timestamp(), revision = revision + 1,"
                " updated = statement_timestamp()"
                " WHERE id = ANY(%s)",
                [ids],
            )
            for table in DERIVED_TABLES:
                cursor.execute(f"DELETE FROM {table} WHERE product_id = ANY(%s)", [ids])
    outcome.deleted = len(doomed)
    outcome.results.extend(Done(row.sku, "deleted", row.uuid, row.revision + 1) for row in doomed.values())
    return outcome


def restore_products(uuids: Sequence[str], *, actor: User | None, origin: str, job: Job | int | None = None) -> Outcome:
    """Bring products back from the recycle bin.

    Raises:
        NotAllowed: the actor may not delete products, which is what this takes back.
        Conflict: another product has the SKU, the axes or a unique value meanwhile.
        Refused: the model above is in the bin itself.
    """
    _check_permission(actor, origin)
    outcome = Outcome()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.id, p.uuid::text, p.sku, p.revision + 1, m.sku, o.sku FROM catalog_product p"
            " LEFT JOIN catalog_product m ON m.id = p.parent_id AND m.deleted_at IS NOT NULL"
            " AND NOT m.uuid = ANY(%s::uuid[])"
            " LEFT JOIN catalog_product o ON o.sku_key = p.sku_key AND o.deleted_at IS NULL"
            " WHERE p.uuid = ANY(%s::uuid[]) AND p.deleted_at IS NOT NULL ORDER BY p.id FOR UPDATE OF p",
            [list(uuids), list(uuids)],
        )
        rows = cursor.fetchall()
        for _id, _uuid, sku, _revision, model, other in rows:
            if other:
                raise Conflict("sku_taken", _("The SKU “%s” belongs to another product now.") % sku)
            if model:
                raise Refused("parent_deleted", _("Restore the product model “%s” first.") % model)
        ids = [row[0] for row in rows]
        try:
            with transaction.atomic():
                cursor.execute(
                    "UPDATE catalog_product SET deleted_at = NULL, revision = revision + 1,"
                    " updated = statement_timestamp() WHERE id = ANY(%s)",
                    [ids],
                )
        except IntegrityError:
            raise Conflict(
                "place_taken", _("Another product has the same SKU, or variant the same axes, now.")
            ) from None
        journal.write_entries(
            [
                journal.Line(SUBJECT, uuid, sku, EntryKind.RESTORE, revision)
                for _id, uuid, sku, revision, _model, _other in rows
            ],
            actor=actor,
            origin=origin,
            job=job,
        )
        refresh_products(ids, must_be_unique=True)
    outcome.updated = len(ids)
    return outcome


def purge_products(
    uuids: Sequence[str], *, actor: User | None, origin: str, job: Job | int | None = None, message: str = ""
) -> int:
    """Delete products for good, with all they own; the journal stays. Returns how many there were.

    What is below a product must be named too, else nothing is deleted.

    Raises:
        Refused: a variant that is not named hangs below one of them.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, uuid::text, sku, revision + 1 FROM catalog_product WHERE uuid = ANY(%s::uuid[])"
            " ORDER BY id FOR UPDATE",
            [list(uuids)],
        )
        rows = cursor.fetchall()
        ids = [row[0] for row in rows]
        cursor.execute("SELECT sku FROM catalog_product WHERE parent_id = ANY(%s) AND NOT id = ANY(%s)", [ids, ids])
        left = cursor.fetchone()
        if left:
            raise Refused("has_variants", _("“%s” is below one of these products.") % left[0])
        for table in (*DERIVED_TABLES, *OWNED_TABLES):
            cursor.execute(f"DELETE FROM {table} WHERE product_id = ANY(%s)", [ids])
        cursor.execute("DELETE FROM catalog_association WHERE owner_id = ANY(%s) OR target_id = ANY(%s)", [ids, ids])
        cursor.execute("DELETE FROM catalog_product WHERE id = ANY(%s)", [ids])
        journal.write_entries(
            [journal.Line(SUBJECT, uuid, sku, EntryKind.DELETE, revision) for _id, uuid, sku, revision in rows],
            actor=actor,
            origin=origin,
            job=job,
            message=message,
        )
    return len(rows)


def _ids_below(row: Row) -> list[int]:
    if row.kind != "model":
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE below(id, kind) AS ("
            " SELECT id, kind FROM catalog_product WHERE parent_id = %s AND deleted_at IS NULL"
            " UNION ALL SELECT p.id, p.kind FROM below b CROSS JOIN LATERAL (SELECT * FROM catalog_product"
            " WHERE parent_id = b.id AND deleted_at IS NULL OFFSET 0) p WHERE b.kind = 'model') SELECT id FROM below",
            [row.id],
        )
        return [product for (product,) in cursor.fetchall()]


def _write_tombstones(
    rows: Sequence[Row], loaded: Loaded, actor: User | None, origin: str, job: Job | int | None, message: str
) -> None:
    """Record the whole state, so that history can show it."""
    catalog = get_catalog_structure()
    codes = dict(
        Category.objects.filter(pk__in={pk for row in rows for pk in row.categories}).values_list("pk", "code")
    )
    groups = {pk: code for code, pk in catalog.groups.items()}
    links = read_association_states([row.id for row in rows])
    lines = []
    for row in rows:
        family = catalog.families_by_id.get(row.family_id or 0)
        parent = loaded.by_id.get(row.parent_id or 0)
        delta: dict[str, list[Any]] = {key: [value, None] for key, value in row.values.items()}
        facts = {
            "@kind": row.kind,
            "@family": family.code if family else None,
            "@parent": parent.sku if parent else None,
            "@stage": row.stage,
            "@categories": sorted(codes[pk] for pk in row.categories) or None,
            "@groups": sorted(groups[pk] for pk in row.groups) or None,
            **{f"@associations.{code}": state for code, state in links.get(row.id, {}).items()},
        }
        delta |= {key: [value, None] for key, value in facts.items() if value is not None}
        lines.append(journal.Line(SUBJECT, row.uuid, row.sku, EntryKind.DELETE, row.revision + 1, delta))
    journal.write_entries(lines, actor=actor, origin=origin, job=job, message=message)

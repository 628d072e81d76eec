"""Approved copies: kept from the moment the working copy departs from what was approved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from catalog.extensions import StageRules
from catalog.models import Edition, ProductCategory, ProductValues
from catalog.services.writing.links import read_association_states

if TYPE_CHECKING:
    from catalog.services.writing.loading import Loaded
    from catalog.services.writing.planned import Planned

EDITION = "@edition"
"""Key of a delta: the approved copy that a transition dropped."""

COLUMNS = ("revision", "values", "categories", "associations")


def store_editions(
    planned: Sequence[Planned], loaded: Loaded, category_codes: Mapping[int, str], rules: StageRules
) -> None:
    """Keep the approved state of every product whose reviewed content departs from it for the first time.

    Runs before the new state is stored, so that associations still read as they were approved.
    """
    departing = [
        row.before
        for row in planned
        if row.before is not None
        and row.touches_reviewed
        and row.before.id not in loaded.editions
        and rules.is_approved(row.before.stage)
    ]
    if not departing:
        return
    associations = read_association_states([row.id for row in departing])
    Edition.objects.bulk_create(
        Edition(
            product_id=row.id,
            revision=row.revision,
            values=row.values,
            categories=sorted(category_codes[pk] for pk in row.categories),
            associations=associations.get(row.id, {}),
        )
        for row in departing
    )


def keep_editions(revisions: Mapping[int, int]) -> None:
    """Keep the approved state of products that are opened again without a change; four queries, however many.

    What is kept already stays as it is.

    Args:
        revisions: `{product id: the revision that was approved}`.
    """
    ids = list(revisions)
    values: dict[int, dict[str, Any]] = {product: {} for product in ids}
    for product, row in ProductValues.objects.filter(product__in=ids).values_list("product_id", "values"):
        values[product].update(row)
    categories: dict[int, list[str]] = {product: [] for product in ids}
    rows = ProductCategory.objects.filter(product__in=ids).order_by("category__code")
    for product, code in rows.values_list("product_id", "category__code"):
        categories[product].append(code)
    associations = read_association_states(ids)
    Edition.objects.bulk_create(
        [
            Edition(
                product_id=product,
                revision=revision,
                values=values[product],
                categories=categories[product],
                associations=associations.get(product, {}),
            )
            for product, revision in revisions.items()
        ],
        ignore_conflicts=True,
    )


def drop_editions(product_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Drop approved copies, because the working copy is approved or nothing is any more; returns what they were."""
    if not product_ids:
        return {}
    rows = Edition.objects.filter(product__in=product_ids)
    dropped = {row["product_id"]: {name: row[name] for name in COLUMNS} for row in rows.values("product_id", *COLUMNS)}
    if dropped:
        rows.delete()
    return dropped


def restore_editions(editions: Mapping[int, Mapping[str, Any]]) -> None:
    """Put back what `drop_editions` dropped, where nothing else is kept meanwhile."""
    Edition.objects.bulk_create(
        [Edition(product_id=product, **edition) for product, edition in editions.items()], ignore_conflicts=True
    )

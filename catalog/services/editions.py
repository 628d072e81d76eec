"""Approved copies: kept from the moment the working copy departs from what was approved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from catalog.extensions import StageRules
from catalog.models import Edition
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

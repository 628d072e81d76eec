"""The whole state of products as the journal speaks of it: what history compares and undo puts back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from catalog.services.snapshot import get_catalog_structure
from catalog.services.writing.links import read_association_states
from catalog.services.writing.loading import load_rows
from pim.models import Category

State = dict[str, Any]
"""`{flat key: stored value}` and `@family`, `@family_variant`, `@parent`, `@kind`, `@enabled`, `@stage`, `@categories`,
`@groups`, `@associations.<type>`; what is empty is left out."""


def read_states(product_ids: Sequence[int]) -> dict[int, State]:
    """The states of products that are not in the recycle bin, by id; a constant number of queries. Locks the rows."""
    with transaction.atomic():
        loaded = load_rows((), ids=list(product_ids), with_descendants=False)
    catalog = get_catalog_structure()
    groups = {pk: code for code, pk in catalog.groups.items()}
    rows = [loaded.by_id[product] for product in product_ids if product in loaded.by_id]
    codes = dict(
        Category.objects.filter(pk__in={pk for row in rows for pk in row.categories}).values_list("pk", "code")
    )
    links = read_association_states([row.id for row in rows])
    states: dict[int, State] = {}
    for row in rows:
        facts = {
            "@kind": row.kind,
            "@family": catalog.families_by_id[row.family_id].code if row.family_id else None,
            "@family_variant": catalog.variants_by_id[row.family_variant_id].code if row.family_variant_id else None,
            "@parent": loaded.by_id[row.parent_id].sku if row.parent_id else None,
            "@enabled": row.enabled,
            "@stage": row.stage,
            "@categories": sorted(codes[pk] for pk in row.categories),
            "@groups": sorted(groups[pk] for pk in row.groups),
            **{f"@associations.{code}": state for code, state in links.get(row.id, {}).items()},
        }
        states[row.id] = {**row.values, **{key: value for key, value in facts.items() if value not in (None, [])}}
    return states

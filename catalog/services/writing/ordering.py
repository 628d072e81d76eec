"""The order in which the changes of a call are written."""

from __future__ import annotations

from collections.abc import Sequence

from catalog.services.changes import ProductChange
from catalog.skus import sku_key


def parents_first(changes: Sequence[ProductChange]) -> Sequence[ProductChange]:
    """Parents before children; otherwise as given."""
    by_key = {sku_key(change.sku): change for change in changes}
    parents = {sku_key(c.parent) for c in changes if isinstance(c.parent, str)}
    if not parents & by_key.keys():
        return changes

    def depth(change: ProductChange) -> int:
        steps, step = 0, change
        while isinstance(step.parent, str) and steps < 5:
            above = by_key.get(sku_key(step.parent))
            if above is None:
                break
            steps, step = steps + 1, above
        return steps

    return sorted(changes, key=depth)

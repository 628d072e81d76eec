"""Which products a view's own filter selects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from channels.services.snapshot import ViewSpec


def select_products(view: ViewSpec, products: Sequence[int]) -> Mapping[int, bool] | None:
    """Ask the view's filter about these products; None where it has none, and the channel's tree decides."""
    if not view.selection:
        return None
    raise NotImplementedError

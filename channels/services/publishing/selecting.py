"""Which products a view's own filter selects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import connection

from catalog.services.listing import get_fields
from catalog.services.listing import select_products as select_by
from channels.services.snapshot import ViewSpec
from pim.querying.tree import parse_filter
from pim.querysets.pages import fetch_ids_among


def select_products(view: ViewSpec, products: Sequence[int]) -> Mapping[int, bool] | None:
    """Ask the view's filter about these products, in one query; None where the channel's tree decides.

    Raises:
        Refused: the filter names something that exists no more.
    """
    if not view.selection:
        return None
    tree = parse_filter(view.selection, catalogue=get_fields(), channel=view.terms.channel)
    found = fetch_ids_among(connection, select_by(tree), products)
    return {product: product in found for product in products}

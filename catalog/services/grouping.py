"""Lists in which variants stand behind their model: what the product grid shows when it groups."""

from __future__ import annotations

from catalog.services.listing import TABLES, select_products
from pim.querying.compile import Selection, select
from pim.querying.conditions import Fragment, Sql, is_null
from pim.querying.tree import Node


def select_grouped(node: Node | None) -> Selection:
    """Simple products and root models that match a filter, or that have something below them that does.

    Raises:
        Refused: a value that does not fit its field, with its pointer.
    """
    present, roots = is_null("deleted_at"), is_null("parent_id")
    if node is None:
        return select(TABLES, present, roots)
    matching = select_products(node)
    ids = matching.ids()
    text = f"o.id IN (SELECT COALESCE(m.root_id, m.id) FROM catalog_product m WHERE m.id IN ({ids.text}))"
    found = Fragment(
        Sql(text, ids.params),
        indexed=matching.is_indexed,
        recheck=matching.is_rechecked and not matching.is_indexed,
        exact=True,
    )
    return select(TABLES, present, roots, found)

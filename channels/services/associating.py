"""Associations as readers of a view see them: joined from its publications, so that only what is live is named."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from django.db import connection

from channels.choices import LinkSide
from channels.hub.items import Associations
from channels.services.snapshot import DeliveryStructure

_OWN = (
    "SELECT l.publication_id, l.type, l.side, COALESCE(t.sku, l.code), COALESCE(t.uuid, l.uuid)::text, l.quantity"
    " FROM channels_publicationlink l LEFT JOIN channels_publication t"
    " ON l.side = 'products' AND t.view_id = l.view_id AND t.product_id = l.target AND t.state = 'live'"
    " WHERE l.publication_id = ANY(%(rows)s) AND (t.id IS NOT NULL OR l.side = 'groups' OR l.side = 'product_models'"
    " AND (EXISTS (SELECT FROM channels_publication v WHERE v.view_id = l.view_id AND v.state = 'live'"
    " AND v.root = l.target) OR EXISTS (SELECT FROM channels_publication v WHERE v.view_id = l.view_id"
    " AND v.state = 'live' AND v.parent = l.target)))"
    " ORDER BY l.publication_id, l.number"
)
"""A model is no publication: it is named where something below it is live."""

_MIRRORED = (
    "SELECT DISTINCT p.id, l.type, CASE WHEN l.owner_sku = '' THEN 'products' ELSE 'product_models' END,"
    " COALESCE(NULLIF(l.owner_sku, ''), o.sku) AS sku, COALESCE(l.owner_uuid, o.uuid)::text, ''"
    " FROM channels_publication p CROSS JOIN LATERAL (VALUES (p.product_id), (p.parent), (p.root)) AS me(id)"
    " JOIN channels_publicationlink l ON l.view_id = p.view_id AND l.target = me.id"
    " JOIN channels_publication o ON o.id = l.publication_id"
    " WHERE p.id = ANY(%(rows)s) AND l.type = ANY(%(two_way)s) AND o.state = 'live' ORDER BY p.id, l.type, sku"
)
"""A two-way association is one row, read from the other side: where a model owns it, the model is named."""


def read_associations(
    structure: DeliveryStructure, publications: Sequence[int]
) -> Mapping[int, Mapping[str, Associations]]:
    """What publications, by id, name of others that are live: {publication: {type: associations}}.

    One query, and a second one where a type is two-way.
    """
    types = {spec.id: spec for spec in structure.catalog.association_types.values()}
    two_way = [spec.id for spec in types.values() if spec.is_two_way]
    found: dict[int, dict[str, Associations]] = defaultdict(lambda: defaultdict(Associations))
    with connection.cursor() as cursor:
        for statement in (_OWN, _MIRRORED) if two_way else (_OWN,):
            cursor.execute(statement, {"rows": list(publications), "two_way": two_way})
            for pk, type_id, side, code, uuid, quantity in cursor.fetchall():
                if type_id in types and (side != LinkSide.GROUPS or code in structure.catalog.groups):
                    found[pk][types[type_id].code].add(side, code, uuid, quantity)
    return found

"""What must hold between products: keys nobody else changed meanwhile, and values nobody else has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from catalog.services.writing.deriving import Claims, Derived
from catalog.services.writing.planned import Planned
from pim.errors import Conflict, Problem
from pim.models import Entry


def check_revision(planned: Planned) -> None:
    """Refuse a change of a key that somebody else has changed since the revision the caller saw.

    People who edit different keys both win.

    Raises:
        Conflict: with one problem per key, naming the value now and the value wanted.
    """
    before, seen = planned.before, planned.change.revision
    if before is None or seen is None or seen >= before.revision or not planned.delta:
        return
    changed: dict[str, Any] = {}
    entries = Entry.objects.filter(subject_uuid=before.uuid, revision__gt=seen).order_by("id")
    for delta in entries.values_list("delta", flat=True):
        changed.update({key: pair[1] for key, pair in delta.items()})
    clashes = [key for key in planned.delta if key in changed and planned.delta[key][1] != changed[key]]
    if clashes:
        problems = [
            Problem(
                "changed_meanwhile",
                _("“%(key)s” was changed meanwhile to %(now)s; you wanted %(wanted)s.")
                % {"key": key, "now": changed[key], "wanted": planned.delta[key][1]},
                f"/values/{key}" if not key.startswith("@") else f"/{key[1:]}",
            )
            for key in clashes
        ]
        raise Conflict(problems[0].code, problems[0].message, problems[0].pointer, problems=problems)


def find_taken(derived: Sequence[Claims | Derived]) -> dict[int, list[tuple[int, str, str]]]:
    """Unique values that another product has: `{product id: [(attribute id, value, sku of the other)]}`.

    Rows of this batch count too: the first to name a value keeps it. One query.
    """
    claims = [(row.id, attribute, value) for row in derived for attribute, value in row.unique]
    if not claims:
        return {}
    taken: dict[int, list[tuple[int, str, str]]] = {}
    batch = {row.id: dict.fromkeys(row.unique) for row in derived}
    owners: dict[tuple[int, str], int] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT u.attribute_id, u.normalised, u.product_id, p.sku FROM catalog_productunique u"
            " JOIN catalog_product p ON p.id = u.product_id"
            " JOIN unnest(%s::bigint[], %s::text[]) AS c(a, v) ON u.attribute_id = c.a AND u.normalised = c.v",
            [[claim[1] for claim in claims], [claim[2] for claim in claims]],
        )
        stored = {(a, v): (product, sku) for a, v, product, sku in cursor.fetchall()}
    for product, attribute, value in claims:
        claim = (attribute, value)
        other = stored.get(claim)
        is_freed = other is not None and other[0] in batch and claim not in batch[other[0]]
        if other is not None and other[0] != product and not is_freed:
            taken.setdefault(product, []).append((attribute, value, other[1]))
        elif owners.setdefault(claim, product) != product:
            taken.setdefault(product, []).append((attribute, value, ""))
    return taken


def drop_claims(derived: Sequence[Claims | Derived], taken: Mapping[int, Sequence[tuple[int, str, str]]]) -> None:
    """Leave unique values to the products that have them already."""
    for row in derived:
        lost = {(attribute, value) for attribute, value, _sku in taken.get(row.id, ())}
        if lost:
            row.unique = [claim for claim in row.unique if claim not in lost]

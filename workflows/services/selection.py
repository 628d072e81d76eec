"""Which subjects a filter means: for conditions of transitions, and for jobs that walk through a selection."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db import connection

from assets.services.searching.listing import get_fields as get_asset_fields
from assets.services.searching.listing import select_assets
from catalog.services.listing import get_fields as get_product_fields
from catalog.services.listing import select_products
from pim.errors import Refused
from pim.querying.compile import Selection
from pim.querying.tree import parse_filter
from pim.querysets.pages import count_all, fetch_ids_after, fetch_ids_among
from pim.values.specs import Json
from workflows.choices import SubjectType
from workflows.stages.guards import Condition

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Walk:
    """A selection in the order of ids; each step asks anew, so that what stops to match meanwhile is left out."""

    where: Selection

    def count(self) -> int:
        """How many match now."""
        return count_all(connection, self.where)

    def ids_after(self, last: int, limit: int) -> list[int]:
        """The next ids behind one."""
        return fetch_ids_after(connection, self.where, after=last, limit=limit)

    def ids_among(self, ids: Collection[int]) -> set[int]:
        """Those of the ids that match."""
        return fetch_ids_among(connection, self.where, ids)


def read_walk(subject_type: str, data: Json, *, pointer: str = "/filter") -> Walk:
    """Read a filter in its JSON spelling; `{}` means all of them.

    Raises:
        Refused: what `pim.querying.tree.parse_filter` refuses.
    """
    if subject_type == SubjectType.PRODUCT:
        return Walk(select_products(parse_filter(data, catalogue=get_product_fields(), root=pointer)))
    return Walk(select_assets(parse_filter(data, catalogue=get_asset_fields(), root=pointer)))


def match_conditions(
    subject_type: str, ids: Collection[int], conditions: Collection[Condition]
) -> Mapping[int, frozenset[str]]:
    """The conditions, by key, that each subject fulfils; one query a condition.

    A condition that cannot be read any more, because its attribute was deleted, is fulfilled by nobody.
    """
    matches: dict[int, set[str]] = defaultdict(set)
    for condition in conditions:
        try:
            walk = read_walk(subject_type, condition.filter)
        except Refused:
            logger.warning("a condition of the %s workflow cannot be read: %s", subject_type, condition.key)
            continue
        for pk in walk.ids_among(ids):
            matches[pk].add(condition.key)
    return {pk: frozenset(keys) for pk, keys in matches.items()}

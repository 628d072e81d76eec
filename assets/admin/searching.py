"""The library's search as other screens read it from its address."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import QueryDict

from assets.admin.state import RESERVED, spoken_locale
from assets.services.searching.listing import get_fields
from assets.services.searching.similarity import family_of, read_colour
from pim.admin.conditions import read_conditions
from pim.errors import Refused
from pim.querying.tree import Leaf, Node, Operator, all_of


@dataclass(frozen=True, slots=True)
class Search:
    """What the query of an address asks the library for."""

    params: QueryDict

    @classmethod
    def read(cls, params: QueryDict) -> Search:
        """From the query of the library's address; empty parameters ask for nothing."""
        kept = params.copy()
        for name in [name for name in kept if not any(kept.getlist(name))]:
            del kept[name]
        return cls(kept)

    def tree(self) -> Node | None:
        """The filter language's tree.

        Raises:
            Refused: `invalid_filter`: a condition that means nothing.
        """
        conditions = list(read_conditions(self.params, get_fields(), reserved=RESERVED, locale=spoken_locale()))
        for condition in conditions:
            if condition.problem:
                raise Refused("invalid_filter", condition.problem, f"/{condition.name}")
        text, near = self.params.get("q", "").strip()[:500], read_colour(self.params.get("near", ""))
        words = Leaf("search", Operator.CONTAINS, text, pointer="/q") if text else None
        colour = Leaf("colour", Operator.EQ, family_of(near)) if near is not None else None
        return all_of(words, colour, *(condition.node for condition in conditions))

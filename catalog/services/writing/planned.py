"""A change that has passed the plan: what the later steps work with."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from catalog.services.changes import ProductChange
from catalog.services.writing.loading import Row
from pim.errors import Problem

if TYPE_CHECKING:
    from catalog.models import Association


@dataclass(slots=True)
class Planned:
    """A change that passed: the row before (None: new) and after, and what differs.

    `links` are the associations to store, by the id of the type that they replace. `released` are the owners, and their
    types, of links that this change removes from the other side; `caused_by` is the product whose change removed some
    of this one.
    """

    change: ProductChange
    before: Row | None
    after: Row
    delta: dict[str, list[Any]] = field(default_factory=dict)
    links: dict[int, list[Association]] = field(default_factory=dict)
    touches_reviewed: bool = False
    warnings: list[Problem] = field(default_factory=list)
    released: dict[int, list[str]] = field(default_factory=dict)
    caused_by: int | None = None

    @property
    def is_new(self) -> bool:
        """Whether the product is created."""
        return self.before is None

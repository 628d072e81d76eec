"""Collections as a field of the filter language: what somebody has put together, or what a search keeps together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from django.utils.translation import gettext as _

from assets.models import Collection
from pim.querying.conditions import Condition, Either, Fragment, Negated, Sql
from pim.querying.fields import Context, SortKey, SortScope, refuse_value
from pim.querying.system_fields import EQUALITY, Unscoped, operand_list
from pim.querying.tree import Leaf, Operator
from pim.values.specs import Json

COLLECTION = "collection"


@dataclass(frozen=True)
class CollectionField(Unscoped):
    """The collections an asset is in, by uuid.

    Attributes:
        compile_query: the stored query of a collection by search → its condition.
    """

    name: str
    compile_query: Callable[[Json], Condition]

    operators: ClassVar[frozenset[Operator]] = EQUALITY
    default_operator: ClassVar[Operator] = Operator.EQ

    def compile(self, leaf: Leaf, context: Context) -> Condition:
        """See `Field.compile`."""
        self.refuse_scope(leaf)
        manual: list[int] = []
        found: list[Condition] = []
        for collection in self._read(leaf):
            if collection.query is None:
                manual.append(collection.pk)
            else:
                found.append(self.compile_query(collection.query))
        if manual:
            text = "o.id IN (SELECT asset_id FROM assets_collectionitem WHERE collection_id = ANY(%s::bigint[]))"
            found.append(Fragment(Sql(text, (manual,)), indexed=True, exact=True))
        either = Either(tuple(found))
        return Negated(either) if leaf.operator in (Operator.NE, Operator.NIN) else either

    def sort_key(self, scope: SortScope, context: Context) -> SortKey | None:
        """The order of a collection is its own; see `assets.services.collections.list_collection`."""
        return None

    def _read(self, leaf: Leaf) -> list[Collection]:
        wanted: dict[UUID, str] = {}
        for value, pointer in operand_list(leaf):
            try:
                wanted[UUID(str(value))] = pointer
            except ValueError:
                raise _refuse(pointer) from None
        rows = {row.uuid: row for row in Collection.objects.filter(uuid__in=list(wanted))}
        for uuid, pointer in wanted.items():
            if uuid not in rows:
                raise _refuse(pointer)
        return [rows[uuid] for uuid in wanted]


def _refuse(pointer: str) -> Exception:
    return refuse_value(_("There is no such collection."), pointer)

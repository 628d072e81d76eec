"""Tables as lists of the filter language: their own columns are the fields, pages go by keyset."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

from django.db import connection, models
from django.utils import timezone

from pim.querying.compile import Selection, compile_tree, select
from pim.querying.conditions import Condition, IndexTables
from pim.querying.fields import Context, Field, OwnerFields, SortKey
from pim.querying.operands import OperandKind
from pim.querying.pages import OrderTerm, PageRequest
from pim.querying.params import parse_order
from pim.querying.system_fields import ColumnField
from pim.querying.tree import Node
from pim.querysets.pages import Count, Page, count_all, count_capped, fetch_ids
from pim.services.snapshot import get_structure
from pim.values.specs import Json

KINDS: Sequence[tuple[type[models.Field[Any, Any]], OperandKind]] = (
    (models.BooleanField, OperandKind.BOOLEAN),
    (models.DateTimeField, OperandKind.INSTANT),
    (models.UUIDField, OperandKind.UUID),
    (models.IntegerField, OperandKind.INTEGER),
    (models.CharField, OperandKind.TEXT),
    (models.TextField, OperandKind.TEXT),
)


@dataclass(frozen=True)
class TableList:
    """A table as people may list it.

    Attributes:
        model: whose rows are listed.
        fields: its columns that may be asked for; foreign keys are asked by the code (or uuid) of what they name.
        default_sort: as in `sort=`; empty: by key, newest first when `newest_first`.
        newest_first: the order where no sort is named.
    """

    model: type[models.Model]
    fields: Sequence[str]
    default_sort: str = ""
    newest_first: bool = False

    @cached_property
    def tables(self) -> IndexTables:
        """The table by name."""
        return IndexTables(owner=self.model._meta.db_table, link="", pk=str(self.model._meta.pk.column))

    @cached_property
    def system_fields(self) -> Mapping[str, Field]:
        """The columns as fields."""
        return {name: self._make_field(name) for name in self.fields}

    def get_fields(self) -> OwnerFields:
        """The catalogue of fields; there are no attributes here."""
        return OwnerFields(self.system_fields, get_structure(), _no_attributes, is_visible=lambda _spec: False)

    def select(self, node: Node | None, *conditions: Condition) -> Selection:
        """A parsed filter as SQL, with conditions of the caller's own.

        Raises:
            Refused: a value that does not fit its field.
        """
        context = self._context()
        return select(self.tables, *conditions, compile_tree(node, catalogue=self.get_fields(), context=context))

    def order(self, sort: str) -> tuple[OrderTerm, ...]:
        """An order as `sort=` names it.

        Raises:
            Refused: `unknown_field`, `not_sortable`, `too_many_sorts`.
        """
        sort = sort or self.default_sort
        if not sort and self.newest_first:
            return (OrderTerm(SortKey("column", "bigint", column=self.tables.pk), descending=True),)
        return parse_order(sort, catalogue=self.get_fields(), context=self._context())

    def page(
        self,
        where: Selection,
        *,
        sort: str = "",
        after: tuple[Json, ...] | None = None,
        limit: int = 25,
        backwards: bool = False,
    ) -> Page:
        """The keys of one page."""
        return fetch_ids(connection, PageRequest(where, self.order(sort), after, limit, backwards))

    def _context(self) -> Context:
        return Context(self.tables, get_structure(), timezone.now())

    def _make_field(self, name: str) -> Field:
        column = self.model._meta.get_field(name)
        if isinstance(column, models.ForeignKey):
            target = column.related_model
            key = "code" if any(field.name == "code" for field in target._meta.concrete_fields) else "uuid"
            return ColumnField(
                name, column.column, OperandKind.INTEGER, nullable=column.null, resolve=partial(_resolve, target, key)
            )
        if not isinstance(column, models.Field):
            raise TypeError(f"{name} is no column")
        kind = next(kind for cls, kind in KINDS if isinstance(column, cls))
        return ColumnField(name, str(column.column), kind, nullable=column.null, sortable=kind is not OperandKind.UUID)


def count_matches(where: Selection, how: str | None) -> Count | None:
    """Count as the caller asks: `exact`, `estimate` (exact up to 10,000), or None for not at all."""
    if how is None:
        return None
    return Count(count_all(connection, where), is_exact=True) if how == "exact" else count_capped(connection, where)


def _resolve(model: type[models.Model], key: str, names: Sequence[str]) -> Sequence[int]:
    from django.core.exceptions import ValidationError

    try:
        return list(model._default_manager.filter(**{f"{key}__in": list(names)}).values_list("pk", flat=True))
    except ValidationError:
        return []


def _no_attributes(_spec: object) -> Field:
    raise LookupError

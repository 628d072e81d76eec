"""What a filter becomes before it is SQL: a small algebra in which token conditions stay recognisable.

Every condition is written against fixed aliases: `o` the owner's row, `f` its tokens, `t` its search text, `c` its
completeness. NULL counts as false, so a negation is written `IS NOT TRUE`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeAlias

Param: TypeAlias = "str | int | float | bool | list[int] | list[str] | list[float] | list[Param] | None"


@dataclass(frozen=True, slots=True)
class Sql:
    """Text with `%s` placeholders, and what goes into them."""

    text: str
    params: tuple[Param, ...] = ()


class Join(Enum):
    """A one-to-one side table that a condition reads; the value is its alias."""

    FACET = "f"
    TEXT = "t"
    COMPLETENESS = "c"


@dataclass(frozen=True, slots=True)
class IndexTables:
    """The tables of one kind of owner, by name.

    `link` is the column by which every side table names its owner; `parent` the owner's own column that names the
    owner it inherits from, at most `depth` rows deep (1: it inherits from nobody).
    """

    owner: str
    link: str
    pk: str = "id"
    facet: str = ""
    number: str = ""
    sort: str = ""
    text: str = ""
    unique: str = ""
    category: str = ""
    completeness: str = ""
    values: str = ""
    parent: str = ""
    depth: int = 1

    def table_of(self, join: Join) -> str:
        """The table behind an alias."""
        return {Join.FACET: self.facet, Join.TEXT: self.text, Join.COMPLETENESS: self.completeness}[join]


@dataclass(frozen=True, slots=True)
class HasAny:
    """The owner carries at least one of these tokens."""

    tokens: frozenset[int]


@dataclass(frozen=True, slots=True)
class Fragment:
    """SQL that only the field that wrote it understands.

    Attributes:
        indexed: an index narrows the owners down to the matching ones.
        recheck: reads documents or whole texts of every owner that reaches it: dear without an index beside it.
        exact: never NULL.
    """

    sql: Sql
    joins: frozenset[Join] = frozenset()
    indexed: bool = False
    recheck: bool = False
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Both:
    """All of these; nothing in it: true."""

    conditions: tuple[Condition, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Either:
    """At least one of these; nothing in it: false."""

    conditions: tuple[Condition, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Negated:
    """What the condition does not match."""

    condition: Condition


Condition: TypeAlias = HasAny | Fragment | Both | Either | Negated

EVERYTHING = Both()
NOTHING = Either()


def quote_name(name: str) -> str:
    """Quote a table or column name for SQL in which `%` is special."""
    return '"' + name.replace('"', '""').replace("%", "%%") + '"'


def is_null(column: str) -> Fragment:
    """The owner's column is NULL: `is_null("deleted_at")` keeps what is not in the recycle bin."""
    return Fragment(Sql(f"o.{quote_name(column)} IS NULL"), exact=True)


def is_not_null(column: str) -> Fragment:
    """The owner's column is not NULL."""
    return Fragment(Sql(f"o.{quote_name(column)} IS NOT NULL"), exact=True)


def column_in(column: str, cast: str, operands: Sequence[Param], *, indexed: bool = False) -> Fragment:
    """The owner's column is one of the operands; `cast` is a PostgreSQL type written by us, never by a caller."""
    if len(operands) == 1:
        return Fragment(Sql(f"o.{quote_name(column)} = %s::{cast}", (operands[0],)), indexed=indexed)
    return Fragment(Sql(f"o.{quote_name(column)} = ANY(%s::{cast}[])", (list(operands),)), indexed=indexed)


def like_pattern(text: str, *, start: bool = False) -> str:
    """A LIKE pattern that finds a text as it is written, anywhere or at the start."""
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"{escaped}%" if start else f"%{escaped}%"

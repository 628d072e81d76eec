"""What a field of the filter language must offer, and how a field is found by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from django.utils.translation import gettext as _

from pim.errors import Refused
from pim.querying.conditions import Condition, IndexTables
from pim.querying.tree import Leaf, Operator
from pim.values.keys import AttributeCode
from pim.values.snapshot import Structure
from pim.values.specs import AttributeSpec

ScopePart = Literal["channel", "locale", "currency"]

VALUES_PREFIX = "values."
"""`values.sku` is the attribute `sku` where a system field has the same name."""


@dataclass(frozen=True, slots=True)
class Context:
    """What compiling needs besides the tree. `now` is aware; it gives `since_days` its meaning."""

    tables: IndexTables
    structure: Structure
    now: datetime

    def channel_ordinal(self, code: str, pointer: str) -> int:
        """The ordinal of a channel.

        Raises:
            Refused: `unknown_channel`.
        """
        spec = self.structure.channels.get(code)
        if spec is None:
            raise Refused(
                "unknown_channel",
                _("There is no channel “%(code)s”. Possible: %(names)s.")
                % {"code": code[:100], "names": ", ".join(sorted(self.structure.channels))},
                pointer,
            )
        return spec.ordinal

    def locale_ordinal(self, code: str, pointer: str) -> int:
        """The ordinal of a locale.

        Raises:
            Refused: `unknown_locale`.
        """
        spec = self.structure.locales.get(code)
        if spec is None:
            raise Refused(
                "unknown_locale",
                _("There is no locale “%(code)s”. Possible: %(names)s.")
                % {"code": code[:100], "names": ", ".join(sorted(self.structure.locales)[:40])},
                pointer,
            )
        return spec.ordinal


@dataclass(frozen=True, slots=True)
class SortKey:
    """Where the rows that order a list come from.

    Attributes:
        source: the owner's own column, or a row of the number or sort table under `akey`.
        cast: the PostgreSQL type a cursor's value is read back as.
        nullable: owners without one come last, in either direction.
    """

    source: Literal["column", "number", "sort"]
    cast: str
    column: str = ""
    akey: int = 0
    nullable: bool = False


@dataclass(frozen=True, slots=True)
class SortScope:
    """For which channel, locale and currency a list is ordered by a field."""

    channel: str | None = None
    locale: str | None = None
    currency: str | None = None
    pointer: str = ""


class Field(Protocol):
    """A name in the filter language.

    `scope` are the parts that may stand in brackets behind it, in order; `required` those that must.
    """

    @property
    def name(self) -> str:
        """How the tree calls it."""
        ...

    @property
    def operators(self) -> frozenset[Operator]:
        """What may be asked of it."""
        ...

    @property
    def default_operator(self) -> Operator:
        """What is asked where no operator is written."""
        ...

    @property
    def scope(self) -> tuple[ScopePart, ...]:
        """The parts that may stand in brackets behind the name."""
        ...

    @property
    def required(self) -> frozenset[ScopePart]:
        """The parts without which a leaf is refused."""
        ...

    def compile(self, leaf: Leaf, context: Context) -> Condition:
        """Turn a leaf into a condition.

        Raises:
            Refused: a value of the wrong type, an unknown option, channel or locale; the pointer is absolute.
        """
        ...

    def sort_key(self, scope: SortScope, context: Context) -> SortKey | None:
        """What orders a list by this field; None if nothing does."""
        ...


class FieldCatalogue(Protocol):
    """The fields that exist for one caller: a hidden field is unknown."""

    def lookup(self, name: str) -> Field | None:
        """The field with a name."""
        ...

    def names(self) -> Iterable[str]:
        """All names, for the sentence that lists what is possible."""
        ...


@dataclass(frozen=True, slots=True)
class OwnerFields:
    """The catalogue of one kind of owner: its system fields, and the attributes its caller may see.

    `make_attribute_field` is `AttributeField` except in tests; `is_visible` hides attributes from a caller.
    """

    system: Mapping[str, Field]
    structure: Structure
    make_attribute_field: Callable[[AttributeSpec], Field]
    is_visible: Callable[[AttributeSpec], bool] = lambda _spec: True

    def lookup(self, name: str) -> Field | None:
        """The system field with this name, else the attribute with this code, whatever its case."""
        if name in self.system:
            return self.system[name]
        spec = self.structure.attribute(AttributeCode(name.removeprefix(VALUES_PREFIX)))
        return self.make_attribute_field(spec) if spec is not None and self.is_visible(spec) else None

    def names(self) -> Iterator[str]:
        """System fields, then attributes; with the prefix where a system field would hide the attribute."""
        yield from self.system
        for code, spec in self.structure.attributes.items():
            if self.is_visible(spec):
                yield VALUES_PREFIX + code if code in self.system else code


@contextmanager
def pointing_at(pointer: str) -> Iterator[None]:
    """Make pointers of refusals absolute: a refusal that points at `/unit` leaves as `<pointer>/unit`."""
    try:
        yield
    except Refused as refusal:
        raise Refused(refusal.code, refusal.message, pointer + refusal.pointer) from refusal


def refuse_value(message: str, pointer: str) -> Refused:
    """The refusal of a value that does not fit its field."""
    return Refused("invalid_value", message, pointer)

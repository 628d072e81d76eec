"""What every attribute type can do: the protocol of the engine, with the answers most types share.

Bulk callers compile once per attribute (`compile_…`) and call the result per value; the plain methods are the same
callables for a single value.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, TypeAlias

from django import forms
from django.utils.translation import gettext as _
from graphql import GraphQLOutputType, GraphQLString

from pim.errors import ValueRefused
from pim.values.config import ConfigOption, clean_options
from pim.values.forms import make_field
from pim.values.specs import AttributeSpec, Json, OptionRef, References, UnitRef

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Parser: TypeAlias = Callable[[object], Json]
"""API data or a cell → stored value; None means that the value is cleared. Raises ValueRefused."""
CellsParser: TypeAlias = Callable[[Mapping[str, str], Json], Json]
"""({part: cell}, previous stored value) → stored value or None. Raises ValueRefused."""
TokenMaker: TypeAlias = Callable[[Any], Iterable[int]]
NumberMaker: TypeAlias = Callable[[Any], Iterable[tuple[int, float]]]
TextMaker: TypeAlias = Callable[[Any], "str | None"]
DeliveryMaker: TypeAlias = Callable[[Any], Json]


class Listings(References, Protocol):
    """References that can also be listed: what a form needs to offer choices."""

    def options(self, attribute: str, /) -> Sequence[OptionRef]:
        """The options of an attribute, in order."""
        ...

    def units(self, family: str, /) -> Sequence[UnitRef]:
        """The units of a measurement family, in order."""
        ...

    def currencies(self) -> Sequence[str]:
        """The codes of the active currencies."""
        ...


TEXT_OPERATORS = frozenset({"eq", "ne", "in", "nin", "contains", "starts", "empty", "not_empty"})
NUMBER_OPERATORS = frozenset({"eq", "ne", "in", "nin", "lt", "lte", "gt", "gte", "between", "empty", "not_empty"})
CHOICE_OPERATORS = frozenset({"eq", "ne", "in", "nin", "empty", "not_empty"})


class AttributeType(ABC):
    """One attribute type. Stateless: subclass, override what differs, register an instance.

    Attributes:
        options: what may be configured per attribute; `clean_config` and the attribute form are made from it.
        operators: the filter language's operators that make sense.
        widget: hint for forms and for JSON clients (`text`, `textarea`, `rich_text`, `number`, `switch`, …).
        is_reference: whether values point at other things (options, assets), so that tokens always exist.
        can_be_unique: whether `unique` may be switched on.
        can_be_sortable: whether `sortable` may be switched on.
        has_partial_values: whether a stored value may still not count as filled, so that completeness must ask.
        depends_on_currencies: whether being filled depends on the channel's currencies.
    """

    code: ClassVar[str]
    label: ClassVar[StrOrPromise]
    options: ClassVar[tuple[ConfigOption, ...]] = ()
    operators: ClassVar[frozenset[str]] = TEXT_OPERATORS
    widget: ClassVar[str] = "text"
    is_reference: ClassVar[bool] = False
    can_be_unique: ClassVar[bool] = False
    can_be_sortable: ClassVar[bool] = True
    has_partial_values: ClassVar[bool] = False
    depends_on_currencies: ClassVar[bool] = False

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.code}>"

    # Configuration

    def clean_config(self, config: Mapping[str, Json]) -> dict[str, Json]:
        """Validate an attribute's configuration; leaves out what is null.

        Raises:
            ValueRefused: `unknown_setting`, `invalid_setting` or `contradicting_settings`, pointer `/config/<name>`.
        """
        cleaned = clean_options(self.options, config)
        self.check_config(cleaned)
        return cleaned

    def check_config(self, config: Mapping[str, Json]) -> None:  # noqa: B027 - most types have nothing to check
        """Refuse settings that contradict each other; for subclasses."""

    # Parsing

    @abstractmethod
    def compile_parser(self, spec: AttributeSpec, refs: References) -> Parser:
        """Build the parser of API data (also of a form's) for one attribute."""

    def compile_cell(self, spec: AttributeSpec, refs: References) -> Parser:
        """Build the parser of a value that fits into one cell of a table."""
        return self.compile_parser(spec, refs)

    def compile_cells(self, spec: AttributeSpec, refs: References) -> CellsParser:
        """Build the parser of the cells of one value."""
        parse = self.compile_cell(spec, refs)
        return lambda cells, previous: parse(cells.get("", ""))

    def parse(self, data: object, spec: AttributeSpec, refs: References) -> Json:
        """Validate API data and return what is stored; None clears.

        Raises:
            ValueRefused: with a pointer relative to the data.
        """
        return self.compile_parser(spec, refs)(data)

    def parse_cells(
        self, cells: Mapping[str, str], spec: AttributeSpec, refs: References, previous: Json = None
    ) -> Json:
        """Validate the cells of one value ({part: text}, see `cell_parts`) and return what is stored; None clears.

        Raises:
            ValueRefused: the pointer is `/<part>`, or empty for the main cell.
        """
        return self.compile_cells(spec, refs)(cells, previous)

    # Shapes

    def cell_parts(self, spec: AttributeSpec, currencies: Sequence[str]) -> tuple[str, ...]:
        """The columns a value takes in a table: `""` is the main one."""
        return ("",)

    def to_cells(self, stored: Json, spec: AttributeSpec, refs: References) -> Mapping[str, str]:
        """The cells of a stored value: {part: text}."""
        return {"": str(stored)}

    def to_api(self, stored: Json) -> Json:
        """The shape in the management API; `parse` takes it back."""
        return stored

    def compile_delivery(
        self, spec: AttributeSpec, refs: References, locale: str | None, fallbacks: Sequence[str] = ()
    ) -> DeliveryMaker | None:
        """Build stored → delivered for one reader; None where the two are the same. A result of None is left out."""
        return None

    def to_delivery(
        self,
        stored: Json,
        spec: AttributeSpec,
        refs: References,
        locale: str | None = None,
        fallbacks: Sequence[str] = (),
    ) -> Json:
        """The shape a consumer reads, with labels in the locale or its fallbacks."""
        deliver = self.compile_delivery(spec, refs, locale, fallbacks)
        return deliver(stored) if deliver else stored

    def to_akeneo(self, stored: Json) -> Json:
        """The `data` of Akeneo's REST API; `parse` takes it back."""
        return self.to_api(stored)

    # Comparing and deriving

    def equal(self, left: Json, right: Json) -> bool:
        """Whether two stored values say the same, so that writing one over the other is no change."""
        return left == right

    def compile_tokens(self, spec: AttributeSpec, refs: References) -> TokenMaker | None:
        """Build stored → token values (29 bits, ≥ 1); None where the attribute has none."""
        return None

    def compile_numbers(self, spec: AttributeSpec, refs: References) -> NumberMaker | None:
        """Build stored → (currency ordinal or 0, number); None where the type has no numbers."""
        return None

    def compile_sort_key(self, spec: AttributeSpec, refs: References) -> TextMaker | None:
        """Build stored → sort key; None where the type is sorted by its number, or not at all."""
        return None

    def compile_search_text(self, spec: AttributeSpec, refs: References) -> TextMaker | None:
        """Build stored → text for full-text search, not yet normalised; None where there is nothing to find."""
        return None

    def tokens(self, stored: Json, spec: AttributeSpec, refs: References) -> tuple[int, ...]:
        """Token values of a stored value."""
        make = self.compile_tokens(spec, refs)
        return tuple(make(stored)) if make else ()

    def numbers(self, stored: Json, spec: AttributeSpec, refs: References) -> tuple[tuple[int, float], ...]:
        """(currency ordinal or 0, number) of a stored value."""
        make = self.compile_numbers(spec, refs)
        return tuple(make(stored)) if make else ()

    def sort_key(self, stored: Json, spec: AttributeSpec, refs: References) -> str | None:
        """The text by which a value sorts."""
        make = self.compile_sort_key(spec, refs)
        return make(stored) if make else None

    def search_text(self, stored: Json, spec: AttributeSpec, refs: References) -> str:
        """What full-text search finds a value by."""
        make = self.compile_search_text(spec, refs)
        return (make(stored) or "") if make else ""

    def comparison_key(self, stored: Json, spec: AttributeSpec, refs: References) -> Json:
        """The normalised form by which variants are told apart; texts are compared without case."""
        return stored.casefold() if isinstance(stored, str) else stored

    def unique_key(self, stored: Json) -> str | None:
        """The normalised form that must be unique; None where the type cannot be."""
        return None

    def is_filled(self, stored: Json, spec: AttributeSpec, currencies: Iterable[str] = ()) -> bool:
        """Whether a value counts for completeness in a channel with these currencies."""
        return stored is not None

    # Faces

    def form_field(self, spec: AttributeSpec, refs: Listings, locale: str | None = None) -> forms.Field:
        """A form field whose initial value and cleaned value are the stored shape."""
        return make_field(forms.CharField, spec, self.compile_parser(spec, refs), locale, strip=False)

    def graphql_type(self, spec: AttributeSpec) -> GraphQLOutputType:
        """The GraphQL type of the delivered shape."""
        return GraphQLString

    def openapi(self, spec: AttributeSpec, shape: str = "delivery") -> dict[str, Json]:
        """The JSON Schema (2020-12) of the `delivery` or the `api` shape."""
        return {"type": "string"}


def require_text(data: object) -> str:
    """Refuse anything but a text.

    Raises:
        ValueRefused: `wrong_type`.
    """
    if not isinstance(data, str):
        raise ValueRefused("wrong_type", _("A text is expected."))
    return data

"""What a view exposes, as the schema builders need it: families, attributes and locales by code."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property


class Shape(StrEnum):
    """The form of a delivered value; each has one GraphQL type and one JSON Schema."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    DATE = "date"
    DATETIME = "datetime"
    OPTION = "option"
    OPTIONS = "options"
    MEASUREMENT = "measurement"
    PRICES = "prices"
    ASSET = "asset"
    ASSETS = "assets"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class AttributePlan:
    """One attribute as a view delivers it; `operators` is what a reader may filter it by."""

    code: str
    shape: Shape
    per_locale: bool
    label: str = ""
    sortable: bool = False
    operators: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class FamilyPlan:
    """One family as a view delivers it: its attributes in order."""

    code: str
    label: str
    attributes: tuple[str, ...]


@dataclass(frozen=True)
class ViewBlueprint:
    """Everything a view's schema is generated from; equal blueprints give equal schemas."""

    code: str
    locales: tuple[str, ...]
    currencies: tuple[str, ...]
    families: tuple[FamilyPlan, ...]
    attributes: Mapping[str, AttributePlan] = field(default_factory=dict)
    page_limit: int = 100

    @property
    def default_locale(self) -> str:
        """The locale a reader gets who names none."""
        return self.locales[0]

    @cached_property
    def by_family(self) -> Mapping[str, FamilyPlan]:
        """{family code: plan}."""
        return {family.code: family for family in self.families}

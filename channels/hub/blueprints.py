"""What a view exposes, as the schema builders need it: families, attributes and locales by code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from graphql import GraphQLOutputType, GraphQLString

Operand = Literal["text", "number", "boolean"]


@dataclass(frozen=True, slots=True)
class AttributePlan:
    """One attribute as a view delivers it.

    `type` is that of the delivered value; `operators` and `operand` say what a reader may filter it by; `schema` is
    the JSON Schema of the delivered value, `description` what the GraphQL schema says of the field.
    """

    code: str
    type: GraphQLOutputType = GraphQLString
    per_locale: bool = False
    label: str = ""
    sortable: bool = False
    operators: frozenset[str] = frozenset()
    operand: Operand = "text"
    schema: Mapping[str, object] = field(default_factory=dict)
    description: str = ""

    @property
    def fingerprint(self) -> tuple[object, ...]:
        """What two plans must share to give the same schema: GraphQL wrappers compare by their text."""
        return (
            self.code,
            str(self.type),
            self.per_locale,
            self.label,
            self.sortable,
            tuple(sorted(self.operators)),
            self.operand,
            repr(self.schema),
            self.description,
        )


@dataclass(frozen=True, slots=True)
class FamilyPlan:
    """One family as a view delivers it: its attributes in order."""

    code: str
    label: str
    attributes: tuple[str, ...]
    description: str = ""


@dataclass(frozen=True, slots=True)
class ViewBlueprint:
    """Everything a view's schema is generated from; equal fingerprints give equal schemas.

    `associations` are the codes and labels of the association types.
    """

    code: str
    locales: tuple[str, ...]
    currencies: tuple[str, ...]
    families: tuple[FamilyPlan, ...]
    attributes: Mapping[str, AttributePlan] = field(default_factory=dict)
    associations: tuple[tuple[str, str], ...] = ()
    page_limit: int = 100

    @property
    def fingerprint(self) -> tuple[object, ...]:
        """What two blueprints must share to give the same schema."""
        plans = tuple(plan.fingerprint for _, plan in sorted(self.attributes.items()))
        return (self.code, self.locales, self.currencies, self.families, self.associations, self.page_limit, plans)

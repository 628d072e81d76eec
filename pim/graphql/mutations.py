"""What mutations share: payloads with `userErrors`, since a refusal of the domain is an answer and not a failure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import graphene

from pim.errors import DomainError, Problem


class UserError(graphene.ObjectType):
    """Why something was not done."""

    code = graphene.String(required=True)
    message = graphene.String(required=True)
    pointer = graphene.String(required=True, description="JSON pointer into the input; empty for the whole.")


def user_errors(problems: Sequence[Problem]) -> list[UserError]:
    """Findings as a payload shows them."""
    return [UserError(code=found.code, message=str(found.message), pointer=found.pointer) for found in problems]


def run_mutation(do: Callable[[], Mapping[str, Any]]) -> dict[str, Any]:
    """The payload: what `do` returns, or the refusal that it raised."""
    try:
        return {"user_errors": [], **do()}
    except DomainError as error:
        return {"user_errors": user_errors(error.problems)}


def errors_field() -> graphene.Field:
    """The `userErrors` of a payload: empty when it was done."""
    return graphene.Field(graphene.List(graphene.NonNull(UserError)), required=True)

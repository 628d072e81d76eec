"""Filters as they stand in the address of a list: each parameter one condition, or the reason why it is none."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy

from pim.errors import Refused
from pim.querying.fields import FieldCatalogue
from pim.querying.params import parse_params
from pim.querying.tree import Node, Operator, load_filter

OPERATOR_WORDS: Mapping[Operator, Any] = {
    Operator.EQ: gettext_lazy("is"),
    Operator.NE: gettext_lazy("is not"),
    Operator.IN: gettext_lazy("is one of"),
    Operator.NIN: gettext_lazy("is none of"),
    Operator.LT: "<",
    Operator.LTE: "≤",
    Operator.GT: ">",
    Operator.GTE: "≥",
    Operator.BETWEEN: gettext_lazy("between"),
    Operator.CONTAINS: gettext_lazy("contains"),
    Operator.STARTS: gettext_lazy("starts with"),
    Operator.EMPTY: gettext_lazy("is empty"),
    Operator.NOT_EMPTY: gettext_lazy("is filled"),
    Operator.IN_CHILDREN: gettext_lazy("in or below"),
    Operator.SINCE_DAYS: gettext_lazy("in the last days:"),
}


@dataclass(slots=True)
class Condition:
    """One filter of the address: how it is written, and what it means or why it means nothing."""

    name: str
    value: str
    node: Node | None = None
    problem: str = ""


def read_conditions(
    params: QueryDict,
    fields: FieldCatalogue,
    *,
    reserved: Collection[str],
    channel: str | None = None,
    locale: str | None = None,
) -> Iterator[Condition]:
    """The filters among the parameters: every one that the list does not use itself, in the plain spelling, or `filter`."""
    for name in params:
        if name in reserved and name != "filter":
            continue
        for value in params.getlist(name):
            condition = Condition(name, value)
            try:
                if name == "filter":
                    condition.node = load_filter(value, catalogue=fields, channel=channel, locale=locale)
                else:
                    condition.node = parse_params({name: [value]}, catalogue=fields, channel=channel, locale=locale)
            except Refused as refusal:
                condition.problem = str(refusal.message)
            yield condition


def without_condition(params: QueryDict, name: str, value: str) -> QueryDict:
    """The parameters without one condition, and without a place in the list."""
    changed = params.copy()
    kept = list(changed.getlist(name))
    if value in kept:
        kept.remove(value)
    changed.setlist(name, kept)
    return changed

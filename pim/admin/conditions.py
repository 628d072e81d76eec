"""Filters as they stand in the address of a list: each parameter one condition, or the reason why it is none."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from django.http import QueryDict

from pim.errors import Refused
from pim.querying.fields import FieldCatalogue
from pim.querying.params import parse_params
from pim.querying.tree import Node, load_filter


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

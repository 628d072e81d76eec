"""Rights as fields of the filter language: the state they are in today, and the day on which they end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, timedelta
from typing import ClassVar

from django.utils.translation import gettext as _

from pim.querying.conditions import Both, Condition, Either, Fragment, Negated, Sql
from pim.querying.fields import Context, SortKey, SortScope, refuse_value
from pim.querying.operands import read_text
from pim.querying.system_fields import EQUALITY, RANGE, Unscoped, operand_list
from pim.querying.tree import PRESENCE, Leaf, Operator

EXPIRING_DAYS = 30

# Three small looks from the side of what is agreed, so that a library of a million files is not read through.
_BY_WINDOW = (
    "o.id IN (SELECT a.id FROM assets_asset a JOIN assets_license x ON x.id = a.license_id WHERE {test}"
    " UNION ALL SELECT l.asset_id FROM assets_assetrelease l JOIN assets_release x ON x.id = l.release_id WHERE {test}"
    " UNION ALL SELECT x.id FROM assets_asset x WHERE {test})"
)
_WITHDRAWN = (
    "o.id IN (SELECT l.asset_id FROM assets_assetrelease l JOIN assets_release x ON x.id = l.release_id"
    " WHERE x.withdrawn IS NOT NULL)"
)
_RELEASED = "EXISTS (SELECT 1 FROM assets_assetrelease l WHERE l.asset_id = o.id)"


def _window(test: str, *days: date) -> Fragment:
    params = tuple(day.isoformat() for day in days) * 3
    return Fragment(Sql(_BY_WINDOW.format(test=test), params), indexed=True, exact=True)


def ends_before(day: date) -> Condition:
    """Some window was over before that day."""
    return _window("x.valid_until < %s::date", day)


def _expired(today: date) -> Condition:
    return ends_before(today)


def _expiring(today: date) -> Condition:
    last = today + timedelta(days=EXPIRING_DAYS)
    ending = _window("x.valid_until BETWEEN %s::date AND %s::date", today, last)
    return Both((ending, Negated(_expired(today)), Negated(_withdrawn(today))))


def _embargoed(today: date) -> Condition:
    return _window("x.valid_from > %s::date", today)


def _withdrawn(_today: date) -> Condition:
    return Fragment(Sql(_WITHDRAWN), indexed=True, exact=True)


def _unlicensed(_today: date) -> Condition:
    return Fragment(Sql("o.license_id IS NULL"), exact=True)


def _released(_today: date) -> Condition:
    return Fragment(Sql(_RELEASED), exact=True)


def _usable(today: date) -> Condition:
    return Negated(Either((_expired(today), _embargoed(today), _withdrawn(today))))


STATES: Mapping[str, Callable[[date], Condition]] = {
    "usable": _usable,
    "expiring": _expiring,
    "expired": _expired,
    "embargoed": _embargoed,
    "withdrawn": _withdrawn,
    "unlicensed": _unlicensed,
    "released": _released,
}
"""What may be asked: usable today inside the house; over within 30 days; over; not begun; a release withdrawn; without
licence; with a release."""


@dataclass(frozen=True)
class RightsStateField(Unscoped):
    """`rights=expiring`: see `STATES`."""

    name: str = "rights"
    operators: ClassVar[frozenset[Operator]] = EQUALITY

    def compile(self, leaf: Leaf, context: Context) -> Condition:
        """See `Field.compile`."""
        self.refuse_scope(leaf)
        today = context.now.astimezone(UTC).date()
        found = Either(tuple(self._read(*operand)(today) for operand in operand_list(leaf)))
        return Negated(found) if leaf.operator in (Operator.NE, Operator.NIN) else found

    def sort_key(self, scope: SortScope, context: Context) -> SortKey | None:
        """States have no order."""
        return None

    def _read(self, value: object, pointer: str) -> Callable[[date], Condition]:
        state = STATES.get(str(value))
        if state is None:
            raise refuse_value(
                _("There is no state of rights “%(name)s”. Possible: %(all)s.")
                % {"name": str(value)[:50], "all": ", ".join(STATES)},
                pointer,
            )
        return state


@dataclass(frozen=True)
class RightsEndField(Unscoped):
    """`rights_end__lte=2027-03-01`: the earliest day on which a licence, a release or the file's own window ends."""

    name: str = "rights_end"
    operators: ClassVar[frozenset[Operator]] = RANGE | PRESENCE

    def compile(self, leaf: Leaf, context: Context) -> Condition:
        """See `Field.compile`."""
        self.refuse_scope(leaf)
        some_end = _window("x.valid_until IS NOT NULL")
        if leaf.operator in PRESENCE:
            return some_end if leaf.operator is Operator.NOT_EMPTY else Negated(some_end)
        days = [self._read(read_text(*operand), operand[1]) for operand in operand_list(leaf)]
        one = timedelta(days=1)
        match leaf.operator:
            case Operator.LT:
                return ends_before(days[0])
            case Operator.LTE:
                return ends_before(days[0] + one)
            case Operator.GT:
                return Both((some_end, Negated(ends_before(days[0] + one))))
            case Operator.BETWEEN:
                return Both((ends_before(days[-1] + one), Negated(ends_before(days[0]))))
        return Both((some_end, Negated(ends_before(days[0]))))

    def sort_key(self, scope: SortScope, context: Context) -> SortKey | None:
        """It lies in three tables."""
        return None

    def _read(self, text: str, pointer: str) -> date:
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise refuse_value(_("Write the day as YYYY-MM-DD."), pointer) from None

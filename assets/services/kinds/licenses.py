"""Licences as structure: what an agreement allows, costs and asks to be written beside a picture."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assets.models import Asset, License
from assets.services.kinds.grants import GrantKind
from pim.errors import Refused
from pim.models import Currency
from pim.services.kinds.base import find_one, require_bool, require_text

if TYPE_CHECKING:
    from pim.extensions import State

_TEXTS = {"holder": 255, "credit_line": 255, "copyright_notice": 255, "usage_terms": 4_000, "statement_url": 200}
_MAX_COST = Decimal(10) ** 10


class LicenseKind(GrantKind[License]):
    """A licence: its window, the channels, countries and media it covers, its cost and its words."""

    code = "license"
    label = gettext_lazy("licence")
    model = License
    plain_fields = (
        "holder", "channels", "territories", "media", "cost_currency", "credit_line", "copyright_notice",
        "usage_terms", "statement_url", "needs_watermark",
    )  # fmt: skip

    def defaults(self) -> State:
        """No cost."""
        return {**super().defaults(), "cost": None}

    def serialise(self, obj: License) -> State:
        """The cost as a decimal text."""
        return {**super().serialise(obj), "cost": None if obj.cost is None else f"{obj.cost:.2f}"}

    def clean(self, state: State, before: State | None) -> State:
        """Check texts, cost and address.

        Raises:
            Refused: with a pointer to the field.
        """
        state = super().clean(state, before)
        for name, most in _TEXTS.items():
            state[name] = require_text(state[name] or "", f"/{name}", most=most).strip()
        if state["statement_url"] and not re.fullmatch(r"https?://\S+", state["statement_url"]):
            raise Refused("invalid_url", _("An address begins with http:// or https://."), "/statement_url")
        require_bool(state, "needs_watermark")
        cost = _read_cost(state["cost"])
        state["cost"] = None if cost is None else f"{cost:.2f}"
        currency = find_one(Currency, state["cost_currency"], "/cost_currency")
        state["cost_currency"] = currency.code if currency else ""
        if cost is not None and currency is None:
            raise Refused("currency_missing", _("A cost needs a currency."), "/cost_currency")
        return state

    def before_save(self, row: License, state: State) -> None:
        """Set the days and the cost."""
        super().before_save(row, state)
        row.cost = _read_cost(state["cost"])

    def assets_of(self, obj: License) -> QuerySet[Asset]:
        """Those that are under it."""
        return Asset.objects.filter(license=obj)


def _read_cost(value: object) -> Decimal | None:
    if value in (None, ""):
        return None
    try:
        cost = Decimal(str(value))
    except InvalidOperation:
        cost = Decimal("NaN")
    if not cost.is_finite() or not 0 <= cost < _MAX_COST or cost != cost.quantize(Decimal("0.01")):
        raise Refused("invalid_cost", _("A cost is an amount from 0 with at most two decimals."), "/cost")
    return cost

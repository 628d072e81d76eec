"""Measurement families with their units as structure."""

from __future__ import annotations

from decimal import Context, Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pim.errors import Refused
from pim.models import Attribute, MeasurementFamily, MeasurementUnit
from pim.services.kinds.base import CODE, CodedKind, clean_labels, require_text

if TYPE_CHECKING:
    from pim.extensions import State

_PRECISE = Context(prec=60)
"""Room for a terabyte with 20 decimal places; the default context refuses to quantize that."""

LIMIT = Decimal(10) ** 20
"""What the columns of factor and offset hold: 20 digits before the point."""


class MeasurementFamilyKind(CodedKind[MeasurementFamily]):
    """A family with all of its units: `units` is `[{code, symbol, labels, factor, offset, unece}]`, amounts as strings."""

    code = "measurement_family"
    label = gettext_lazy("measurement family")
    model = MeasurementFamily
    parts = frozenset({"MeasurementUnit"})
    plain_fields = ("standard_unit",)

    def defaults(self) -> State:
        """No units."""
        return {**super().defaults(), "units": []}

    def queryset(self) -> QuerySet[MeasurementFamily]:
        """With the units."""
        return super().queryset().prefetch_related("units")

    def serialise(self, obj: MeasurementFamily) -> State:
        """With the units in order."""
        units = [
            {
                "code": unit.code,
                "symbol": unit.symbol,
                "labels": unit.labels,
                "factor": _plain(unit.factor),
                "offset": _plain(unit.offset),
                "unece": unit.unece,
            }
            for unit in obj.units.all()
        ]
        return {**super().serialise(obj), "units": units}

    def clean(self, state: State, before: State | None) -> State:
        """Units need distinct codes and numbers; the standard unit must be one of them and convert to itself."""
        state = super().clean(state, before)
        if not isinstance(state["units"], list):
            raise Refused("invalid_list", _("Units are a list."), "/units")
        state["units"] = [_clean_unit(unit, number) for number, unit in enumerate(state["units"])]
        codes = [unit["code"] for unit in state["units"]]
        if len(set(codes)) != len(codes):
            raise Refused("duplicate_unit", _("Two units have the same code."), "/units")
        if state["standard_unit"] not in codes:
            raise Refused("unknown_standard_unit", _("The standard unit is not one of the units."), "/standard_unit")
        return state

    def apply(self, state: State, obj: MeasurementFamily | None) -> MeasurementFamily:
        """Store the family, then its units by code."""
        family = super().apply(state, obj)
        codes = [unit["code"] for unit in state["units"]]
        family.units.exclude(code__in=codes).delete()
        for position, unit in enumerate(state["units"]):
            values = {
                "symbol": unit["symbol"],
                "labels": unit["labels"],
                "factor": Decimal(unit["factor"]),
                "offset": Decimal(unit["offset"]),
                "unece": unit["unece"],
                "position": position,
            }
            MeasurementUnit.objects.update_or_create(family=family, code=unit["code"], defaults=values)
        return self.queryset().get(pk=family.pk)

    def delete(self, obj: MeasurementFamily) -> None:
        """Refuse while an attribute measures with it."""
        if Attribute.objects.filter(type="measurement", config__family=obj.code).exists():
            raise Refused("in_use", _("“%s” is used by an attribute and cannot be deleted.") % obj.code)
        super().delete(obj)


def _clean_unit(unit: Any, number: int) -> dict[str, Any]:
    pointer = f"/units/{number}"
    if not isinstance(unit, dict) or not CODE.fullmatch(require_text(unit.get("code") or "", f"{pointer}/code")):
        raise Refused("invalid_unit", _("A unit needs a code."), f"{pointer}/code")
    amounts = {}
    for name, default in (("factor", "1"), ("offset", "0")):
        try:
            amount = Decimal(str(unit.get(name, default)))
        except InvalidOperation:
            amount = Decimal("NaN")
        if not amount.is_finite() or (name == "factor" and not amount):
            raise Refused("invalid_number", _("A finite number is expected."), f"{pointer}/{name}")
        if abs(amount) >= LIMIT:
            raise Refused("invalid_number", _("This number is too large."), f"{pointer}/{name}")
        amounts[name] = _plain(amount)
    return {
        "code": unit["code"],
        "symbol": require_text(unit.get("symbol") or "", f"{pointer}/symbol", most=20),
        "labels": clean_labels(unit.get("labels"), f"{pointer}/labels"),
        **amounts,
        "unece": require_text(unit.get("unece") or "", f"{pointer}/unece", most=3),
    }


def _plain(amount: Decimal) -> str:
    text = format(_PRECISE.normalize(amount.quantize(Decimal("1e-20"), context=_PRECISE)), "f")
    return "0" if text == "-0" else text

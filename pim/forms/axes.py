"""Forms of locales, currencies, channels and measurement families."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from pim.extensions import State
from pim.forms.fields import CodeField, CodesField, RowsField
from pim.forms.structure import Section, StructureForm
from pim.models import Category

UNIT_COLUMNS = (
    ("code", _("Code")),
    ("symbol", _("Symbol")),
    ("factor", _("Factor")),
    ("offset", _("Offset")),
    ("unece", _("UN/CEFACT")),
)


class LocaleForm(StructureForm):
    """A locale and its fallback."""

    sections: ClassVar[tuple[Section, ...]] = (("", ("code", "labels", "fallback", "external_code")),)

    fallback = CodeField(
        label=_("Falls back to"),
        help_text=_("Where a value is empty, readers see the one of this locale. It does not count as complete."),
    )

    def prepare(self) -> None:
        own = self.state.get("code")
        choices = [(code, code) for code in sorted(self.structure.locales) if code != own]
        self.fields["fallback"].choices = [("", _("nothing")), *choices]  # type: ignore[attr-defined]


class CurrencyForm(StructureForm):
    """A currency."""


class ChannelForm(StructureForm):
    """A channel with all it speaks."""

    sections: ClassVar[tuple[Section, ...]] = (
        ("", ("code", "labels", "external_code")),
        (_("What it speaks"), ("locales", "currencies", "category_tree")),
    )

    locales = CodesField(label=_("Locales"))
    currencies = CodesField(label=_("Currencies"), help_text=_("A price is complete when it has all of them."))
    category_tree = CodeField(label=_("Category tree"))

    def prepare(self) -> None:
        fields: dict[str, Any] = self.fields
        fields["locales"].choices = [(code, code) for code in sorted(self.structure.locales)]
        fields["currencies"].choices = [(code, code) for code in sorted(self.structure.currency_ordinals)]
        roots = Category.objects.filter(depth=1).order_by("path")
        fields["category_tree"].choices = [("", _("none")), *((root.code, root.label) for root in roots)]


class MeasurementFamilyForm(StructureForm):
    """A measurement family with its units."""

    sections: ClassVar[tuple[Section, ...]] = (
        ("", ("code", "labels", "external_code")),
        (_("Units"), ("standard_unit", "units")),
    )

    standard_unit = forms.CharField(label=_("Standard unit"), help_text=_("Amounts are compared in this unit."))
    units = RowsField(
        label=_("Units"),
        columns=UNIT_COLUMNS,
        help_text=_("Amount × factor + offset gives the amount in the standard unit."),
    )

    def gather(self) -> State:
        """Labels of units stay as they are; factor and offset default to 1 and 0."""
        state = super().gather()
        known = {unit["code"]: unit for unit in self.state.get("units", ())}
        state["units"] = [
            {
                **row,
                "factor": row["factor"] or "1",
                "offset": row["offset"] or "0",
                "labels": known.get(row["code"], {}).get("labels", {}),
            }
            for row in state["units"]
        ]
        return state

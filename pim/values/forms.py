"""Form fields that speak the stored shape: initial values are stored values, cleaned values are stored values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from pim.errors import ValueRefused
from pim.values.specs import AttributeSpec, Json

Parse = Callable[[object], Json]


def make_field(
    field_class: type[forms.Field], spec: AttributeSpec, parse: Parse, locale: str | None, **arguments: Any
) -> forms.Field:
    """Build a form field that validates through the attribute's parser. Never required: completeness asks, not forms."""
    field_type = type(f"Value{field_class.__name__}", (_ParsedField, field_class), {"parse": staticmethod(parse)})
    field: forms.Field = field_type(
        required=False,
        label=spec.label(locale),
        help_text=spec.guidelines.get(locale or "", ""),
        disabled=spec.read_only,
        **arguments,
    )
    field.widget.attrs.setdefault("data-attribute", spec.code)
    field.widget.attrs.setdefault("data-type", spec.type)
    return field


class _ParsedField(forms.Field):
    """Turns the parser's refusal into the form's error."""

    parse: Parse

    def clean(self, value: Any) -> Json:
        raw = super().clean(value)
        try:
            return self.parse(raw)
        except ValueRefused as error:
            raise ValidationError(error.message, code=error.code) from error

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.clean(data) != (initial if initial not in ("", [], {}) else None))
        except ValidationError:
            return True


class MeasurementWidget(forms.MultiWidget):
    """An amount beside its unit."""

    def __init__(self, units: Sequence[tuple[str, str]]) -> None:
        amount = forms.TextInput(attrs={"inputmode": "decimal", "aria-label": _("Amount")})
        super().__init__((amount, forms.Select(attrs={"aria-label": _("Unit")}, choices=units)))

    def decompress(self, value: Any) -> list[Any]:
        return [value.get("amount"), value.get("unit")] if isinstance(value, Mapping) else [None, None]


class MeasurementFormField(forms.MultiValueField):
    """{"amount", "unit"} from two inputs."""

    def __init__(self, *, units: Sequence[tuple[str, str]], initial_unit: str = "", **arguments: Any) -> None:
        fields = (forms.CharField(required=False), forms.ChoiceField(choices=units, required=False))
        super().__init__(fields, widget=MeasurementWidget(units), require_all_fields=False, **arguments)
        self.initial_unit = initial_unit

    def compress(self, data_list: Sequence[Any]) -> dict[str, Any] | None:
        amount, unit = (*data_list, "", "")[:2]
        return {"amount": amount, "unit": unit or self.initial_unit} if amount else None


class PriceWidget(forms.MultiWidget):
    """One amount per currency."""

    def __init__(self, currencies: Sequence[str]) -> None:
        self.currencies = tuple(currencies)
        widgets: dict[str, forms.Widget | type[forms.Widget]] = {
            code: forms.TextInput(attrs={"inputmode": "decimal", "placeholder": code, "aria-label": code})
            for code in self.currencies
        }
        super().__init__(widgets)

    def decompress(self, value: Any) -> list[Any]:
        return [value.get(code) if isinstance(value, Mapping) else None for code in self.currencies]


class PriceFormField(forms.MultiValueField):
    """{currency: amount} from one input per currency."""

    def __init__(self, *, currencies: Sequence[str], **arguments: Any) -> None:
        self.currencies = tuple(currencies)
        fields = tuple(forms.CharField(required=False) for _code in self.currencies)
        super().__init__(fields, widget=PriceWidget(self.currencies), require_all_fields=False, **arguments)

    def compress(self, data_list: Sequence[Any]) -> dict[str, Any]:
        return {code: amount for code, amount in zip(self.currencies, data_list, strict=False) if amount}

"""Attribute types on the calendar: date, datetime."""

from __future__ import annotations

from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pim.errors import ValueRefused
from pim.values.config import ConfigOption, refuse_crossed
from pim.values.forms import make_field
from pim.values.moments import clean_date, clean_datetime, date_to_days, datetime_to_days
from pim.values.specs import AttributeSpec, Json, References
from pim.values.types.base import NUMBER_OPERATORS, AttributeType, Listings, NumberMaker, Parser


class DateType(AttributeType):
    """A day, without time or zone."""

    code = "date"
    label = gettext_lazy("Date")
    operators = NUMBER_OPERATORS | {"since_days"}
    widget = "date"
    options = (
        ConfigOption("min", "date", gettext_lazy("Earliest")),
        ConfigOption("max", "date", gettext_lazy("Latest")),
    )

    @staticmethod
    def clean(data: object) -> str:
        """The canonical text of a date."""
        return clean_date(data)

    @staticmethod
    def days(stored: str) -> float:
        """Days since 1970-01-01."""
        return date_to_days(stored)

    def check_config(self, config: Mapping[str, Json]) -> None:
        refuse_crossed(config, "min", "max", self.days)

    def compile_parser(self, spec: AttributeSpec, refs: References) -> Parser:
        clean, days = self.clean, self.days
        earliest, latest = spec.config.get("min"), spec.config.get("max")
        first = days(str(earliest)) if earliest else None
        last = days(str(latest)) if latest else None

        def parse(data: object) -> Json:
            if data is None or data == "" or (type(data) is str and data.isspace()):
                return None
            stored = clean(data)
            if first is not None and days(stored) < first:
                raise ValueRefused("date_too_early", _("The earliest is %(min)s.") % {"min": earliest})
            if last is not None and days(stored) > last:
                raise ValueRefused("date_too_late", _("The latest is %(max)s.") % {"max": latest})
            return stored

        return parse

    def to_akeneo(self, stored: Json) -> Json:
        return f"{stored}T00:00:00+00:00"

    def compile_numbers(self, spec: AttributeSpec, refs: References) -> NumberMaker | None:
        days = self.days
        return lambda stored: ((0, days(stored)),)

    def form_field(self, spec: AttributeSpec, refs: Listings, locale: str | None = None) -> forms.Field:
        widget = forms.TextInput(attrs={"type": "date"})
        return make_field(forms.CharField, spec, self.compile_parser(spec, refs), locale, widget=widget)

    def openapi(self, spec: AttributeSpec, shape: str = "delivery") -> dict[str, Json]:
        return {"type": "string", "format": "date"}


class DatetimeType(DateType):
    """An instant, kept in UTC."""

    code = "datetime"
    label = gettext_lazy("Date and time")
    widget = "datetime"
    options = (
        ConfigOption("min", "datetime", gettext_lazy("Earliest")),
        ConfigOption("max", "datetime", gettext_lazy("Latest")),
    )

    @staticmethod
    def clean(data: object) -> str:
        """The canonical text of an instant."""
        return clean_datetime(data)

    @staticmethod
    def days(stored: str) -> float:
        """Days since the epoch, with a fraction."""
        return datetime_to_days(stored)

    def to_akeneo(self, stored: Json) -> Json:
        return stored

    def form_field(self, spec: AttributeSpec, refs: Listings, locale: str | None = None) -> forms.Field:
        widget = forms.TextInput(attrs={"placeholder": "2024-12-31T23:00:00Z"})
        return make_field(forms.CharField, spec, self.compile_parser(spec, refs), locale, widget=widget)

    def openapi(self, spec: AttributeSpec, shape: str = "delivery") -> dict[str, Json]:
        return {"type": "string", "format": "date-time"}

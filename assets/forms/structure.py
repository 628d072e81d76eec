"""Fields that forms of the DAM's structure share."""

from __future__ import annotations

from typing import Any

from django import forms


class DayField(forms.DateField):
    """A day as the state has it: ISO 8601, None for none."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def clean(self, value: Any) -> Any:
        day = super().clean(value)
        return day.isoformat() if day else None

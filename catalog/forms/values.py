"""The form of a product's values: one field for each attribute that is edited at its level, in one channel and locale."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from catalog.services.writing.engine import Engine
from pim.values.keys import make_key
from pim.values.labels import label_of
from pim.values.specs import AttributeSpec
from pim.values.types import attribute_types

PREFIX = "v-"
"""Before the flat key in the name of a field."""

MAX_BOXES = 40
"""Options of a multiselect that are shown as boxes to tick; more are a list."""


class ValuesForm(forms.Form):
    """Fields named `v-<flat key>`; initial and cleaned values are stored values.

    Args:
        specs: the attributes to edit, each of which has a key in this channel and locale.
        own: the product's own values, flat.
    """

    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        data: Any = None,
        *,
        engine: Engine,
        specs: Sequence[AttributeSpec],
        own: Mapping[str, Any],
        channel: str | None,
        locale: str | None,
        revision: int,
    ) -> None:
        self.engine = engine
        self.specs = {make_key(spec, channel, locale): spec for spec in specs}
        initial = {PREFIX + key: own[key] for key in self.specs if own.get(key) is not None}
        super().__init__(data, initial={**initial, "revision": revision})
        for key, spec in self.specs.items():
            field = attribute_types.get(spec.type).form_field(spec, engine.refs, locale)
            field.label = label_of(spec.labels, spec.code)
            if isinstance(field, forms.MultipleChoiceField):
                choices: list[Any] = list(field.choices)  # type: ignore[arg-type]
                if len(choices) <= MAX_BOXES:
                    field.widget = forms.CheckboxSelectMultiple(attrs=field.widget.attrs, choices=choices)
            field.help_text = spec.guidelines.get(locale or "", "")
            self.fields[PREFIX + key] = field

    def values(self) -> dict[str, Any]:
        """The stored values as the person left them, by flat key; None where a field is empty. Read-only ones are left out."""
        return {
            key: self.cleaned_data.get(PREFIX + key)
            for key in self.specs
            if not self.fields[PREFIX + key].disabled and PREFIX + key in self.cleaned_data
        }

    def changes(self, loaded: Mapping[str, Any]) -> dict[str, Any]:
        """The stored values that differ from those the person was shown."""
        return {
            key: value
            for key, value in self.values().items()
            if value != loaded.get(key) and not self.engine.are_equal(self.specs[key], value, loaded.get(key))
        }

    def field_of(self, pointer: str) -> str | None:
        """The field that a JSON pointer into a change is about."""
        key = pointer.removeprefix("/values/").split("/", 1)[0]
        name = PREFIX + key
        if name in self.fields:
            return name
        return next((f"{PREFIX}{known}" for known, spec in self.specs.items() if spec.code == key.split(":")[0]), None)

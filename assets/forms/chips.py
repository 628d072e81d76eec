"""A list of words or codes as chips: what is there can be taken away, what is typed is added."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django import forms

from pim.forms.fields import TemplateWidget, posted_list

Name = Callable[[Sequence[str]], Mapping[str, str]]
"""Codes → what people call them."""


class ChipsWidget(TemplateWidget):
    """Posts each chip under the field's name, and what is typed and not yet a chip as well."""

    template_name = "assets/widgets/chips.html"

    def __init__(self, *, is_free: bool = False) -> None:
        super().__init__()
        self.is_free = is_free
        self.suggest_url = ""
        self.name_all: Name = lambda _codes: {}

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        chosen = [str(item) for item in value or ()]
        names = self.name_all(chosen)
        context["widget"].update(
            chips=[{"value": item, "label": names.get(item, item)} for item in chosen],
            is_free=self.is_free,
            suggest_url=self.suggest_url,
            id=f"id_{name}",
        )
        return context

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        posted = [part.strip() for item in posted_list(data, name) for part in self._split(str(item))]
        return list(dict.fromkeys(part for part in posted if part))

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in data

    def id_for_label(self, id_: str) -> str:
        return id_

    def _split(self, text: str) -> list[str]:
        return text.replace(";", ",").split(",") if self.is_free else [text]


class ChipsField(forms.Field):
    """A list of texts; what they mean is the service's to check. Codes are sorted, words keep their order."""

    widget = ChipsWidget

    def __init__(self, *, is_free: bool = False, **arguments: Any) -> None:
        self.is_free = is_free
        super().__init__(required=False, widget=ChipsWidget(is_free=is_free), **arguments)

    def clean(self, value: Any) -> list[str]:
        found = [str(item) for item in value or ()]
        return found if self.is_free else sorted(found)

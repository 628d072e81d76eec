"""Form fields for what structure is made of: labels per locale, lists of codes, tables of rows."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.datastructures import MultiValueDict
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _


class TemplateWidget(forms.Widget):
    """A widget whose template lies among the project's own, where Django's form renderer does not look."""

    template_name: str

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        context = self.get_context(name, value, attrs)
        return mark_safe(render_to_string(self.template_name, context))  # noqa: S308 - an autoescaped template


class TextsWidget(TemplateWidget):
    """One input per locale; a locale that already has a text is shown even where no channel speaks it any more."""

    template_name = "pim/widgets/texts.html"

    def __init__(self, locales: Sequence[str] = (), *, is_long: bool = False) -> None:
        super().__init__()
        self.locales = tuple(locales)
        self.is_long = is_long

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        texts: Mapping[str, str] = value if isinstance(value, dict) else {}
        locales = [*self.locales, *(locale for locale in texts if locale not in self.locales)]
        context["widget"]["rows"] = [
            {
                "name": f"{name}-{locale}",
                "id": f"id_{name}-{locale}",
                "locale": locale,
                "language": locale.replace("_", "-"),
                "text": texts.get(locale, ""),
            }
            for locale in locales
        ]
        context["widget"]["is_long"] = self.is_long
        return context

    def value_from_datadict(self, data: Any, files: Any, name: str) -> dict[str, str]:
        prefix = f"{name}-"
        return {key[len(prefix) :]: str(data[key]).strip() for key in data if key.startswith(prefix)}

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return not any(key.startswith(f"{name}-") for key in data)

    def id_for_label(self, id_: str) -> str:
        return f"{id_}-{self.locales[0]}" if self.locales else ""


class TextsField(forms.Field):
    """`{locale: text}` without empty texts."""

    widget = TextsWidget

    def __init__(self, *, locales: Sequence[str] = (), is_long: bool = False, **arguments: Any) -> None:
        super().__init__(required=False, widget=TextsWidget(locales, is_long=is_long), **arguments)

    def clean(self, value: Any) -> dict[str, str]:
        texts: Mapping[str, str] = value if isinstance(value, dict) else {}
        return {locale: text for locale, text in sorted(texts.items()) if text}


class CodesField(forms.MultipleChoiceField):
    """A list of codes, sorted, from check boxes."""

    def __init__(self, *, choices: Iterable[tuple[str, str]] = (), **arguments: Any) -> None:
        arguments.setdefault("widget", forms.CheckboxSelectMultiple)
        super().__init__(required=False, choices=list(choices), **arguments)

    def clean(self, value: Any) -> list[str]:
        return sorted(super().clean(value))


class CodeField(forms.ChoiceField):
    """One code or None."""

    def __init__(self, *, choices: Iterable[tuple[str, str]] = (), blank: Any = "—", **arguments: Any) -> None:
        arguments.setdefault("required", False)
        options = list(choices)
        super().__init__(choices=options if arguments["required"] else [("", blank), *options], **arguments)

    def clean(self, value: Any) -> str | None:
        return super().clean(value) or None


class RowsWidget(TemplateWidget):
    """A table of rows with the same columns; empty rows at its end add, a ticked box removes."""

    template_name = "pim/widgets/rows.html"

    def __init__(self, columns: Sequence[tuple[str, Any]] = (), *, spare: int = 3) -> None:
        super().__init__()
        self.columns = tuple(columns)
        self.spare = spare

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        rows: list[Mapping[str, Any]] = [*(value or ()), *({} for _spare in range(self.spare))]
        context["widget"]["columns"] = self.columns
        context["widget"]["rows"] = [
            {
                "number": number,
                "is_spare": number >= len(value or ()),
                "cells": [
                    {"name": f"{name}-{number}-{column}", "label": label, "value": row.get(column, "")}
                    for column, label in self.columns
                ],
                "remove": f"{name}-{number}-remove",
            }
            for number, row in enumerate(rows)
        ]
        return context

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[dict[str, str]]:
        rows = []
        number = 0
        while any(f"{name}-{number}-{column}" in data for column, _label in self.columns):
            row = {column: str(data.get(f"{name}-{number}-{column}", "")).strip() for column, _label in self.columns}
            if any(row.values()) and not data.get(f"{name}-{number}-remove"):
                rows.append(row)
            number += 1
        return rows

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return f"{name}-0-{self.columns[0][0]}" not in data


class RowsField(forms.Field):
    """`[{column: text}]`; what the columns mean is the service's to check."""

    def __init__(self, *, columns: Sequence[tuple[str, Any]], **arguments: Any) -> None:
        super().__init__(required=False, widget=RowsWidget(columns), **arguments)


class JsonField(forms.CharField):
    """A JSON value typed by hand."""

    def __init__(self, **arguments: Any) -> None:
        super().__init__(required=False, widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false"}), **arguments)

    def prepare_value(self, value: Any) -> str:
        return value if isinstance(value, str) else "" if value is None else json.dumps(value, ensure_ascii=False)

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        try:
            return json.loads(value)
        except ValueError as error:
            raise ValidationError(_("This is not valid JSON."), code="invalid_json") from error


def posted_list(data: Any, name: str) -> list[str]:
    """All values of a name, of a QueryDict or of a plain dict."""
    if isinstance(data, MultiValueDict):
        return list(data.getlist(name))
    value = data.get(name, [])
    return list(value) if isinstance(value, list | tuple) else [value]

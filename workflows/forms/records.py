"""A form field for a list of records: one card each, with whatever widgets its columns bring."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from pim.values.labels import label_of


@dataclass(frozen=True, slots=True)
class Column:
    """A member of a record: how it is called, shown and typed."""

    name: str
    label: Any
    widget: forms.Widget
    help_text: Any = ""

    @property
    def is_flag(self) -> bool:
        """Whether its label stands behind it."""
        return isinstance(self.widget, forms.CheckboxInput)


class JsonWidget(forms.Textarea):
    """JSON typed by hand: what cannot be read stays a text, for the field to refuse."""

    def __init__(self) -> None:
        super().__init__(attrs={"rows": 2, "spellcheck": "false"})

    def format_value(self, value: Any) -> str:
        return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=1) if value else ""


class RecordsWidget(forms.Widget):
    """Cards in order, one empty card to add another; the order is typed as numbers."""

    template_name = "workflows/widgets/records.html"

    def __init__(self, columns: Sequence[Column] = (), *, title: Any = "") -> None:
        super().__init__()
        self.columns = tuple(columns)
        self.title = title

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        records = [row for row in value or () if isinstance(row, Mapping)]
        context["widget"]["title"] = self.title
        context["widget"]["records"] = [
            self._card(f"{name}-{number}", number, record, is_spare=number == len(records))
            for number, record in enumerate([*records, {}])
        ]
        return context

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[dict[str, Any]]:
        rows: list[tuple[float, dict[str, Any]]] = []
        number = 0
        while f"{name}-{number}-order" in data:
            prefix = f"{name}-{number}"
            record = {
                column.name: column.widget.value_from_datadict(data, files, f"{prefix}-{column.name}")
                for column in self.columns
            }
            if record.get("code") and not data.get(f"{prefix}-remove"):
                rows.append((_number(data.get(f"{prefix}-order"), number), record))
            number += 1
        return [record for _order, record in sorted(rows, key=lambda row: row[0])]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return f"{name}-0-order" not in data

    def id_for_label(self, id_: str) -> str:
        return ""

    def _card(self, prefix: str, number: int, record: Mapping[str, Any], *, is_spare: bool) -> dict[str, Any]:
        return {
            "prefix": prefix,
            "order": number + 1,
            "is_spare": is_spare,
            "heading": record.get("code", ""),
            "label": label_of(record.get("labels") or {}, ""),
            "cells": [
                {
                    "column": column,
                    # Empty where there are several controls: those need a legend, not a label.
                    "id": column.widget.id_for_label(f"id_{prefix}-{column.name}"),
                    "html": column.widget.render(
                        f"{prefix}-{column.name}", record.get(column.name), {"id": f"id_{prefix}-{column.name}"}
                    ),
                }
                for column in self.columns
            ],
        }


class RecordsField(forms.Field):
    """`[{column: value}]`; what the records mean is the service's to check."""

    def __init__(self, *, columns: Sequence[Column], title: Any, **arguments: Any) -> None:
        super().__init__(required=False, widget=RecordsWidget(columns, title=title), **arguments)
        self.columns = tuple(columns)

    def clean(self, value: Any) -> list[dict[str, Any]]:
        records: list[dict[str, Any]] = []
        for record in value or ():
            for column in self.columns:
                if isinstance(column.widget, JsonWidget):
                    record[column.name] = _read_json(record, column)
                elif isinstance(column.widget, forms.Select) and not isinstance(record[column.name], list):
                    record[column.name] = record[column.name] or None
            records.append(record)
        return records


def _read_json(record: Mapping[str, Any], column: Column) -> Any:
    text = record.get(column.name)
    if not isinstance(text, str):
        return text or []
    try:
        return json.loads(text) if text.strip() else []
    except ValueError as error:
        message = _("%(record)s: %(column)s is not valid JSON.")
        names = {"record": record.get("code"), "column": column.label}
        raise ValidationError(message, code="invalid_json", params=names) from error


def _number(text: Any, fallback: int) -> float:
    try:
        return float(text)
    except (TypeError, ValueError):
        return float(fallback)

"""A family's attributes as a table: in order, ticked where they are required."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pim.forms.fields import TemplateWidget, posted_list
from pim.values.labels import label_of
from pim.values.specs import AttributeSpec


class MatrixWidget(TemplateWidget):
    """Attributes in order, each with the columns that require it. Posts `<name>` per row and `<name>-<column>` per tick."""

    template_name = "pim/widgets/matrix.html"

    def __init__(self) -> None:
        super().__init__()
        self.columns: Sequence[tuple[str, str]] = ()
        self.attributes: Mapping[str, AttributeSpec] = {}

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        matrix: Mapping[str, Any] = value or {}
        chosen = [code for code in matrix.get("attributes", ()) if code in self.attributes]
        required = matrix.get("requirements", {})
        context["widget"].update(
            columns=self.columns,
            rows=[self._row(code, required) for code in chosen],
            blank=[column for column, _label in self.columns],
            others=sorted(
                ((code, label_of(spec.labels, code)) for code, spec in self.attributes.items() if code not in chosen),
                key=lambda pair: pair[1],
            ),
        )
        return context

    def value_from_datadict(self, data: Any, files: Any, name: str) -> dict[str, Any]:
        attributes = list(dict.fromkeys(posted_list(data, name)))
        ticks = {column: posted_list(data, f"{name}-{column}") for column, _label in self.columns}
        return {
            "attributes": attributes,
            "requirements": {
                column: dict.fromkeys([code for code in codes if code in attributes], 1)
                for column, codes in ticks.items()
                if codes
            },
        }

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return False

    def _row(self, code: str, required: Mapping[str, Any]) -> dict[str, Any]:
        spec = self.attributes[code]
        return {
            "code": code,
            "label": label_of(spec.labels, code),
            "cells": [(column, code in required.get(column, {})) for column, _label in self.columns],
        }

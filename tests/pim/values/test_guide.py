"""The guide to attribute types says what the code does."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from pim.errors import ValueRefused
from pim.values.types import attribute_types
from tests.pim.values.structures import STRUCTURE, kind_of, make_spec, parse, parse_cells

GUIDE = (Path(settings.BASE_DIR) / "docs" / "guides" / "attribute-types.md").read_text()
CELL = re.compile(r"`attr(?:-(\w+))?` → `([^`]*)`")


def read_rows(heading: str) -> dict[str, list[str]]:
    """{type: the other cells} of the table under a heading."""
    section = GUIDE.split(f"## {heading}\n")[1].split("\n## ")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if line[:3] == "| `"]
    return {row[0].strip("`"): row[1:] for row in rows}


SHAPES = read_rows("Shapes")
SETTINGS = read_rows("Settings")


def read_json(cell: str) -> Any:
    return json.loads(cell.strip("`"))


def test_every_built_in_type_has_its_rows() -> None:
    assert list(SHAPES) == list(attribute_types.codes())
    assert set(SETTINGS) == {code for code, kind in attribute_types.items() if kind.options}


@pytest.mark.parametrize("kind", SHAPES)
def test_the_table_of_shapes_is_true(kind: str) -> None:
    stored, api, delivery, csv, akeneo = SHAPES[kind]
    spec = make_spec(kind)
    value = read_json(stored)
    cells = {part: text.replace("\\n", "\n") for part, text in CELL.findall(csv)}

    assert kind_of(spec).to_api(value) == read_json(api)
    assert parse(spec, read_json(api)) == value
    assert kind_of(spec).to_delivery(value, spec, STRUCTURE, "de_DE", ("en_US",)) == read_json(delivery)
    assert kind_of(spec).to_cells(value, spec, STRUCTURE) == cells
    assert parse_cells(spec, cells) == value
    assert kind_of(spec).to_akeneo(value) == read_json(akeneo)
    assert parse(spec, read_json(akeneo)) == value


@pytest.mark.parametrize("kind", SETTINGS)
def test_the_table_of_settings_is_true(kind: str) -> None:
    named = re.findall(r"`(\w+)`", SETTINGS[kind][0])

    assert named == [option.name for option in attribute_types.get(kind).options]


def test_the_example_of_a_new_type_works() -> None:
    example, _registration = re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL)
    names: dict[str, Any] = {"__name__": "example"}
    exec(example, names)

    with attribute_types.registered("country", names["CountryType"]()):
        spec = make_spec("country")
        assert parse(spec, " de ") == "DE"
        assert parse_cells(spec, {"": "fr"}) == "FR"
        assert len(kind_of(spec).tokens("DE", spec, STRUCTURE)) == 1
        with pytest.raises(ValueRefused, match="country code"):
            parse(spec, "XX")

    assert "country" not in attribute_types

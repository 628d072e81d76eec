"""Tables and JSON Lines of other people's: good rows land, bad ones are named, nothing is half written."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from catalog.models import Association, Product
from catalog.services.importing.tables import describe_table
from catalog.services.reading import read_states
from pim.models import Entry, Option
from tests.catalog.importing_service.conftest import Report, run_import_of, storing_in
from tests.factories.catalog import make_product, make_tree
from tests.factories.structure import make_structure
from tests.shared_data import shared_data

pytestmark = pytest.mark.django_db

Import = Callable[..., Report]


@pytest.fixture
def take(tmp_path: Path) -> Any:
    """Import a file of the given content with the mapping guessed; `name` decides the format."""
    make_structure()

    def take(content: str | bytes, name: str = "rows.csv", **options: Any) -> Report:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        mapping = options.pop("mapping", None) or describe_table(path).mapping
        return run_import_of(path, file=name, mapping=mapping, **options)

    with storing_in(tmp_path / "media"):
        yield take


def found(report: Report) -> list[tuple[Any, ...]]:
    return [(issue["line"], issue["column"], issue["level"], issue["code"]) for issue in report["issues"]]


def figures(report: Report, entity: str = "rows") -> dict[str, int]:
    return {name: number for name, number in report["entities"][entity].items() if number}


def state_of(sku: str) -> dict[str, Any]:
    product = Product.objects.get(sku=sku)
    return read_states([product.pk])[product.pk]


def test_good_rows_land_and_bad_ones_are_named(take: Import) -> None:
    report = take(
        "sku;family;name-en_US;color;weight;weight-unit;stock;categories;nonsense\n"
        "A1;shoe;Shoe;red;1.5;KILOGRAM;3;shoes;x\n"
        "A2;shoe;Shoe;pink;;;;;\n"
        'A3;shoe;"Two\nlines";;heavy;KILOGRAM;;;\n'
        "A4;boat;;;;;;;\n"
        "A5;shoe;;;1;STONE;many;nowhere;\n"
        "a1;shoe;again;;;;;;\n"
        ";shoe;;;;;;;\n"
        "A6;shoe;short\n"
        "A7;shoe;last;blue;;;7;;\n"
    )

    assert sorted(found(report)) == [
        (1, "nonsense", "warning", "unknown_column"),
        (3, "color", "error", "unknown_option"),
        (4, "weight", "error", "not_a_number"),
        (6, "family", "error", "unknown_family"),
        (7, "stock", "error", "not_a_number"),
        (7, "weight-unit", "error", "unknown_unit"),
        (8, "sku", "error", "duplicate_sku"),
        (9, "sku", "error", "missing_code"),
        (10, "", "error", "cell_count"),
    ]
    assert figures(report) == {"read": 9, "created": 2, "refused": 7}
    assert set(Product.objects.values_list("sku", flat=True)) == {"A1", "A7"}
    assert state_of("A1")["weight"] == {"amount": "1.5", "unit": "KILOGRAM"}


def test_a_refused_row_changes_nothing_of_a_product_that_is_there(take: Import) -> None:
    make_product("A1", values={"name:en_US": "Before", "color": "red"})
    entries = Entry.objects.count()

    report = take("sku;name-en_US;color;X_SELL-products\nA1;After;pink;A1\n")

    assert figures(report) == {"read": 1, "refused": 1}
    assert [row[3] for row in found(report)] == ["unknown_option"]
    assert (state_of("A1")["name:en_US"], Entry.objects.count()) == ("Before", entries)


def test_an_empty_cell_clears_and_a_missing_column_does_not(take: Import) -> None:
    make_product("A1", values={"name:en_US": "Name", "color": "red", "stock": 3})

    report = take("sku;color\nA1;\n")

    assert figures(report) == {"read": 1, "updated": 1}
    assert {key: value for key, value in state_of("A1").items() if not key.startswith("@")} == {
        "name:en_US": "Name",
        "stock": 3,
    }


@pytest.mark.parametrize("unknown", ["refuse", "create"])
def test_unknown_options_are_a_choice(take: Import, unknown: str) -> None:
    report = take("sku;family;color\nA1;shoe;Pink\nA2;shoe;pink\nA3;shoe;red\n", unknown_options=unknown)

    if unknown == "refuse":
        assert figures(report) == {"read": 3, "created": 1, "refused": 2}
        assert {row[1:] for row in found(report)} == {("color", "error", "unknown_option")}
        return
    assert figures(report) == {"read": 3, "created": 3}
    assert found(report) == [(2, "color", "info", "option_created")]
    assert report["entities"]["attribute_options"]["created"] == 1
    assert Option.objects.get(code__iexact="pink").code == "Pink"
    assert state_of("A2")["color"] == "Pink"
    assert Entry.objects.get(subject_type="option", key="color.Pink").job is not None


def test_models_are_written_before_what_is_below_them(take: Import) -> None:
    report = take(
        "sku;kind;parent;family_variant;color;size;name-en_US;ean\n"
        "v1;;m-red;;;s;;11\n"
        "m-red;model;m;;red;;;\n"
        "m;model;;by_color_size;;;Model;\n"
        "v2;;m-red;;;s;;12\n"
        "v3;;m-blue;;;s;;13\n"
        "v4;;M-RED;;;m;Model;14\n"
        "v5;;m-red;;;l;Other;15\n"
    )

    assert sorted((row[0], row[3]) for row in found(report)) == [
        (5, "axis_taken"),
        (6, "unknown_parent"),
        (7, "parent_case"),
        (8, "edited_above"),
    ]
    assert figures(report) == {"read": 7, "created": 4, "refused": 3}
    assert "name:en_US" not in state_of("v4")
    assert state_of("v1")["@parent"] == "m-red"


def test_rows_without_a_parent_may_be_about_variants(take: Import) -> None:
    make_tree()

    report = take("sku;stock\nboot-red-s;4\nboot;5\n")

    assert figures(report) == {"read": 2, "updated": 1, "refused": 1}
    assert found(report) == [(3, "stock", "error", "edited_below")]
    assert state_of("boot-red-s")["stock"] == 4


def test_associations_may_point_forward(take: Import) -> None:
    content = (
        "sku;family;X_SELL-products;X_SELL-groups;SET-products;SET-products-quantity\n"
        "A1;shoe;A2,A3;promotion;A2;4\nA2;shoe;;;;\nA3;shoe;A1,nobody;;;\nA4;shoe;;;A1,A2;1\n"
    )

    report = take(content)

    assert figures(report) == {"read": 4, "created": 3, "refused": 1}
    assert sorted((row[0], row[2], row[3]) for row in found(report)) == [
        (4, "warning", "unknown_target"),
        (5, "error", "bad_quantity"),
    ]
    assert [row[1] for row in found(report) if row[0] == 4] == ["X_SELL-products"]
    assert Association.objects.count() == 4
    assert state_of("A1")["@associations.SET"] == [{"in": "products", "to": "A2", "quantity": "4"}]

    entries = Entry.objects.count()
    again = take(content)
    assert (figures(again), Entry.objects.count()) == ({"read": 4, "unchanged": 3, "refused": 1}, entries)

    changed = take("sku;X_SELL-products\nA1;A3\nA2;\n")
    assert figures(changed) == {"read": 2, "unchanged": 1, "updated": 1}
    assert state_of("A1")["@associations.X_SELL"] == [
        {"in": "products", "to": "A3", "quantity": None},
        {"in": "groups", "to": "promotion", "quantity": None},
    ]
    emptied = take("sku;X_SELL-products;X_SELL-groups\nA1;;\n")
    assert figures(emptied) == {"read": 1, "updated": 1}
    assert "@associations.X_SELL" not in state_of("A1")


def test_json_lines(take: Import) -> None:
    lines = [
        {
            "sku": "A1",
            "family": "shoe",
            "values": {"name": [{"locale": "en_US", "data": "Shoe"}], "stock": [{"data": 3}]},
        },
        {"sku": "A2", "family": "shoe", "values": {"color": [{"data": "pink"}]}},
        {"sku": "A3", "familie": "shoe"},
        {"sku": "A1"},
        {"sku": "A4", "family": "shoe", "values": {"name": [{"locale": "xx_XX", "data": "x"}]}},
        {"sku": "A5", "family": "shoe", "associations": {"X_SELL": {"products": ["A1"]}}},
    ]
    content = "\n".join(["{broken", *map(json.dumps, lines)]) + "\n"

    report = take(content, "rows.jsonl")

    assert figures(report) == {"read": 7, "created": 2, "refused": 5}
    assert sorted((row[0], row[3]) for row in found(report)) == [
        (1, "bad_json"), (3, "unknown_option"), (4, "unknown_column"), (5, "duplicate_sku"), (6, "unknown_locale"),
    ]  # fmt: skip
    assert [row[1] for row in found(report) if row[3] == "unknown_option"] == ["values.color"]
    assert state_of("A5")["@associations.X_SELL"][0]["to"] == "A1"


def test_a_workbook_with_a_formula(take: Import) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (["sku", "family", "stock"], ["A1", "shoe", 3], ["A2", "shoe", "=1+1"], ["A3", "shoe", 4.0]):
        sheet.append(row)
    buffer = io.BytesIO()
    book.save(buffer)

    report = take(buffer.getvalue(), "rows.xlsx")

    assert found(report) == [(3, "C3", "error", "formula")]
    assert figures(report) == {"read": 3, "created": 2, "refused": 1}
    assert state_of("A3")["stock"] == 4


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("sku;family;name-en_US\nA1;shoe;Größe\n".encode("latin-1"), "encoding"),
        (b'sku;family;name-en_US\nA1;shoe;"never closed\n', "truncated"),
        (b"sku;family;name-en_US\nA1;shoe;nul\x00byte\n", "nul"),
    ],
)
def test_a_damaged_file_says_where(take: Import, content: bytes, code: str) -> None:
    report = take(content)

    assert [(row[0], row[2], row[3]) for row in found(report)] == [(2, "error", code)]
    assert not Product.objects.exists()


def test_settings_of_a_profile_are_obeyed(take: Import) -> None:
    content = 'Nr,Gewicht,Gruppen,Namen\nA1,"1.234,5",shoes|sale,Größe\n'.encode("latin-1")
    mapping = [
        {"column": "Nr", "target": "sku"},
        {"column": "Gewicht", "target": "weight"},
        {"column": "Gruppen", "target": "categories"},
        {"column": "Namen", "target": "name-de_DE"},
    ]
    settings = {
        "encoding": "latin-1",
        "delimiter": ",",
        "list_separator": "|",
        "decimal_separator": ",",
        "constants": {"family": "shoe", "weight-unit": "GRAM"},
    }

    report = take(content, mapping=mapping, settings=settings)

    assert report["issues"] == []
    assert state_of("A1")["weight"] == {"amount": "1234.5", "unit": "GRAM"}
    assert state_of("A1")["@categories"] == ["sale", "shoes"]
    assert state_of("A1")["name:de_DE"] == "Größe"


def test_naughty_strings_come_back_as_they_were(take: Import) -> None:
    strings = json.loads((shared_data("10_hostile_basic", "blns_mit") / "blns.json").read_text(encoding="utf-8"))
    formulas = json.loads((shared_data("10_hostile_basic", "csv_injection_mit") / "payloads.json").read_text())
    good = [text for text in (*strings, *formulas) if text.strip() and "\0" not in text]
    lines = [
        json.dumps({"sku": f"N{number}", "family": "shoe", "values": {"description": [
            {"locale": "de_DE", "channel": "web", "data": "x"}], "name": [{"locale": "en_US", "data": text}]}})
        for number, text in enumerate(good)
    ]  # fmt: skip

    report = take("\n".join(lines), "rows.jsonl")

    refused = {issue["line"] - 1 for issue in report["issues"]}
    assert figures(report)["read"] == len(good)
    assert len(refused) == figures(report).get("refused", 0)
    kept = {number: text for number, text in enumerate(good) if number not in refused}
    assert len(kept) > 500
    assert {number: state_of(f"N{number}").get("name:en_US") for number in list(kept)[::25]} == {
        number: kept[number] for number in list(kept)[::25]
    }


@pytest.mark.parametrize(
    ("name", "created", "refused"),
    [
        ("comma_in_quotes.csv", 1, 0),
        ("escaped_quotes.csv", 2, 0),
        ("newlines_crlf.csv", 2, 1),
        ("quotes_and_newlines.csv", 2, 0),
        ("utf8.csv", 2, 0),
    ],
)
def test_the_spectrum_of_csv_runs_to_its_end(take: Import, name: str, created: int, refused: int) -> None:
    """A SKU with a line break in it is refused; every other cell may hold one."""
    content = (shared_data("10_hostile_basic", "csv_spectrum_bsd") / "csvs" / name).read_bytes()
    mapping = [{"column": "first" if name.startswith("comma") else "a", "target": "sku"}]

    report = take(content, name, mapping=mapping)

    counts = report["entities"][name.removesuffix(".csv")]
    assert (counts["created"], counts["refused"]) == (created, refused)
    assert {issue["code"] for issue in report["issues"] if issue["level"] == "error"} <= {"invalid_sku"}


def test_a_large_table_is_written_in_chunks_that_each_commit(take: Import) -> None:
    rows = "".join(f"S{number};shoe;{number}\n" for number in range(2_500))

    report = take(f"sku;family;stock\n{rows}")

    assert figures(report) == {"read": 2500, "created": 2500}
    assert Product.objects.count() == 2500

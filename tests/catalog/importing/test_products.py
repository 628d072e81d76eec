from __future__ import annotations

from collections.abc import Sequence

import pytest

from catalog.importing.akeneo.models import ModelIndex, index_parents
from catalog.importing.akeneo.plan import plan_import
from catalog.importing.issues import Issue, Parsed
from catalog.importing.records import Link, ProductRecord
from catalog.importing.sources import ImportSource
from catalog.importing.vocabulary import KnownAttribute, Vocabulary
from tests.catalog.importing.conftest import MakeSource

VOCABULARY = Vocabulary.of(
    [
        KnownAttribute("sku", "identifier"),
        KnownAttribute("name", "text", localizable=True),
        KnownAttribute("weight", "measurement"),
        KnownAttribute("price", "price"),
        KnownAttribute("color", "select"),
        KnownAttribute("tags", "multiselect"),
        KnownAttribute("picture", "asset"),
        KnownAttribute("gallery", "asset_list"),
    ],
    channels={"web": ["en_US", "de_DE"]},
    currencies=["EUR", "USD"],
    association_types={"X_SELL": False, "KIT": True},
)


def read(source: ImportSource, phase: str = "products", entity: str = "products") -> list[Parsed[ProductRecord]]:
    plan = plan_import(source, VOCABULARY)
    return [
        parsed
        for step in plan.steps
        if step.phase == phase and step.entity == entity
        for parsed in plan.read(step, VOCABULARY)
        if parsed.item is None or isinstance(parsed.item, ProductRecord)
    ]


def read_one(make_source: MakeSource, header: str, row: str) -> ProductRecord:
    parsed = read(make_source({"products.csv": f"{header}\n{row}\n"}))
    assert [issue for each in parsed for issue in each.issues] == []
    assert parsed[0].item is not None
    return parsed[0].item


def told(parsed: Sequence[Parsed[ProductRecord]]) -> list[tuple[int | None, str, str]]:
    return [(issue.line, issue.code, issue.column) for each in parsed for issue in each.issues]


def test_the_parts_of_a_value_come_together(make_source: MakeSource) -> None:
    record = read_one(
        make_source, "sku;name-de_DE;name-en_US;weight;weight-unit;price-EUR;price-USD", "A;Tasse;;1.50;KILOGRAM;10;"
    )

    assert record.cells == {
        "name": {(None, "de_DE"): {"": "Tasse"}},
        "weight": {(None, None): {"": "1.50", "unit": "KILOGRAM"}},
        "price": {(None, None): {"EUR": "10", "USD": ""}},
    }
    assert record.empty == {"name:en_US"}
    assert (record.categories, record.enabled, record.family) == (None, None, None)


def test_a_unit_without_an_amount_is_an_empty_value(make_source: MakeSource) -> None:
    record = read_one(make_source, "sku;weight;weight-unit;price-EUR", "A;;KILOGRAM;")

    assert record.cells == {}
    assert record.empty == {"weight", "price"}


def test_foreign_codes_in_cells_become_ours(make_source: MakeSource) -> None:
    record = read_one(make_source, "sku;family;categories;groups;color;tags", "A;led-tvs;a-b, c,c;g;dark red;x,y-z")

    assert record.family == "led_tvs"
    assert record.categories == ("a_b", "c")
    assert record.groups == ("g",)
    assert record.cells["color"] == {(None, None): {"": "dark_red"}}
    assert record.cells["tags"] == {(None, None): {"": "x,y_z"}}


def test_pictures_that_exist_are_files_and_others_are_named(make_source: MakeSource) -> None:
    parsed = read(
        make_source(
            {
                "products.csv": "sku;picture;gallery\nA;files/a.png;files/a.png,files/B.png\nB;files/A.png;\n",
                "files/a.png": b"a",
                "files/b.png": b"b",
            }
        )
    )

    assert parsed[0].item is not None
    assert parsed[0].item.files == {
        "picture": {(None, None): ("files/a.png",)},
        "gallery": {(None, None): ("files/a.png",)},
    }
    assert parsed[1].item is not None
    assert (parsed[1].item.files, parsed[1].item.empty) == ({}, {"gallery"})
    assert told(parsed) == [(2, "missing_file", "gallery"), (3, "missing_file", "picture")]


def test_associations_come_in_a_second_pass_with_their_quantities(make_source: MakeSource) -> None:
    source = make_source(
        {
            "products.csv": "sku;X_SELL-products;X_SELL-groups;KIT-products;KIT-products-quantity\n"
            "A;B,C;g-1;B,C;2,0.5\nB;;;A;\n"
        }
    )

    parsed = read(source, "associations")

    assert [each.line for each in parsed] == [2]
    assert parsed[0].item is not None
    assert parsed[0].item.associations == {
        "X_SELL": {"products": (Link("B"), Link("C")), "groups": (Link("g_1"),)},
        "KIT": {"products": (Link("B", "2"), Link("C", "0.5"))},
    }


def test_quantities_that_do_not_match_refuse_the_row(make_source: MakeSource) -> None:
    parsed = read(make_source({"products.csv": "sku;KIT-products;KIT-products-quantity\nA;B,C;2\n"}))

    assert parsed[0].item is None
    assert told(parsed) == [(2, "bad_quantity", "KIT-products-quantity")]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("sku;enabled\nA;maybe\n", [(2, "bad_boolean", "enabled")]),
        ("sku;enabled\n;1\n", [(2, "missing_code", "sku")]),
        ("sku;enabled\nA;1\na ;1\n", [(3, "duplicate_sku", "sku")]),
        ("name-de_DE\nA\n", [(1, "missing_column", "sku")]),
        ("sku;nothing\nA;1\n", [(1, "unknown_column", "nothing")]),
        ("sku;KIT-products\nA;B\n", [(2, "bad_quantity", "KIT-products")]),
        ("sku;family\nA;\n", [(2, "no_family", "family")]),
        ("sku;family\nA\n", [(2, "cell_count", "")]),
        ('sku;family\nA;"f\n', [(2, "truncated", "")]),
        ("", [(None, "empty_file", "")]),
    ],
)
def test_a_fault_is_a_finding_on_its_row(
    make_source: MakeSource, content: str, expected: list[tuple[int | None, str, str]]
) -> None:
    assert told(read(make_source({"products.csv": content}))) == expected


def test_rows_with_errors_are_refused_and_rows_with_warnings_land(make_source: MakeSource) -> None:
    parsed = read(make_source({"products.csv": "sku;enabled;family\nA;x;f\nB;0;\nC;1;f\n"}))

    assert [each.item.sku if each.item else None for each in parsed] == [None, "B", "C"]
    assert [each.item.enabled for each in parsed if each.item] == [False, True]


def test_models_are_read_by_depth_and_circles_are_refused(make_source: MakeSource) -> None:
    source = make_source(
        {
            "product_models.csv": "code;family_variant;parent\nsub-sub;v;SUB\nsub;v;root\nroot;v;\nx;v;y\ny;v;x\nlost;v;db\n",
            "products.csv": "sku;family;parent\nA;f;Sub-Sub\nB;f;elsewhere\n",
        }
    )

    models = read(source, entity="product_models")
    products = read(source)

    assert [each.item.sku for each in models if each.item] == ["root", "lost", "sub", "sub-sub"]
    assert told(models) == [(5, "parent_loop", "parent"), (6, "parent_loop", "parent"), (2, "parent_case", "parent")]
    assert [each.item.parent for each in products if each.item] == ["sub-sub", "elsewhere"]
    assert told(products) == [(2, "parent_case", "parent")]


def test_depths_are_measured_from_the_roots() -> None:
    index = index_parents({}, {"c": "b", "b": "a", "a": "", "x": "x", "tail": "x", "p": "unknown"})

    assert index.depths == {"a": 0, "b": 1, "c": 2, "x": 0, "tail": 0, "p": 0}
    assert index.loops == {"x", "tail"}
    assert index.levels == 3
    assert ModelIndex().levels == 1


def test_a_finding_can_be_told_as_json() -> None:
    issue = Issue("products.csv", 2, "sku", "error", "missing_code", "The row has no sku.", "A")

    assert issue.as_json() == {
        "file": "products.csv",
        "line": 2,
        "column": "sku",
        "level": "error",
        "code": "missing_code",
        "message": "The row has no sku.",
    }

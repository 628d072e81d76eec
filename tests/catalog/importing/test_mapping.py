from __future__ import annotations

import csv
from collections import Counter

import pytest

from catalog.importing.generic import plan_generic
from catalog.importing.guessing import guess_mapping, squeeze
from catalog.importing.mapping import ColumnMapping, Profile
from catalog.importing.records import ProductRecord
from catalog.importing.sources import FolderSource
from catalog.importing.tabular import TableFormat
from catalog.importing.vocabulary import KnownAttribute, Vocabulary
from pim.errors import Refused
from tests.catalog.importing.conftest import MakeSource
from tests.shared_data import shared_data

VOCABULARY = Vocabulary.of(
    [
        KnownAttribute("sku", "identifier", labels={"en_US": "SKU"}),
        KnownAttribute("name", "text", localizable=True, labels={"en_US": "Name", "de_DE": "Bezeichnung"}),
        KnownAttribute("weight", "measurement", labels={"en_US": "Weight", "de_DE": "Gewicht"}),
        KnownAttribute("price", "price", labels={"en_US": "Price"}),
        KnownAttribute("launch", "date", labels={"en_US": "Release date"}),
        KnownAttribute("color", "select", labels={"en_US": "Color", "de_DE": "Farbe"}),
        KnownAttribute("tags", "multiselect"),
        KnownAttribute("description", "textarea", localizable=True, scopable=True),
    ],
    channels={"web": ["en_US", "de_DE"]},
    currencies=["EUR", "USD"],
)


def targets(header: list[str], samples: list[list[str]] | None = None) -> dict[str, str]:
    return {each.column: each.target for each in guess_mapping(header, VOCABULARY, samples or [])}


def test_columns_are_guessed_from_codes_labels_and_usual_names() -> None:
    header = [
        "Artikel-Nr.", "Product type", "Name (de)", "name_en", "Gewicht", "weight_unit", "Price EUR", "Farbe",
        "Categories", "category2", "Beschreibung (de_DE)", "Descripton (en)", "Stock",
    ]  # fmt: skip

    assert targets(header) == {
        "Artikel-Nr.": "sku",
        "Product type": "family",
        "Name (de)": "name-de_DE",
        "name_en": "name-en_US",
        "Gewicht": "weight",
        "weight_unit": "weight-unit",
        "Price EUR": "price-EUR",
        "Farbe": "color",
        "Categories": "categories",
        "category2": "categories",
        "Beschreibung (de_DE)": "",
        "Descripton (en)": "description-en_US-web",
        "Stock": "",
    }


def test_a_target_goes_to_its_most_certain_column_and_cells_raise_doubt() -> None:
    guessed = guess_mapping(["Weight", "weight", "launch"], VOCABULARY, [["heavy", "1.5", "soon"], ["", "2", "later"]])

    assert [(each.target, round(each.confidence, 2)) for each in guessed] == [
        ("", 0.0),
        ("weight", 1.0),
        ("launch", 0.6),
    ]


def test_names_are_squeezed() -> None:
    assert squeeze("  Prix d’achat-É ") == "prixdachate"


def test_a_profile_survives_being_saved() -> None:
    profile = Profile(
        columns=(ColumnMapping("Nr", "sku", 0.85), ColumnMapping("x", "")),
        constants={"family": "mugs"},
        form=TableFormat("latin-1", ";", "Data"),
        list_separator="|",
        decimal_separator=",",
        date_format="%d.%m.%Y",
        unknown_options="create",
    )

    assert Profile.from_json(profile.mapping_json(), profile.settings_json()) == profile  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("mapping", "settings", "pointer"),
    [
        ([{"target": "sku"}], {}, "/mapping/0"),
        ([], {"unknown_options": "maybe"}, "/settings/unknown_options"),
        ([], {"delimiter": 5}, "/settings/delimiter"),
        ([], {"decimal_separator": ""}, "/settings/decimal_separator"),
        ([], {"constants": "x"}, "/settings/constants"),
    ],
)
def test_a_broken_profile_is_refused(
    mapping: list[dict[str, object]], settings: dict[str, object], pointer: str
) -> None:
    with pytest.raises(Refused) as refusal:
        Profile.from_json(mapping, settings)  # type: ignore[arg-type]

    assert (refusal.value.code, refusal.value.pointer) == ("invalid_profile", pointer)


def read(
    source: FolderSource, file: str, profile: Profile
) -> tuple[list[ProductRecord], list[tuple[int | None, str, str]]]:
    plan = plan_generic(source, file, profile, VOCABULARY)
    parsed = [each for step in plan.steps if step.phase == "products" for each in plan.read(step, VOCABULARY)]
    records = [each.item for each in parsed if isinstance(each.item, ProductRecord)]
    return records, [(issue.line, issue.code, issue.column) for each in parsed for issue in each.issues]


PROFILE = Profile(
    columns=(
        ColumnMapping("Nr", "sku"),
        ColumnMapping("Name", "name-de_DE"),
        ColumnMapping("kg", "weight"),
        ColumnMapping("EUR", "price-EUR"),
        ColumnMapping("Datum", "launch"),
        ColumnMapping("Kat 1", "categories"),
        ColumnMapping("Kat 2", "categories"),
        ColumnMapping("Tags", "tags"),
        ColumnMapping("Notiz", ""),
    ),
    constants={"family": "mugs", "weight-unit": "KILOGRAM"},
    list_separator="|",
    decimal_separator=",",
    date_format="%d.%m.%Y",
)


def test_a_foreign_table_is_read_through_its_mapping(make_source: MakeSource) -> None:
    source = make_source(
        {
            "liste.csv": "Nr,Name,kg,EUR,Datum,Kat 1,Kat 2,Tags,Notiz\n"
            'A,Tasse,"1,50","1.234,00",29.02.2024,a,b|c,x|y,egal\n'
            "B,Krug,,,30.02.2024,,,,\n"
            "C,Kanne,,,,,,,\n"
        }
    )
    assert isinstance(source, FolderSource)

    records, issues = read(source, "liste.csv", PROFILE)

    assert [record.sku for record in records] == ["A", "C"]
    assert issues == [(3, "bad_value", "Datum")]
    assert records[0].family == "mugs"
    assert records[0].categories == ("a", "b", "c")
    assert records[0].cells == {
        "name": {(None, "de_DE"): {"": "Tasse"}},
        "weight": {(None, None): {"": "1.50", "unit": "KILOGRAM"}},
        "price": {(None, None): {"EUR": "1234.00"}},
        "launch": {(None, None): {"": "2024-02-29"}},
        "tags": {(None, None): {"": "x,y"}},
    }
    assert "weight" in records[1].empty


def test_rows_that_others_name_as_parent_are_models_and_come_first(make_source: MakeSource) -> None:
    source = make_source({"p.csv": "sku,parent,family_variant\nV1,m-sub,\nM-Sub,M,\nM,,clothing\nS,,\n"})
    assert isinstance(source, FolderSource)
    columns = tuple(ColumnMapping(name, name) for name in ("sku", "parent", "family_variant"))

    records, issues = read(source, "p.csv", Profile(columns=columns))

    assert [(record.sku, record.kind, record.parent) for record in records] == [
        ("M", "model", None),
        ("M-Sub", "model", "M"),
        ("V1", "variant", "M-Sub"),
        ("S", "simple", None),
    ]
    assert issues == [(2, "parent_case", "parent")]


def test_json_lines_are_planned_like_tables(make_source: MakeSource) -> None:
    source = make_source({"p.jsonl": '{"sku": "V", "parent": "M"}\n{"sku": "M", "kind": "model"}\n{"sku": 5}\n'})
    assert isinstance(source, FolderSource)

    records, issues = read(source, "p.jsonl", Profile())

    assert [(record.sku, record.kind) for record in records] == [("M", "model"), ("V", "variant")]
    assert issues == [(3, "bad_value", "sku")]


def test_the_spree_catalog_is_guessed_and_read() -> None:
    source = FolderSource(shared_data("02_spree_csv"))
    with (source.path / "products.csv").open(newline="", encoding="utf-8") as stream:
        header = next(csv.reader(stream))
    mapping = guess_mapping(header, VOCABULARY)

    records, issues = read(source, "products.csv", Profile(columns=mapping))

    guessed = {each.column: each.target for each in mapping if each.target}
    assert (guessed["sku"], guessed["product_type"], guessed["category1"]) == ("sku", "family", "categories")
    assert len(records) + len([issue for issue in issues if issue[1] == "missing_code"]) <= 211
    assert Counter(record.kind for record in records)["simple"] == len(records)

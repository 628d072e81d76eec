from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.importing.akeneo.columns import (
    AssociationTarget,
    ColumnTarget,
    FieldTarget,
    UnknownColumn,
    parse_column,
    parse_header,
    write_column,
)
from catalog.importing.akeneo.export import list_columns
from catalog.importing.vocabulary import KnownAttribute, Vocabulary

ATTRIBUTES = {
    attribute.code: attribute
    for attribute in (
        KnownAttribute("sku", "identifier"),
        KnownAttribute("name", "text"),
        KnownAttribute("title", "text", localizable=True),
        KnownAttribute("launch", "date", scopable=True),
        KnownAttribute("description", "rich_text", localizable=True, scopable=True),
        KnownAttribute("legal", "text", localizable=True, available_locales=frozenset({"de_DE"})),
        KnownAttribute("weight", "measurement"),
        KnownAttribute("shipping", "measurement", scopable=True),
        KnownAttribute("price", "price"),
        KnownAttribute("tariff", "price", localizable=True, scopable=True),
    )
}
VOCABULARY = Vocabulary.of(
    ATTRIBUTES.values(),
    channels={"print": ["en_US", "de_DE"], "web": ["en_US", "fr_FR"]},
    currencies=["EUR", "USD"],
    association_types={"X_SELL": False, "KIT": True},
)


@pytest.mark.parametrize(
    ("column", "attribute", "channel", "locale", "part"),
    [
        ("name", "name", None, None, ""),
        ("NAME", "name", None, None, ""),
        ("title-de_DE", "title", None, "de_DE", ""),
        ("title-DE_de", "title", None, "de_DE", ""),
        ("launch-web", "launch", "web", None, ""),
        ("description-en_US-print", "description", "print", "en_US", ""),
        ("description-print-en_US", "description", "print", "en_US", ""),
        ("weight", "weight", None, None, ""),
        ("weight-unit", "weight", None, None, "unit"),
        ("shipping-print-unit", "shipping", "print", None, "unit"),
        ("price", "price", None, None, ""),
        ("price-EUR", "price", None, None, "EUR"),
        ("price-eur", "price", None, None, "EUR"),
        ("tariff-fr_FR-web-USD", "tariff", "web", "fr_FR", "USD"),
        ("legal-de_DE", "legal", None, "de_DE", ""),
    ],
)
def test_a_column_names_a_value(
    column: str, attribute: str, channel: str | None, locale: str | None, part: str
) -> None:
    assert parse_column(column, VOCABULARY) == ColumnTarget(ATTRIBUTES[attribute], channel, locale, part)


@pytest.mark.parametrize(
    ("column", "target"),
    [
        ("sku", FieldTarget("sku")),
        ("categories", FieldTarget("categories")),
        ("parent", FieldTarget("parent")),
        ("uuid", None),
        ("X_SELL-products", AssociationTarget("X_SELL", "products")),
        ("x_sell-product_models", AssociationTarget("X_SELL", "product_models")),
        ("X_SELL-groups", AssociationTarget("X_SELL", "groups")),
        ("KIT-products", AssociationTarget("KIT", "products", is_quantified=True)),
        ("KIT-products-quantity", AssociationTarget("KIT", "products", is_quantified=True, is_quantity=True)),
    ],
)
def test_a_column_names_a_field_or_an_association(column: str, target: object) -> None:
    assert parse_column(column, VOCABULARY) == target


@pytest.mark.parametrize(
    "column",
    [
        "nothing",
        "",
        "name-de_DE",
        "title",
        "title-es_ES",
        "title-print",
        "launch",
        "launch-en_US",
        "description-en_US",
        "description-print",
        "description-fr_FR-print",
        "description-en_US-print-web",
        "legal-en_US",
        "price-GBP",
        "name-unit",
        "UPSELL-products",
        "X_SELL-products-quantity",
        "KIT-groups-quantity",
    ],
)
def test_a_column_that_means_nothing_is_refused(column: str) -> None:
    with pytest.raises(UnknownColumn):
        parse_column(column, VOCABULARY)


def test_a_header_is_told_once_for_each_column() -> None:
    targets, issues = parse_header(["sku", "name", "colour", "Name", "title-xx"], VOCABULARY, file="p.csv")

    assert [target is not None for target in targets] == [True, True, False, False, False]
    assert [(issue.code, issue.column, issue.line) for issue in issues] == [
        ("unknown_column", "colour", 1),
        ("duplicate_column", "Name", 1),
        ("unknown_column", "title-xx", 1),
    ]


@given(st.sampled_from(sorted(set(ATTRIBUTES) - {"sku"})))
def test_every_column_that_is_written_is_read_back(code: str) -> None:
    targets = list(list_columns(ATTRIBUTES[code], VOCABULARY))

    assert targets
    assert [parse_column(write_column(target), VOCABULARY) for target in targets] == targets


def test_locales_are_written_before_channels() -> None:
    written = [write_column(target) for target in list_columns(ATTRIBUTES["description"], VOCABULARY)]

    assert written == [
        "description-de_DE-print",
        "description-en_US-print",
        "description-en_US-web",
        "description-fr_FR-web",
    ]

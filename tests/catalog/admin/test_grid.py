"""The product grid: rows, columns, filters, pages, and what they cost."""

import re
from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from catalog.admin.grid.state import choose_scope
from catalog.services.snapshot import get_catalog_structure
from pim.models import User
from tests.catalog.admin.pages import grid, log_in, skus, texts
from tests.factories.catalog import make_product, make_tree
from tests.factories.structure import make_structure

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def structure():
    make_structure()


@pytest.fixture
def client():
    return log_in()


def make_many(count, start=0):
    for number in range(start, start + count):
        make_product(f"P{number:03d}", values={"name:en_US": f"Shoe {number:03d}", "color": "red"})


def test_a_row_shows_label_family_stage_and_completeness_of_the_chosen_channel(client):
    make_product(
        "A",
        values={
            "name:en_US": "Sandal",
            "price": [{"amount": "1", "currency": "EUR"}, {"amount": "2", "currency": "USD"}],
        },
    )

    page = grid(client, channel="web", locale="en_US")

    (row,) = page.context["cl"].rows
    assert (row.product.label, row.stage.label) == ("Sandal", "Draft")
    assert [(badge.locale, badge.percent) for badge in row.badges] == [("de_DE", 66), ("en_US", 100)]
    assert texts(page, "vg-name") == ["Sandal A"]
    assert texts(page, "vg-total") == ["1 product"]


def test_columns_show_attributes_in_words_and_say_what_is_inherited(client):
    make_tree()
    user = User.objects.get()
    user.preferences = {"product_grid": {"columns": ["color", "weight", "name", "family"]}}
    user.save()

    page = grid(client, sku="boot-red-s", channel="web", locale="de_DE")

    (row,) = page.context["cl"].rows
    assert [(cell.text, cell.source) for cell in row.cells] == [
        ("Red", "inherited"),
        ("", "own"),
        ("Boot", "fallback"),
        ("shoe", "own"),
    ]
    assert row.axes == "S"


def test_a_page_costs_the_same_for_1_row_and_for_50(client):
    make_tree()
    make_product("P", values={"name:en_US": "Shoe"})
    grid(client, channel="web", locale="en_US")
    with CaptureQueriesContext(
        connection,
    ) as one:
        assert len(skus(grid(client, sku="boot"))) == 1
    make_many(60)
    with CaptureQueriesContext(connection) as fifty:
        assert len(skus(grid(client, sku__ne="x"))) == 50

    assert len(fifty) <= len(one) + 1
    assert len(fifty) <= 32


def test_pages_follow_one_another_by_key_and_lead_back(client):
    make_many(120)

    first = grid(client)
    second = client.get(reverse("admin:catalog_product_changelist") + first.context["cl"].next_url)
    third = client.get(reverse("admin:catalog_product_changelist") + second.context["cl"].next_url)
    back = client.get(reverse("admin:catalog_product_changelist") + third.context["cl"].previous_url)

    assert skus(first) + skus(second) + skus(third) == [f"P{n:03d}" for n in range(120)]
    assert (first.context["cl"].previous_url, third.context["cl"].next_url) == ("", "")
    assert skus(back) == skus(second)


def test_a_product_made_meanwhile_shifts_no_page(client):
    make_many(60)
    first = grid(client)
    make_product("P000-A")

    second = client.get(reverse("admin:catalog_product_changelist") + first.context["cl"].next_url)

    assert skus(second) == [f"P{n:03d}" for n in range(50, 60)]


def test_no_query_skips_rows(client):
    make_many(60)
    first = grid(client)

    with CaptureQueriesContext(connection) as queries:
        client.get(reverse("admin:catalog_product_changelist") + first.context["cl"].next_url)

    assert not [query["sql"] for query in queries if re.search(r"\bOFFSET (?!0\b)", query["sql"], re.IGNORECASE)]


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"q": "green"}, ["C"]),
        ({"values[color]__in": "red,blue"}, ["A", "B"]),
        ({"values[color]__empty": "true"}, ["D"]),
        ({"enabled": "false"}, ["B"]),
        ({"category__in_children": "master"}, ["A", "B"]),
        ({"category": "shoes"}, ["A"]),
        ({"missing[web,en_US]": "name"}, ["D"]),
        ({"complete[print,en_US]": "true"}, []),
        ({"family": "shoe", "sort": "-sku"}, ["D", "C", "B", "A"]),
        ({"values[weight]__gte": "500 GRAM"}, ["A"]),
        ({"sort": "values[name,en_US]"}, ["B", "A", "C", "D"]),
        (
            {
                "filter": '{"or": [{"field": "sku", "op": "eq", "value": "a"}, {"field": "sku", "op": "eq", "value": "d"}]}'
            },
            ["A", "D"],
        ),
    ],
)
def test_filters_search_and_order_give_exactly(client, params, expected):
    make_product(
        "A",
        categories=["shoes"],
        values={"name:en_US": "Clog", "color": "red", "weight": {"amount": "1", "unit": "KILOGRAM"}},
    )
    make_product("B", categories=["sale"], enabled=False, values={"name:en_US": "Boot", "color": "blue"})
    make_product("C", values={"name:en_US": "Green sandal", "color": "green"})
    make_product("D")

    page = grid(client, **params)

    assert page.context["cl"].problems == []
    assert skus(page) == expected
    assert page.context["cl"].count.value == len(expected)


def test_a_filter_becomes_a_chip_in_words_that_takes_itself_away(client):
    page = grid(client, **{"family__in": "shoe", "values[color]__in": "red,blue", "channel": "web"})

    chips = page.context["cl"].chips
    assert [(chip.field, chip.operator, chip.value) for chip in chips] == [
        ("Family", "is one of", "shoe"),
        ("color", "is one of", "Red, Blue"),
    ]
    assert chips[1].url == "?family__in=shoe&channel=web"


def test_a_filter_that_means_nothing_is_explained_and_shows_nothing(client):
    make_product("A")

    page = grid(client, **{"values[colour]": "red"})

    assert skus(page) == []
    assert "There is no field" in page.context["cl"].problems[0]
    assert page.status_code == 200


def test_the_dialog_makes_the_address_of_a_filter(client):
    url = reverse("admin:catalog_product_filter")

    choice = client.get(
        url,
        {"q": "x", "field": "values.color", "op": "in", "value": ["red", "blue"], "channel": "web", "locale": "en_US"},
    )
    scoped = client.get(
        url, {"field": "values.name", "op": "contains", "value": "boot", "channel": "web", "locale": "de_DE"}
    )
    amount = client.get(url, {"field": "values.price", "op": "lte", "value": "9.50", "unit": "EUR", "channel": "web"})

    base = reverse("admin:catalog_product_changelist")
    assert choice.url == f"{base}?q=x&channel=web&locale=en_US&values%5Bcolor%5D__in=red%2Cblue"
    assert scoped.url == f"{base}?channel=web&locale=de_DE&values%5Bname%2Cde_DE%5D__contains=boot"
    assert amount.url == f"{base}?channel=web&values%5Bprice%5D__lte=9.50+EUR"


def test_the_dialog_offers_every_field_and_the_options_of_one(client):
    url = reverse("admin:catalog_product_filter")

    fields = client.get(url)
    form = client.get(url, {"field": "values.color"})

    assert {"Family", "Category", "Missing"} <= set(texts(fields, "vg-field"))
    assert [code for code, _label in form.context["form"].choices] == ["blue", "green", "red"] or [
        code for code, _label in form.context["form"].choices
    ] == ["red", "blue", "green"]


def test_a_value_the_field_does_not_take_brings_the_dialog_back(client):
    page = client.get(reverse("admin:catalog_product_filter"), {"field": "values.stock", "op": "gte", "value": "many"})

    assert page.status_code == 200
    assert page.context["problem"] != ""


def test_grouping_shows_models_for_their_variants_and_opens_them(client):
    make_tree()
    make_product("single", values={"color": "green"})

    grouped = grid(client, grouped="1")
    matching = grid(client, **{"grouped": "1", "values[size]": "m"})
    (boot,) = [row for row in grouped.context["cl"].rows if row.product.sku == "boot"]
    below = client.get(boot.variants_url, {"depth": "0"})

    assert skus(grouped) == ["boot", "single"]
    assert boot.product.variants == 4
    assert skus(matching) == ["boot"]
    assert [row.product.sku for row in below.context["rows"]] == ["boot-blue", "boot-red"]


def test_columns_are_remembered_for_the_person_alone(client):
    make_product("A", values={"color": "red"})

    answer = client.post(
        reverse("admin:catalog_product_columns"), {"column": ["color", "stage", "no_such"], "query": "?q=a"}
    )

    assert answer.url == reverse("admin:catalog_product_changelist") + "?q=a"
    assert [column.name for column in grid(client).context["cl"].columns] == ["color", "stage"]
    assert [column.name for column in grid(log_in("manager")).context["cl"].columns] == [
        "family",
        "stage",
        "completeness",
        "updated",
    ]


def test_a_head_sorts_and_then_turns_the_order_round(client):
    make_product("A")

    once = grid(client, sort="updated")

    (updated,) = [column for column in once.context["cl"].columns if column.name == "updated"]
    assert (updated.direction, updated.sort_url) == ("ascending", "?sort=-updated")


def test_a_cursor_of_another_filter_is_refused_in_a_sentence(client):
    make_many(60)
    cursor = grid(client).context["cl"].next_url

    page = client.get(reverse("admin:catalog_product_changelist") + cursor + "&values[color]=red")

    assert skus(page) == []
    assert "cursor" in page.context["cl"].problems[0]


def test_addresses_name_no_primary_key(client):
    product = make_product("A")

    page = grid(client)

    assert f"/admin/catalog/product/{product.uuid}/change/" in page.content.decode()
    assert client.get(f"/admin/catalog/product/{product.pk}/change/").status_code == 404


@pytest.mark.parametrize(
    ("language", "chosen", "expected"),
    [
        ("en", {}, ("web", "en_US")),
        ("de", {}, ("first", "de_DE")),
        ("fr", {}, ("first", "de_DE")),
        ("en", {"channel": "first"}, ("first", "de_DE")),
        ("en", {"channel": "web", "locale": "de_DE"}, ("web", "de_DE")),
    ],
)
def test_a_grid_begins_in_the_oldest_channel_that_speaks_the_persons_language(language, chosen, expected):
    catalog = get_catalog_structure()
    web = catalog.base.channels["web"]
    channels = {
        "also": replace(web, code="also", ordinal=web.ordinal + 9),
        "first": replace(web, code="first", ordinal=0, locales=("de_DE",)),
        "web": replace(web, locales=("de_DE", "en_US")),
    }
    catalog = replace(catalog, base=replace(catalog.base, channels=channels))

    with override(language):
        assert choose_scope(catalog, {}, chosen) == expected

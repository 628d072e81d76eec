"""What a consumer gets over REST."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog.services.changes import ProductChange
from tests.factories.catalog import write
from tests.factories.channels import COMPLETE, make_bearer, make_shoes, make_shop, publish

pytestmark = pytest.mark.django_db

Get = Callable[..., Any]


@pytest.fixture
def shop() -> None:
    """Five live shoes, of which `b` and `d` are live in German too, and `c` is green."""
    make_shop()
    for number, sku in enumerate("abcde"):
        german = {"name:de_DE": f"Stiefel {sku}"} if sku in "bd" else {}
        values = {
            **COMPLETE,
            "name:en_US": f"Boot {9 - number}",
            "color": "green" if sku == "c" else "red",
            "weight": {"amount": str(100 * number), "unit": "GRAM"},
            **german,
        }
        make_shoes(sku, values=values)
    publish()


def _skus(response: Any) -> list[str]:
    assert response.status_code == 200, response.content
    return [product["sku"] for product in response.json()["results"]]


@pytest.mark.usefixtures("shop")
def test_all_locales_stand_beside_one_another_and_one_is_merged_in(get: Get) -> None:
    everything = get("products/b").json()
    german = get("products/b", locale="de_DE").json()

    assert everything["locales"]["de_DE"]["values"] == {
        "name": "Stiefel b", "color": {"code": "red", "label": "Red"}
    }  # fmt: skip
    assert everything["values"]["weight"] == {"amount": "100", "unit": "GRAM", "symbol": "g"}
    assert set(german["values"]) == {"name", "color", "weight", "price"}
    assert german["label"] == "Stiefel b"
    assert "locales" not in german


@pytest.mark.usefixtures("shop")
def test_a_locale_shows_only_what_is_live_in_it(get: Get) -> None:
    assert _skus(get("products", locale="de_DE")) == ["b", "d"]
    assert _skus(get("products", live_in="de_DE")) == ["b", "d"]
    assert get("products/a", locale="de_DE").status_code == 404
    assert get("products", locale="fr_FR").json()["errors"][0]["pointer"] == "/locale"


@pytest.mark.usefixtures("shop")
def test_pages_go_forward_and_back_in_any_order(get: Get) -> None:
    for sort, expected in (
        ("", "abcde"),
        ("-sku", "edcba"),
        ("values[name,en_US]", "edcba"),
        ("-published_at", "edcba"),
    ):
        parameters = {"sort": sort} if sort else {}
        first = get("products", limit=2, **parameters)
        second = Client().get(first.json()["next"], headers={"Authorization": make_bearer()})
        third = Client().get(second.json()["next"], headers={"Authorization": make_bearer()})
        back = Client().get(third.json()["previous"], headers={"Authorization": make_bearer()})

        assert _skus(first) + _skus(second) + _skus(third) == list(expected)
        assert _skus(back) == _skus(second)
        assert third.json()["next"] is None
        assert first.json()["previous"] is None


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"values[color]": "green"}, ["c"]),
        ({"values[color]__in": "green,red", "sku__in": "a,c"}, ["a", "c"]),
        ({"category": "shoes", "family": "shoe"}, list("abcde")),
        ({"category__in_children": "master"}, list("abcde")),
        ({"search": "stief"}, ["b", "d"]),
        ({"search": "boot 9"}, ["a"]),
        ({"filter": '{"or": [{"field": "sku", "value": "a"}, {"field": "color", "value": "green"}]}'}, ["a", "c"]),
        ({"filter": '{"not": {"field": "color", "value": "red"}}'}, ["c"]),
    ],
)
def test_filters_find_publications(get: Get, parameters: dict[str, str], expected: list[str]) -> None:
    assert _skus(get("products", **parameters)) == expected


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(
    ("parameters", "code", "pointer"),
    [
        ({"nope": "1"}, "unknown_field", "/nope"),
        ({"values[price]__gt": "1"}, "unknown_field", "/values[price]__gt"),
        ({"values[color]__near": "red"}, "unknown_operator", "/values[color]__near"),
        ({"values[color]": "pink"}, "unknown_option", "/values[color]/value"),
        ({"limit": "101"}, "invalid_limit", "/limit"),
        ({"limit": "x"}, "invalid_limit", "/limit"),
        ({"sort": "weight"}, "unknown_field", "/sort"),
        ({"filter": "{"}, "invalid_filter", "/filter"),
        ({"cursor": "garbage"}, "invalid_cursor", "/cursor"),
        ({"locale": "en_US", "locales": "de_DE"}, "contradiction", "/locales"),
        ({"token": "vtr_x"}, "token_in_url", ""),
    ],
)
def test_bad_requests_are_problems_with_a_pointer(
    get: Get, parameters: dict[str, str], code: str, pointer: str
) -> None:
    response = get("products", **parameters)

    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
    assert [(error["code"], error["pointer"]) for error in response.json()["errors"]] == [(code, pointer)]


@pytest.mark.usefixtures("shop")
def test_a_cursor_is_for_its_own_list_only(get: Get) -> None:
    url = get("products", limit=2, **{"values[color]": "red"}).json()["next"]
    cursor = url.partition("cursor=")[2].partition("&")[0]

    assert get("products", limit=2, cursor=cursor, **{"values[color]": "red"}).status_code == 200
    for changed in ({"values[color]": "green"}, {}, {"values[color]": "red", "sort": "-sku"}):
        assert get("products", limit=2, cursor=cursor, **changed).json()["code"] == "invalid_cursor"
    tampered = cursor[:-2] + ("AA" if not cursor.endswith("AA") else "BB")
    assert get("products", limit=2, cursor=tampered, **{"values[color]": "red"}).json()["code"] == "invalid_cursor"


@pytest.mark.usefixtures("shop")
def test_an_answer_is_not_sent_twice(get: Get) -> None:
    first = get("products")
    again = get("products", headers={"If-None-Match": first["ETag"]})
    one = get("products/a")
    write(ProductChange("a", values={"name:en_US": "New"}), atomic=True)
    publish()

    assert (again.status_code, again.content) == (304, b"")
    assert first["Cache-Control"] == "private, max-age=60"
    assert {"Accept", "Authorization", "Origin"} <= {word.strip() for word in first["Vary"].split(",")}
    assert get("products", headers={"If-None-Match": first["ETag"]}).status_code == 200
    assert get("products/a", headers={"If-None-Match": one["ETag"]}).status_code == 200
    assert "Set-Cookie" not in first.headers


@pytest.mark.usefixtures("shop")
def test_fields_thin_a_document(get: Get) -> None:
    thin = get("products/b", fields="sku,values.name", locale="en_US").json()
    without = get("products/b", omit="locales,values").json()

    assert thin == {"sku": "b", "values": {"name": "Boot 8"}}
    assert "values" not in without
    assert "sku" in without


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize("form", [{"fields": "sku,nme"}, {"omit": "values.nme"}])
def test_a_member_that_no_document_has_is_refused(get: Get, form: dict[str, str]) -> None:
    answer = get("products", **form)

    assert (answer.status_code, answer.json()["code"]) == (400, "unknown_field")
    assert answer.json()["errors"][0]["pointer"] == f"/{next(iter(form))}"


@pytest.mark.usefixtures("shop")
def test_the_count_is_given_where_it_is_asked_for(get: Get) -> None:
    assert "count" not in get("products").json()
    assert get("products", count="exact", limit=1).json()["count"] == 5
    assert get("products", count="exact", search="stief").json()["count"] == 2


def test_who_may_read(db: None) -> None:
    make_shop()
    client = Client()
    cases = [
        ("", 401),
        ("Bearer vtr_nope", 401),
        ("Basic abc", 401),
        (make_bearer(), 200),
        (make_bearer(view="web"), 200),
        (make_bearer(view="print"), 404),
        (make_bearer(scopes=["delivery:read"]), 200),
        (make_bearer(scopes=["catalog:read"]), 403),
        (make_bearer(networks=["10.0.0.0/8"]), 401),
    ]

    for header, status in cases:
        response = client.get("/hub/web/products", headers={"Authorization": header})
        assert response.status_code == status, header
        if status == 401:
            assert response["WWW-Authenticate"] == 'Bearer error="invalid_token"'
            assert response["Content-Type"] == "application/problem+json"
    assert client.post("/hub/web/products", headers={"Authorization": make_bearer()}).status_code == 405


@pytest.mark.usefixtures("shop")
def test_a_missing_product_is_explained(get: Get) -> None:
    make_shoes("poor", values={"name:en_US": "Poor"})
    publish()

    missing, answer = get("products/poor"), get("products/poor", explain="1").json()

    assert missing.status_code == 404
    assert (answer["state"], answer["live_in"]) == ("withheld", [])
    assert [(reason["code"], reason["locale"], reason["missing"]) for reason in answer["reasons"]] == [
        ("incomplete", "de_DE", ["name", "price"]),
        ("incomplete", "en_US", ["price"]),
    ]
    assert "Missing: price" in answer["reasons"][1]["message"]


@pytest.mark.usefixtures("shop")
def test_a_page_takes_as_many_queries_for_one_row_as_for_five(get: Get) -> None:
    get("products")
    counts = []
    for limit in (1, 5):
        with CaptureQueriesContext(connection) as captured:
            get("products", limit=limit)
        counts.append(len(captured))

    assert counts[0] == counts[1]
    assert counts[0] <= 5


@pytest.mark.usefixtures("shop")
def test_the_json_schema_names_families_and_locales(get: Get) -> None:
    schema = get("schema.json").json()

    (family, _none) = schema["anyOf"]
    assert family["properties"]["family"] == {"const": "shoe"}
    assert "weight" in family["properties"]["values"]["properties"]
    assert set(family["properties"]["locales"]["properties"]) == {"en_US", "de_DE"}


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize("path", ["products", "products/a", "changes", "schema.json", "schema.graphql"])
def test_an_address_may_end_in_a_slash(get: Get, path: str) -> None:
    parameters = {"since": "initial"} if path == "changes" else {}

    with_slash, without = get(f"{path}/", **parameters), get(path, **parameters)

    assert (with_slash.status_code, with_slash.content) == (without.status_code, without.content)
    assert without.status_code == 200

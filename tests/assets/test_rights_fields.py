"""The library is filtered by the state of rights, and screens of rights show and write what they should."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from assets.models import Asset, License, Release
from assets.services.rights.verdicts import today
from assets.services.searching.listing import get_fields, list_assets, select_assets
from assets.services.writing import AssetChange, write_assets
from pim.errors import Refused
from pim.models import Entry, User
from pim.querying.tree import parse_filter
from pim.services.structure import StructureChange, write_structure
from tests.factories.assets import make_asset, make_license, make_release

pytestmark = pytest.mark.django_db


def day(days: int) -> str:
    return str(today() + timedelta(days=days))


def add(name: str, **fields: Any) -> Asset:
    asset = make_asset(f"{name}.png")
    if fields:
        write_assets([AssetChange(asset.code, fields)], actor=None, origin="admin").raise_first()
    return asset


def found(field: str, op: str, value: Any = None) -> list[str]:
    query = {"field": field, "op": op} | ({} if value is None else {"value": value})
    where = select_assets(parse_filter(query, catalogue=get_fields()))
    return [asset.code for asset in list_assets(where, sort="code").assets]


@pytest.fixture
def library() -> None:
    add("free")
    add("over", license=make_license(valid_until=day(-1)).code)
    add("soon", license=make_license(valid_until=day(20)).code)
    add("later", license=make_license(valid_until=day(200)).code)
    add("anna", releases=[make_release("anna", valid_until=day(30)).code])
    add("bob", releases=[make_release("bob", valid_until=day(10), withdrawn=f"{day(0)}T00:00:00+00:00").code])
    add("embargo", valid_from=day(5), valid_until=day(9))


@pytest.mark.parametrize(
    ("state", "codes"),
    [
        ("usable", ["anna", "free", "later", "soon"]),
        ("expiring", ["anna", "embargo", "soon"]),
        ("expired", ["over"]),
        ("embargoed", ["embargo"]),
        ("withdrawn", ["bob"]),
        ("unlicensed", ["anna", "bob", "embargo", "free"]),
        ("released", ["anna", "bob"]),
    ],
)
@pytest.mark.usefixtures("library")
def test_the_library_is_filtered_by_the_state_of_rights(state: str, codes: list[str]) -> None:
    everything = {"anna", "bob", "embargo", "free", "later", "over", "soon"}

    assert found("rights", "EQ", state) == codes
    assert found("rights", "NE", state) == sorted(everything - set(codes))


@pytest.mark.parametrize(
    ("op", "value", "codes"),
    [
        ("LT", 20, ["bob", "embargo", "over"]),
        ("LTE", 20, ["bob", "embargo", "over", "soon"]),
        ("GT", 20, ["anna", "later"]),
        ("GTE", 20, ["anna", "later", "soon"]),
        ("BETWEEN", (10, 30), ["anna", "bob", "soon"]),
        ("EMPTY", None, ["free"]),
        ("NOT_EMPTY", None, ["anna", "bob", "embargo", "later", "over", "soon"]),
    ],
)
@pytest.mark.usefixtures("library")
def test_the_library_is_filtered_by_the_end_of_rights(op: str, value: Any, codes: list[str]) -> None:
    operand = [day(each) for each in value] if isinstance(value, tuple) else None if value is None else day(value)

    assert found("rights_end", op, operand) == codes


@pytest.mark.parametrize(("field", "value"), [("rights", "maybe"), ("rights_end", "soon")])
def test_a_state_or_day_that_does_not_exist_is_refused(field: str, value: str) -> None:
    with pytest.raises(Refused) as refused:
        found(field, "EQ" if field == "rights" else "LT", value)

    assert refused.value.pointer.endswith("/value")


@pytest.fixture
def boss(client: Client) -> Client:
    write_structure("channel", [StructureChange("web", {"code": "web"})], actor=None, origin="command", atomic=True)
    client.force_login(User.objects.create_superuser("boss"))
    return client


def test_a_licence_is_written_by_its_form(boss: Client) -> None:
    answer = boss.post(
        "/admin/assets/license/add/",
        {
            "code": "summer",
            "holder": "Ada",
            "valid_until": "2027-08-31",
            "channels": ["web"],
            "media": ["web", "print"],
            "territories": ["DE", "AT"],
            "credit_line": "Ada Archive",
            "statement_url": "https://archive.example/rights",
            "needs_watermark": "on",
            "_save": "",
        },
    )

    assert answer.status_code == 302, answer.content.decode()[:2000]
    row = License.objects.get(code="summer")
    assert (row.channels, row.media, row.territories) == (["web"], ["print", "web"], ["AT", "DE"])
    assert (str(row.valid_until), row.credit_line, row.needs_watermark, row.cost) == (
        "2027-08-31",
        "Ada Archive",
        True,
        None,
    )


def test_lists_of_licences_and_releases_say_how_they_stand(boss: Client) -> None:
    add("a", license=make_license("summer", valid_until=day(3), territories=["DE", "AT", "CH", "FR"]).code)
    make_license("winter", valid_until=day(-3))
    make_release("anna", person="Anna Muster", withdrawn=f"{day(0)}T00:00:00+00:00")

    licences = boss.get("/admin/assets/license/").content.decode()
    releases = boss.get("/admin/assets/release/").content.decode()

    assert "3 days left" in licences
    assert f"ended on {day(-3)}" in licences
    assert "Austria, Switzerland, Germany, +1" in licences
    assert f"withdrawn on {day(0)}" in releases
    assert "Anna Muster" in releases


def test_a_release_is_withdrawn_with_a_reason_after_a_look_at_what_it_hits(boss: Client) -> None:
    release = make_release("anna")
    add("front", releases=["anna"])
    page = f"/admin/assets/release/{release.uuid}/withdraw/"

    shown = boss.get(page).content.decode()
    refused = boss.post(page, {"reason": ""}).content.decode()
    done = boss.post(page, {"reason": "She wrote on Monday."})

    assert "front" in shown
    assert "This field is required." in refused
    assert (done.status_code, done.headers["Location"]) == (302, f"/admin/assets/release/{release.uuid}/change/")
    assert Release.objects.get(code="anna").withdrawn is not None
    entry = Entry.objects.filter(subject_type="release").latest("id")
    assert (entry.actor.username, entry.message, entry.origin) == ("boss", "She wrote on Monday.", "admin")
    assert "Reinstate" in boss.get(f"/admin/assets/release/{release.uuid}/change/").content.decode()


def test_a_release_is_withdrawn_and_reinstated_over_rest(boss: Client) -> None:
    make_release("anna")
    add("front", releases=["anna"])
    path = "/api/v1/releases/anna"

    refused = boss.post(f"{path}/withdraw/", {}, content_type="application/json")
    done = boss.post(f"{path}/withdraw/", {"reason": "ended"}, content_type="application/json")
    back = boss.post(f"{path}/reinstate/", {"reason": "signed"}, content_type="application/json")

    assert (refused.status_code, refused.json()["code"]) == (400, "reason_missing")
    assert (done.status_code, done.json()["assets"], done.json()["products"]) == (200, ["front"], [])
    assert done.json()["withdrawn"]
    assert (back.status_code, back.json()["withdrawn"]) == (200, None)


def test_those_who_may_only_look_cannot_withdraw(client: Client) -> None:
    release = make_release("anna")
    client.force_login(User.objects.create_user("guest", is_staff=True))

    assert client.post(f"/admin/assets/release/{release.uuid}/withdraw/", {"reason": "x"}).status_code == 403
    assert client.post("/api/v1/releases/anna/withdraw/", {"reason": "x"}).status_code == 403
    assert client.get("/admin/assets/license/forecast/").status_code == 403
    assert Release.objects.get(code="anna").withdrawn is None


def test_the_forecast_is_a_page_and_a_table(boss: Client) -> None:
    add("front", license=make_license("summer", valid_until=day(10)).code)
    add("=back", valid_until=day(40))

    page = boss.get("/admin/assets/license/forecast/", {"days": 30}).content.decode()
    table = boss.get("/admin/assets/license/forecast/", {"days": 90, "format": "csv"})

    assert "1 file loses a right." in page
    assert "its licence has ended" in page
    assert "front" in page
    assert "=back" not in page
    assert table.headers["Content-Disposition"] == 'attachment; filename="rights-forecast.csv"'
    text = b"".join(table.streaming_content).decode("utf-8-sig")  # type: ignore[arg-type]
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["day"], row["reasons"]) for row in rows] == [
        (day(11), "license_expired"),
        (day(41), "asset_no_longer_usable"),
    ]


def test_releases_and_licences_are_read_over_graphql(boss: Client) -> None:
    make_release("anna", territories=["DE"])
    make_license("summer", credit_line="Ada", media=["web"])
    query = """{ release(code: "anna") { person territories withdrawn } license(code: "summer") { creditLine media cost }
        releases(first: 5) { nodes { code } } }"""

    answer = boss.post("/graphql/", {"query": query}, content_type="application/json").json()

    assert answer["data"] == {
        "release": {"person": "Anna Muster", "territories": ["DE"], "withdrawn": None},
        "license": {"creditLine": "Ada", "media": ["web"], "cost": None},
        "releases": {"nodes": [{"code": "anna"}]},
    }

"""One file, one verdict: every way out gives the same reasons."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from assets.models import Asset, Release, ShareItem, ShareLink
from assets.services.downloads.files import ORIGINAL
from assets.services.downloads.packing import plan_download
from assets.services.downloads.requests import DownloadRequest, Use
from assets.services.downloads.tickets import UserGate
from assets.services.references import delivered_assets
from assets.services.renditions.presets import get_presets
from assets.services.renditions.urls import rendition_url
from assets.services.rights.verdicts import judge_asset, today
from assets.services.sharing.showing import judge_share
from assets.services.writing import AssetChange, write_assets
from pim.errors import Refused
from pim.models import User
from pim.services.structure import StructureChange, write_structure
from tests.factories.assets import make_asset, make_license, make_release

pytestmark = pytest.mark.django_db

YESTERDAY, TOMORROW = (today() + timedelta(days=days) for days in (-1, 1))
NOW = f"{today()}T00:00:00+00:00"

Facts = dict[str, Any]
CASES: dict[str, tuple[Callable[[], Facts], dict[str, str], list[str]]] = {
    "free": (dict, {}, []),
    "licence over": (lambda: licensed(valid_until=str(YESTERDAY)), {}, ["license_expired"]),
    "licence not begun": (lambda: licensed(valid_from=str(TOMORROW)), {}, ["license_not_yet_valid"]),
    "consent withdrawn": (lambda: released(withdrawn=NOW), {}, ["release_withdrawn"]),
    "consent over": (lambda: released(valid_until=str(YESTERDAY)), {}, ["release_expired"]),
    "embargo": (lambda: {"valid_from": str(TOMORROW)}, {}, ["asset_not_yet_usable"]),
    "time of use over": (lambda: {"valid_until": str(YESTERDAY)}, {}, ["asset_no_longer_usable"]),
    "right country": (lambda: licensed(territories=["DE"]), {"territory": "DE"}, []),
    "wrong country": (lambda: licensed(territories=["DE"]), {"territory": "FR"}, ["license_excludes_territory"]),
    "wrong country for a person": (
        lambda: released(territories=["DE"]),
        {"territory": "FR"},
        ["release_excludes_territory"],
    ),
    "wrong channel": (lambda: licensed(channels=["print"]), {"channel": "web"}, ["license_excludes_channel"]),
    "wrong medium": (lambda: licensed(media=["print"]), {"medium": "web"}, ["license_excludes_medium"]),
    "everything at once": (
        lambda: {
            **licensed(valid_until=str(YESTERDAY), territories=["DE"]),
            **released(withdrawn=NOW, media=["print"]),
            "valid_from": str(TOMORROW),
        },
        {"territory": "FR", "medium": "web"},
        [
            "license_expired",
            "license_excludes_territory",
            "release_withdrawn",
            "release_excludes_medium",
            "asset_not_yet_usable",
        ],
    ),
}


def licensed(**terms: Any) -> Facts:
    return {"license": make_license(**terms).code}


def released(**terms: Any) -> Facts:
    return {"releases": [make_release(**terms).code]}


def write(asset: Asset, **fields: Any) -> Asset:
    write_assets([AssetChange(asset.code, fields)], actor=None, origin="admin").raise_first()
    return Asset.objects.with_current().get(pk=asset.pk)


@pytest.fixture
def boss(client: Client) -> Client:
    write_structure(
        "channel",
        [StructureChange(code, {"code": code}) for code in ("web", "print")],
        actor=None,
        origin="command",
        atomic=True,
    )
    client.force_login(User.objects.create_superuser("boss"))
    return client


def zip_reasons(request: DownloadRequest, gate: UserGate) -> list[str]:
    """Why the one file of a ZIP is left out; nothing where it goes in."""
    try:
        plan = plan_download(request, gate)
    except Refused as refused:
        return [problem.code for problem in refused.problems]
    assert (len(plan.entries), plan.left_out) == (1, ())
    return []


@pytest.mark.parametrize("name", CASES)
def test_every_way_out_gives_the_same_reasons(boss: Client, name: str) -> None:
    facts, asked, codes = CASES[name]
    asset = write(make_asset(), **facts())
    key = str(asset.uuid)

    assert list(judge_asset(asset, **asked).codes) == codes  # type: ignore[arg-type]

    issued = rendition_url(asset, get_presets().get("preview"), **asked)  # type: ignore[arg-type]
    assert (bool(issued.url), list(issued.verdict.codes)) == (not codes, codes)

    delivered = delivered_assets([key], preset="preview", **asked)[key]  # type: ignore[arg-type]
    assert (bool(delivered.url), list(delivered.verdict.codes)) == (not codes, codes)

    owner = User.objects.get()
    use = Use(**asked)
    assert list(UserGate(owner, use).judge(asset, ORIGINAL).codes) == codes
    request = DownloadRequest((asset.uuid,), use=use)
    assert zip_reasons(request, UserGate(owner, use)) == codes

    link = ShareLink.objects.create(owner=owner, token_hash="x", title="x", **asked)
    ShareItem.objects.create(share=link, asset=asset)
    assert list(judge_share(link, asset).codes) == codes

    rest = boss.get(f"/api/v1/assets/{key}/verdict/", asked).json()
    assert (rest["allowed"], [reason["code"] for reason in rest["reasons"]]) == (not codes, codes)

    query = """query ($key: String!, $channel: String, $territory: String, $medium: String) { asset(key: $key) {
        verdict(channel: $channel, territory: $territory, medium: $medium) { allowed reasons { code } } } }"""
    body = {"query": query, "variables": {"key": key, **asked}}
    graphql = boss.post("/graphql/", json.dumps(body), content_type="application/json").json()
    found = graphql["data"]["asset"]["verdict"]
    assert (found["allowed"], [reason["code"] for reason in found["reasons"]]) == (not codes, codes)


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if not case[1] and case[2]])
def test_what_may_not_be_used_at_all_leaves_by_no_door(boss: Client, name: str) -> None:
    facts, _asked, codes = CASES[name]
    asset = write(make_asset(), **facts())
    sentence = str(judge_asset(asset).reasons[0].message)

    original = boss.get(f"/media/original/{asset.uuid}/1/")
    content = boss.get(f"/api/v1/assets/{asset.uuid}/content/")
    shown = boss.get(f"/api/v1/assets/{asset.uuid}/").json()

    assert (original.status_code, original.content.decode()) == (403, sentence)
    assert (content.status_code, content.json()["code"]) == (403, codes[0])
    assert (shown["renditions"], [reason["code"] for reason in shown["verdict"]["reasons"]]) == ([], codes)
    assert sentence in boss.get(f"/admin/assets/asset/{asset.uuid}/change/").content.decode()


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"territory": "XX"}, "unknown_territory"),
        ({"channel": "nowhere"}, "unknown_channel"),
        ({"medium": "clay"}, "unknown_medium"),
        ({"on": "soon"}, "invalid_date"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(boss: Client, asked: dict[str, str], code: str) -> None:
    answer = boss.get(f"/api/v1/assets/{make_asset().uuid}/verdict/", asked)

    assert (answer.status_code, answer.json()["code"]) == (400, code)


def test_verdicts_of_a_list_cost_no_query_by_asset(boss: Client, django_assert_max_num_queries: Any) -> None:
    license_code, release = make_license(territories=["DE"]).code, make_release().code
    for _number in range(5):
        write(make_asset(), license=license_code, releases=[release])

    with django_assert_max_num_queries(1):
        assets = list(Asset.objects.with_current())
    with django_assert_max_num_queries(0):
        verdicts = [judge_asset(asset, territory="FR") for asset in assets]

    assert {verdict.codes for verdict in verdicts} == {("license_excludes_territory",)}


@pytest.mark.parametrize(
    ("kind", "fields", "code", "pointer"),
    [
        ("license", {"territories": ["XX"]}, "unknown_territory", "/territories/0"),
        ("license", {"media": ["clay"]}, "unknown_medium", "/media/0"),
        ("license", {"cost": "-1"}, "invalid_cost", "/cost"),
        ("license", {"cost": "1.005"}, "invalid_cost", "/cost"),
        ("license", {"cost": "10"}, "currency_missing", "/cost_currency"),
        ("license", {"statement_url": "javascript:alert(1)"}, "invalid_url", "/statement_url"),
        ("release", {"person": ""}, "person_missing", "/person"),
        ("release", {"person": "Anna", "email": "nobody"}, "invalid_email", "/email"),
        ("release", {"person": "Anna", "kind": "other"}, "invalid_choice", "/kind"),
        ("release", {"person": "Anna", "withdrawn": "soon"}, "invalid_date", "/withdrawn"),
        (
            "release",
            {"person": "Anna", "valid_from": "2027-02-01", "valid_until": "2027-01-01"},
            "window_reversed",
            "/valid_until",
        ),
    ],
)
def test_terms_that_make_no_sense_are_refused(kind: str, fields: Facts, code: str, pointer: str) -> None:
    outcome = write_structure(kind, [StructureChange("x", {"code": "x", **fields})], actor=None, origin="admin")

    (problem,) = outcome.refused[0].problems
    assert (problem.code, problem.pointer) == (code, pointer)
    assert not Release.objects.exists()

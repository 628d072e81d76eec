"""What channels ask of pictures is told of each asset, and the library is filtered by it."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from assets.models import Asset, AssetVersion
from assets.services.conforming import broken_channels, check_asset, describe_findings
from assets.services.searching.listing import get_fields, list_assets, select_assets
from pim.models import Job, User
from pim.querying.tree import parse_filter
from pim.services.jobs import run_job
from pim.services.structure import StructureChange, write_structure
from tests.assets.pictures import as_bytes, draw_scene
from tests.factories.assets import make_asset
from tests.factories.linking import make_picture_rule
from tests.factories.structure import make_axes

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def structure() -> None:
    make_axes()


def picture(width: int) -> Asset:
    return make_asset(f"p{width}.png", content=as_bytes(draw_scene(width, 100, seed=width), "PNG"))


def filtered(channel: str, *, breaks: bool = True) -> set[str]:
    leaf = {"field": "breaks_rules", "op": "eq", "value": breaks, "channel": channel}
    where = select_assets(parse_filter(leaf, catalogue=get_fields()))
    return {asset.version.filename for asset in list_assets(where).assets if asset.version}


def recheck() -> int:
    jobs = list(Job.objects.filter(kind="recheck_pictures", state="queued"))
    for job in jobs:
        run_job(str(job.uuid))
    return len(jobs)


def test_an_asset_is_told_what_each_channel_has_against_it() -> None:
    make_picture_rule("wide", min_width_px=200, min_white_share=50)
    make_picture_rule("narrow", channel="print", min_width_px=50)
    small = picture(120)
    AssetVersion.objects.filter(asset=small).update(measures={})
    small = Asset.objects.with_current().get(pk=small.pk)

    assert describe_findings(check_asset(small)) == [
        {
            "channel": "web",
            "rule": "wide",
            "attributes": [],
            "problems": [{"code": "too_narrow", "message": "120 pixels wide; at least 200 are asked."}],
            "unmeasured": ["white_share"],
        }
    ]
    assert broken_channels(small) == {"web"}


def test_new_files_are_checked_as_they_come_in() -> None:
    make_picture_rule("wide", min_width_px=200)

    picture(120)
    picture(200)

    assert filtered("web") == {"p120.png"}
    assert filtered("web", breaks=False) == {"p200.png"}
    assert filtered("print") == set()


def test_a_rule_that_comes_changes_or_goes_has_the_library_checked_again() -> None:
    picture(120)
    picture(200)

    make_picture_rule("wide", min_width_px=150)
    make_picture_rule("wider", min_width_px=130)
    assert recheck() == 1
    assert filtered("web") == {"p120.png"}

    make_picture_rule("wide", min_width_px=300)
    assert recheck() == 1
    assert filtered("web") == {"p120.png", "p200.png"}

    changes = [StructureChange("wide", None), StructureChange("wider", None)]
    write_structure("picture_rule", changes, actor=None, origin="command")
    assert recheck() == 1
    assert filtered("web") == set()


def test_programs_read_the_findings_with_the_asset(client: Client) -> None:
    client.force_login(User.objects.create_superuser("boss"))
    make_picture_rule("wide", min_width_px=200)
    broken, kept = picture(120), picture(200)
    finding = {
        "channel": "web",
        "rule": "wide",
        "attributes": [],
        "problems": [{"code": "too_narrow", "message": "120 pixels wide; at least 200 are asked."}],
        "unmeasured": [],
    }

    listed = {row["uuid"]: row["picture_findings"] for row in client.get("/api/v1/assets/").json()["results"]}
    query = (
        "query ($key: String!) { asset(key: $key) { pictureFindings"
        " { channel rule attributes problems { code message } unmeasured } } }"
    )
    body = json.dumps({"query": query, "variables": {"key": str(broken.uuid)}})
    answer = client.post("/graphql/", body, content_type="application/json").json()

    assert listed == {str(broken.uuid): [finding], str(kept.uuid): []}
    assert answer["data"] == {"asset": {"pictureFindings": [finding]}}

"""How assets are filed and described: family and own values, folder, keywords, categories, crops, window of use."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from assets.models import Asset, AssetCompleteness, AssetValues
from assets.services.deriving import derive_family, orientation_of
from assets.services.documents import describe_assets
from assets.services.engine import get_asset_engine
from assets.services.searching.listing import get_fields, list_assets, select_assets
from assets.services.undo import AssetUndoer
from assets.services.writing import AssetChange, patch_change, write_assets
from pim.choices import Origin
from pim.errors import Refused
from pim.journal import read_entries_of_job
from pim.models import Entry, Job
from pim.querying.tree import parse_filter
from pim.services.structure import StructureChange, write_structure
from tests.assets.test_undo import Context
from tests.factories.assets import make_asset, make_asset_family, make_folder, make_preset
from tests.factories.structure import make_attribute, make_attribute_group, make_category, make_channel

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def structure() -> None:
    changes = [StructureChange(code, {"code": code}) for code in ("en_US", "de_DE")]
    write_structure("locale", changes, actor=None, origin=Origin.SYSTEM).raise_first()
    make_channel("web", locales=["en_US", "de_DE"])
    make_attribute_group("basics")
    make_attribute("caption", type="text", localizable=True)
    make_attribute("shot_on", type="date")
    make_attribute("colour_of_cap", type="text")
    make_attribute("rating", type="integer")
    make_asset_family("photo", attributes=["caption", "shot_on", "rating"], required=["caption", "shot_on"])


def write(key: str, **fields: Any) -> Any:
    return write_assets([AssetChange(key, fields)], actor=None, origin="admin")


def find(field: str, op: str, value: Any = None, **more: Any) -> set[str]:
    leaf = {"field": field, "op": op, **({} if value is None else {"value": value}), **more}
    return {asset.code for asset in list_assets(select_assets(parse_filter(leaf, catalogue=get_fields()))).assets}


def document(asset: Asset) -> dict[str, Any]:
    return describe_assets([Asset.objects.with_current().get(pk=asset.pk)])[0]


def test_own_values_belong_to_the_family() -> None:
    asset = make_asset()

    refused = write(asset.code, values={"shot_on": "2026-03-01"})
    write(asset.code, family="PHOTO", values={"shot_on": "2026-03-01", "caption:en_US": "A mug", "rating": 4})
    foreign = write(asset.code, values={"colour_of_cap": "x"})

    assert refused.refused[0].problems[0].code == "no_family"
    assert foreign.refused[0].problems[0].code == "not_in_family"
    assert foreign.refused[0].problems[0].pointer == "/values/colour_of_cap"
    rows = {row.locale: row.values for row in AssetValues.objects.filter(asset=asset)}
    assert rows[0] == {"shot_on": "2026-03-01", "rating": 4}
    assert {"caption:en_US": "A mug"} in rows.values()
    assert document(asset)["family"] == "photo"
    assert document(asset)["values"]["caption"] == [{"locale": "en_US", "channel": None, "data": "A mug"}]


def test_completeness_asks_for_the_alternative_text_of_each_locale() -> None:
    asset = make_asset()
    write(asset.code, family="photo", values={"shot_on": "2026-03-01", "caption:en_US": "A mug"}, alt={"en_US": "Mug"})

    engine = get_asset_engine()
    values = {"shot_on": "2026-03-01", "caption:en_US": "A mug", "alt:en_US": "Mug"}

    assert AssetCompleteness.objects.get(pk=asset.pk).pct == {"en_US": 100, "de_DE": 33}
    assert engine.missing(engine.family("photo"), values)["de_DE"] == ["alt", "caption"]
    assert find("complete", "eq", True, locale="en_US") == {asset.code}
    assert find("complete", "eq", True, locale="de_DE") == set()
    assert find("alt", "empty", locale="de_DE") == {asset.code}


def test_a_family_that_asks_less_makes_its_assets_complete() -> None:
    asset = make_asset()
    write(asset.code, family="photo", alt={"en_US": "Mug"})
    write_structure(
        "asset_family", [StructureChange("photo", {"required": []})], actor=None, origin=Origin.SYSTEM
    ).raise_first()

    assert derive_family("photo") == 1
    assert AssetCompleteness.objects.get(pk=asset.pk).pct == {"en_US": 100, "de_DE": 0}


def test_assets_are_found_by_everything_they_are_filed_under() -> None:
    make_folder("studio")
    make_folder("spring", parent="studio")
    make_category("mugs")
    asset, other = make_asset(), make_asset()
    write(
        asset.code, family="photo", folder="SPRING", keywords=["Red", "mug"], categories=["mugs"], values={"rating": 4}
    )

    assert find("folder", "eq", "spring") == find("folder", "in_children", ["studio"]) == {asset.code}
    assert find("folder", "eq", "studio") == set()
    assert find("folder", "empty") == {other.code}
    assert find("keyword", "eq", "RED") == {asset.code}
    assert find("categories", "eq", "mugs") == {asset.code}
    assert find("family", "eq", "photo") == {asset.code}
    assert find("rating", "between", [3, 5]) == {asset.code}
    assert find("search", "contains", "red mug") == {asset.code}
    assert find("orientation", "eq", "landscape") == {asset.code, other.code}


def test_keywords_are_added_and_removed_whatever_their_case() -> None:
    asset = make_asset()
    write(asset.code, keywords=[" Red ", "red", "two  words"])

    write(asset.code, add_keywords=["blue", "RED"], remove_keywords=["Two words"])

    asset.refresh_from_db()
    assert asset.keywords == ["Red", "blue"]
    assert Entry.objects.filter(subject_uuid=asset.uuid).latest("id").delta == {
        "@keywords": [["Red", "two words"], ["Red", "blue"]]
    }


def test_crops_are_merged_by_preset() -> None:
    make_preset("square")
    make_preset("wide", fit="cover", width=60, height=20, formats=["webp"])
    asset = make_asset()
    half = {"left": 0.0, "top": 0.0, "width": 0.5, "height": 0.5}

    write(asset.code, crops={"square": half, "wide": half})
    write(asset.code, crops={"wide": None})
    unknown = write(asset.code, crops={"nope": half})

    asset.refresh_from_db()
    assert asset.crops == {"square": half}
    assert unknown.refused[0].problems[0].code == "unknown_preset"


@pytest.mark.parametrize(
    ("fields", "code", "pointer"),
    [
        ({"folder": "nope"}, "unknown_folder", "/folder"),
        ({"family": "nope"}, "unknown_family", "/family"),
        ({"categories": ["nope"]}, "unknown_category", "/categories/0"),
        ({"add_releases": ["nope"]}, "unknown_release", "/add_releases/0"),
        ({"keywords": "red"}, "invalid_list", "/keywords"),
        ({"keywords": ["x" * 101]}, "text_too_long", "/keywords"),
        ({"keywords": [f"k{n}" for n in range(201)]}, "too_many_keywords", "/keywords"),
        ({"digital_source": "magic"}, "unknown_source", "/digital_source"),
        ({"valid_from": "soon"}, "invalid_date", "/valid_from"),
        ({"valid_from": "2026-05-02", "valid_until": "2026-05-01"}, "window_reversed", "/valid_until"),
        ({"crops": [1]}, "invalid_focal", "/crops"),
        ({"family": "photo", "values": {"shot_on": "yesterday"}}, "not_a_date", "/values/shot_on"),
        ({"family": "photo", "values": {"caption": "which?"}}, "locale_required", "/values/caption/locale"),
    ],
)
def test_what_cannot_be_filed_changes_nothing(fields: dict[str, Any], code: str, pointer: str) -> None:
    asset = make_asset()

    outcome = write(asset.code, **fields)

    problem = outcome.refused[0].problems[0]
    assert (problem.code, problem.pointer) == (code, pointer)
    assert Asset.objects.get(pk=asset.pk).revision == asset.revision


def test_undo_puts_everything_back() -> None:
    make_folder("studio")
    make_category("mugs")
    make_preset("square")
    asset = make_asset()
    write(asset.code, family="photo", keywords=["old"], values={"rating": 2}, valid_until="2030-01-01")
    before = document(asset)
    job = Job.objects.create(kind="import")
    crop = {"left": 0.0, "top": 0.0, "width": 0.5, "height": 0.5}
    fields = {
        "family": None, "folder": "studio", "keywords": ["new"], "categories": ["mugs"], "crops": {"square": crop},
        "digital_source": "digitalCapture", "valid_until": None, "alt": {"en_US": "x"},
    }  # fmt: skip
    write_assets([AssetChange(asset.code, fields)], actor=None, origin="import", job=job)
    write_assets(
        [AssetChange(asset.code, {"family": "photo", "values": {"rating": 5}})], actor=None, origin="import", job=job
    )

    undone = AssetUndoer().undo(
        read_entries_of_job(job.pk, before=None),
        Context(Job.objects.create(kind="undo")),
        force=False,  # type: ignore[arg-type]
    )

    after = document(asset)
    ignored = {"revision", "updated"}
    assert undone == 2
    assert {k: v for k, v in after.items() if k not in ignored} == {k: v for k, v in before.items() if k not in ignored}
    assert after["valid_until"] == date(2030, 1, 1)


def test_a_patch_speaks_of_values_as_documents_do() -> None:
    asset = make_asset()
    body = {"family": "photo", "values": {"caption": [{"locale": "de_DE", "channel": None, "data": "Becher"}]}}

    write_assets([patch_change(asset.code, body)], actor=None, origin="api").raise_first()

    assert document(asset)["values"] == {"caption": [{"locale": "de_DE", "channel": None, "data": "Becher"}]}
    with pytest.raises(Refused) as refused:
        patch_change(asset.code, {"values": {"caption": "Becher"}})
    assert refused.value.code == "wrong_type"


def test_orientation_has_four_names() -> None:
    assert [orientation_of(*size) for size in ((3, 2), (2, 3), (100, 102), (3, 1))] == [
        "landscape", "portrait", "square", "panorama",
    ]  # fmt: skip

"""The library's screen: its budget, its filters and counts, and what is done in the rail and the bar."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image
from pytest_django import Settings

from assets.admin.cards import make_cards, show_duration
from assets.models import Asset, AssetVersion, Collection, Folder
from assets.services.deriving import derive_assets
from assets.services.rights.verdicts import today
from assets.services.searching.listing import list_assets, load_page, select_assets
from assets.services.writing import AssetChange, write_assets
from assets.views.ranges import read_range
from pim.choices import Origin
from pim.models import Job, SavedView, User
from pim.services.structure import StructureChange, write_structure
from tests.assets.pictures import as_bytes, draw_scene
from tests.assets.s3_server import S3Server
from tests.factories.assets import make_asset, make_folder, make_license
from tests.factories.callers import make_user
from tests.factories.linking import make_picture_rule
from tests.factories.structure import make_axes

pytestmark = pytest.mark.django_db
LIBRARY = "/admin/assets/asset/"
FETCH = {"X-Requested-With": "fetch"}


@pytest.fixture
def browser(client: Client) -> Client:
    write_structure("locale", [StructureChange("en_US", {"code": "en_US"})], actor=None, origin=Origin.SYSTEM)
    client.force_login(User.objects.create_superuser("boss"))
    return client


@pytest.fixture
def calls_of_s3(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A bucket that nobody serves, and the names of all calls that are made of it."""
    from botocore.client import BaseClient

    calls: list[str] = []

    def count(_client: Any, name: str, _arguments: Any) -> Any:
        calls.append(name)
        raise AssertionError(f"a listing called {name}")

    nobody = S3Server("http://127.0.0.1:9", Path())
    backend = {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": nobody.storage_options("x")}
    settings.STORAGES = {**settings.STORAGES, "default": backend}
    monkeypatch.setattr(BaseClient, "_make_api_call", count)
    return calls


def copy_asset(asset: Asset, count: int) -> None:
    """Many assets that show the same bytes, as rows."""
    assert asset.version is not None
    rows = Asset.objects.bulk_create(
        [Asset(code=f"copy_{n}", code_key=f"copy_{n}", kind=asset.kind, stage=asset.stage) for n in range(count)]
    )
    plain = {
        field.attname: getattr(asset.version, field.attname)
        for field in AssetVersion._meta.concrete_fields
        if field.name not in {"id", "asset"}
    }
    versions = AssetVersion.objects.bulk_create([AssetVersion(**plain, asset=row) for row in rows])
    for row, version in zip(rows, versions, strict=True):
        row.version = version
    Asset.objects.bulk_update(rows, ["version"])
    derive_assets(rows)


def change(asset: Asset, **fields: Any) -> None:
    write_assets([AssetChange(asset.code, fields)], actor=None, origin="admin", atomic=True)


def codes(response: Any) -> list[str]:
    return [card.code for card in response.context["cards"]]


def test_a_page_of_two_hundred_asks_the_database_as_often_as_one_of_five_and_the_bucket_never(
    browser: Client, request: pytest.FixtureRequest
) -> None:
    copy_asset(make_asset("mug.png"), 4)
    calls = request.getfixturevalue("calls_of_s3")
    address = f"{LIBRARY}?size=200"
    browser.get(address)
    with CaptureQueriesContext(connection) as few:
        assert len(codes(browser.get(address))) == 5
    Asset.objects.exclude(code="mug").delete()
    copy_asset(Asset.objects.with_current().get(code="mug"), 199)

    with CaptureQueriesContext(connection) as many:
        page = browser.get(address)

    assert page.content.count(b"/media/r/thumb/") == 200
    assert calls == []
    assert len(many) == len(few)
    assert len(many) <= 25


def test_two_hundred_thumbnails_cost_three_queries(browser: Client, request: pytest.FixtureRequest) -> None:
    copy_asset(make_asset("mug.png"), 199)
    calls = request.getfixturevalue("calls_of_s3")
    where = select_assets(None)
    make_cards(list_assets(where, limit=200).assets)
    page = list_assets(where, limit=200).page

    with CaptureQueriesContext(connection) as queries:
        cards = make_cards(load_page(page).assets)

    assert len([card for card in cards if card.thumb]) == 200
    assert len(queries) <= 3, [query["sql"][:80] for query in queries]
    assert calls == []


def test_a_broken_row_never_breaks_the_listing(browser: Client) -> None:
    good, bad = make_asset("good.png"), make_asset("bad.png")
    AssetVersion.objects.filter(asset=bad).update(
        media_type="x/unknown", palette=[], metadata={"iptc": 3}, width_px=None, height_px=None, storage_key="gone"
    )
    Asset.objects.create(code="empty", code_key="empty", kind="3d")

    page = browser.get(LIBRARY)

    assert sorted(codes(page)) == ["bad", "empty", "good"]
    assert page.status_code == 200
    for asset in (good, bad):
        assert browser.get(f"{LIBRARY}{asset.uuid}/look/").status_code == 200


def test_the_next_cards_come_without_the_page_around_them(browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assets.admin.state.SIZES", (2,))
    for name in "abc":
        make_asset(f"{name}.png")
    first = browser.get(LIBRARY, {"size": "2", "sort": "code"})

    more = browser.get(f"{LIBRARY}{first.context['next_url']}&part=cards")

    assert (codes(first), codes(more)) == (["a", "b"], ["c"])
    assert b"<html" not in more.content
    assert more.context["previous_url"]
    assert more.context["next_url"] == ""


def test_facets_count_and_lead_to_what_they_count(browser: Client) -> None:
    make_folder("spring", labels={"en_US": "Spring"})
    make_license("stock", labels={"en_US": "Stock"})
    first, second = make_asset("a.png"), make_asset("b.png")
    change(first, keywords=["summer"], folder="spring", license="stock")
    change(second, keywords=["summer", "red"])

    response = browser.get(f"{LIBRARY}facets/")
    facets = {facet.name: facet for facet in response.context["facets"]}

    assert [(value.label, value.count) for value in facets["keyword"].values] == [("summer", 2), ("red", 1)]
    assert [(value.label, value.count) for value in facets["license"].values] == [
        ("Stock", 1),
        ("without a licence", 1),
    ]
    assert response.context["folder_counts"] == {"spring": 1}
    without = next(value for value in facets["license"].values if value.code == "")
    assert codes(browser.get(LIBRARY + without.url)) == ["b"]
    narrowed = browser.get(f"{LIBRARY}facets/?keyword=red").context["facets"]
    chosen = next(value for facet in narrowed for value in facet.values if value.code == "red")
    assert chosen.is_chosen
    assert sorted(codes(browser.get(LIBRARY + chosen.url))) == ["a", "b"]


def test_single_choices_widen_and_are_counted_without_themselves(browser: Client) -> None:
    make_asset("a.png")
    Asset.objects.filter(pk=make_asset("b.png").pk).update(kind="video")
    derive_assets(list(Asset.objects.with_current()))

    facets = browser.get(f"{LIBRARY}facets/?kind__in=image").context["facets"]
    kinds = {value.code: value for value in next(facet for facet in facets if facet.name == "kind").values}

    assert {code: value.count for code, value in kinds.items()} == {"image": 1, "video": 1}
    assert sorted(codes(browser.get(LIBRARY + kinds["video"].url))) == ["a", "b"]


def test_what_the_address_says_wrongly_is_told(browser: Client) -> None:
    make_asset("a.png")

    for query in ("nothing=1", "kind=nothing", "folder=gone", "collection=x", "filter={", "created__gt=yesterday"):
        page = browser.get(f"{LIBRARY}?{query}")
        assert page.status_code == 200
        assert (codes(page), len(page.context["problems"])) == ([], 1), query


def test_folders_are_made_renamed_moved_filled_and_deleted_in_the_rail(browser: Client) -> None:
    asset = make_asset("a.png")
    folders = f"{LIBRARY}folders/"

    browser.post(folders, {"action": "create", "name": "Frühling 2026"})
    browser.post(folders, {"action": "create", "name": "Frühling 2026", "parent": "fruhling_2026"})
    browser.post(folders, {"action": "rename", "code": "fruhling_2026_2", "name": "Presse"})
    filed = browser.post(folders, {"action": "file", "code": "fruhling_2026_2", "asset": str(asset.uuid)})
    refused = browser.post(folders, {"action": "delete", "code": "fruhling_2026_2"})

    assert [(row.code, row.label, row.depth) for row in Folder.objects.order_by("path")] == [
        ("fruhling_2026", "Frühling 2026", 1),
        ("fruhling_2026_2", "Presse", 2),
    ]
    assert Asset.objects.get().folder == Folder.objects.get(code="fruhling_2026_2")
    assert filed["X-Message"] == "1 asset is filed in &#8220;Presse&#8221;."
    assert filed["X-Job"] == reverse("admin:pim_job_change", args=[Job.objects.get().uuid])
    assert (refused.status_code, refused.json()["code"]) == (422, "in_use")
    browser.post(folders, {"action": "file", "code": "", "asset": str(asset.uuid)})
    browser.post(folders, {"action": "move", "code": "fruhling_2026_2", "parent": ""})
    browser.post(folders, {"action": "delete", "code": "fruhling_2026"})
    assert [(row.code, row.depth) for row in Folder.objects.all()] == [("fruhling_2026_2", 1)]
    assert browser.post(folders, {"action": "paint"}).json()["code"] == "unknown_operation"


def test_collections_are_made_of_the_selection_and_of_the_search(browser: Client) -> None:
    a, b = make_asset("a mug.png"), make_asset("b poster.png")
    collections = f"{LIBRARY}collections/"

    browser.post(collections, {"action": "create", "name": "Hand", "asset": [str(b.uuid), str(a.uuid)]})
    browser.post(f"{collections}?q=mug", {"action": "search", "name": "Search"})
    hand, search = Collection.objects.get(name="Hand"), Collection.objects.get(name="Search")
    browser.post(
        collections, {"action": "order", "collection": str(hand.uuid), "asset": str(a.uuid), "before": str(b.uuid)}
    )

    assert codes(browser.get(f"{LIBRARY}?collection={hand.uuid}")) == ["a_mug", "b_poster"]
    assert codes(browser.get(f"{LIBRARY}?collection={search.uuid}")) == ["a_mug"]
    assert codes(browser.get(f"{LIBRARY}?collection={hand.uuid}&sort=-created")) == ["b_poster", "a_mug"]
    browser.post(collections, {"action": "remove", "collection": str(hand.uuid), "asset": str(a.uuid)})
    browser.post(f"{collections}?q=mug", {"action": "add", "collection": str(hand.uuid), "all": "1"})
    assert codes(browser.get(f"{LIBRARY}?collection={hand.uuid}")) == ["b_poster", "a_mug"]
    browser.post(collections, {"action": "rename", "collection": str(hand.uuid), "name": "Renamed"})
    browser.post(collections, {"action": "delete", "collection": str(search.uuid)})
    assert list(Collection.objects.values_list("name", flat=True)) == ["Renamed"]


def test_a_view_is_kept_with_its_filters_and_forgotten(browser: Client) -> None:
    views = f"{LIBRARY}views/"

    browser.post(f"{views}?q=mug&keyword=red&page=x", {"action": "save", "name": "Red mugs"})
    view = SavedView.objects.get()

    assert (view.list_name, view.query) == ("assets", "q=mug&keyword=red")
    assert b"Red mugs" in browser.get(LIBRARY).content
    browser.post(views, {"action": "delete", "view": str(view.uuid)})
    assert not SavedView.objects.exists()


def test_the_bar_tries_an_edit_makes_it_and_says_how_to_take_it_back(browser: Client) -> None:
    a, b = make_asset("a.png"), make_asset("b.png")
    chosen = {"action": "edit", "asset": [str(a.uuid), str(b.uuid)], "query": "?sort=code"}
    blank = dict.fromkeys(("folder", "family", "license", "digital_source"), "=")

    asked = browser.post(f"{LIBRARY}bulk/", chosen, headers=FETCH)
    fields = {**chosen, **blank, "add_keywords": "red, blue", "alt-en_US": "A thing"}
    tried = browser.post(f"{LIBRARY}bulk/", {**fields, "step": "preview"}, headers=FETCH)
    done = browser.post(f"{LIBRARY}bulk/", {**fields, "step": "apply"}, follow=True)

    assert b"<html" not in asked.content
    assert b"2 assets are meant." in asked.content
    assert tried.context["rehearsal"]["figures"].changed == 2
    assert tried.content.count(b"<ins>red, blue</ins>") == 2
    assert done.redirect_chain == [(f"{LIBRARY}?sort=code", 302)]
    assert "2 assets are changed." in done.content.decode()
    assert reverse("admin:pim_job_change", args=[Job.objects.get().uuid]) in done.content.decode()
    assert {tuple(asset.keywords) for asset in Asset.objects.all()} == {("red", "blue")}
    assert {asset.license_id for asset in Asset.objects.all()} == {None}


def test_everything_that_matches_is_edited_by_a_job(browser: Client) -> None:
    for name in ("mug 1", "mug 2", "poster"):
        make_asset(f"{name}.png")
    posted = {"action": "edit", "step": "apply", "all": "1", "query": "?q=mug", "remove_keywords": "x", "folder": "="}

    answer = browser.post(f"{LIBRARY}bulk/", {**posted, "family": "=", "license": "=", "digital_source": "="})

    job = Job.objects.get()
    assert answer["Location"] == reverse("admin:pim_job_change", args=[job.uuid])
    assert (job.parameters["uuids"], job.parameters["filter"]["value"]) == (None, "mug")


@pytest.mark.parametrize(
    ("posted", "sentence"),
    [
        ({"action": "edit"}, "Select some assets first."),
        ({"action": "paint", "asset": str(uuid4())}, "There is no operation"),
        ({"action": "edit", "filter": "{"}, "The filter is not valid JSON."),
        ({"action": "edit", "all": "1", "query": "?kind=nothing"}, "there is no"),
    ],
)
def test_what_makes_no_sense_is_said_in_the_dialog(browser: Client, posted: dict[str, str], sentence: str) -> None:
    answer = browser.post(f"{LIBRARY}bulk/", posted, headers=FETCH)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert browser.post(f"{LIBRARY}bulk/", posted).status_code == 302
    assert not Job.objects.exists()


def test_deleting_asks_first_and_moving_goes_through_the_stages(browser: Client) -> None:
    a = make_asset("a.png")
    chosen = {"asset": str(a.uuid), "query": ""}

    asked = browser.post(f"{LIBRARY}bulk/", {**chosen, "action": "delete"}, headers=FETCH)
    move = browser.post(f"{LIBRARY}bulk/", {**chosen, "action": "move"}, headers=FETCH)
    way = move.context["ways"][0].code
    moved = browser.post(f"{LIBRARY}bulk/", {**chosen, "action": "move", "way": way, "comment": "because"})

    assert b"cannot be taken back" in asked.content
    assert Asset.objects.exists()
    assert moved["Location"] == reverse("admin:pim_job_change", args=[Job.objects.get(kind="transition").uuid])
    browser.post(f"{LIBRARY}bulk/", {**chosen, "action": "delete", "step": "apply"})
    assert not Asset.objects.exists()


def test_how_somebody_likes_to_see_the_library_is_remembered(browser: Client) -> None:
    assert browser.get(f"{LIBRARY}facets/?layout=list&part=looks").status_code == 204
    browser.get(f"{LIBRARY}?density=large&size=200")

    state = browser.get(LIBRARY).context["state"]

    assert (state.layout, state.density, state.size) == ("list", "large", 200)


@pytest.mark.parametrize("address", ["bulk/", "folders/", "collections/", "views/"])
def test_who_may_not_see_assets_does_nothing_here(client: Client, address: str) -> None:
    client.force_login(User.objects.create_user("visitor", is_staff=True))

    assert client.post(LIBRARY + address, {"action": "create", "name": "x"}).status_code == 403
    assert client.get(f"{LIBRARY}facets/").status_code == 403
    assert not Folder.objects.exists()


def test_who_may_see_assets_alone_files_nothing(client: Client) -> None:
    reader = make_user("reader", permissions=["assets.view_asset"])
    User.objects.filter(pk=reader.pk).update(is_staff=True)
    client.force_login(reader)
    asset = make_asset("a.png")
    make_folder("spring")

    for address, posted in (
        ("folders/", {"action": "create", "name": "x"}),
        ("folders/", {"action": "file", "code": "spring", "asset": str(asset.uuid)}),
        ("collections/", {"action": "create", "name": "x"}),
        ("views/", {"action": "save", "name": "x"}),
        ("bulk/", {"action": "delete", "step": "apply", "asset": str(asset.uuid)}),
    ):
        assert client.post(LIBRARY + address, posted, headers=FETCH).status_code == 422
    assert client.get(LIBRARY).context["actions"] == []
    assert (Folder.objects.count(), Collection.objects.count(), SavedView.objects.count()) == (1, 0, 0)
    assert Asset.objects.get().folder is None


def test_players_get_the_part_they_ask_for(browser: Client) -> None:
    asset = make_asset("a.png")
    version = asset.version
    assert version is not None
    original = reverse("original", args=[asset.uuid, 1])
    content = b"".join(browser.get(original))  # type: ignore[arg-type]

    part = browser.get(original, headers={"Range": "bytes=10-19"})
    tail = browser.get(original, headers={"Range": "bytes=-5"})
    beyond = browser.get(original, headers={"Range": f"bytes={len(content)}-"})

    assert (part.status_code, part["Content-Range"]) == (206, f"bytes 10-19/{len(content)}")
    assert b"".join(part) == content[10:20]  # type: ignore[arg-type]
    assert b"".join(tail) == content[-5:]  # type: ignore[arg-type]
    assert (beyond.status_code, beyond["Content-Range"]) == (416, f"bytes */{len(content)}")
    assert part["Content-Security-Policy"] == "default-src 'none'; sandbox"


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, None),
        ("bytes=0-", (0, 99)),
        ("bytes=5-5", (5, 5)),
        ("bytes=90-200", (90, 99)),
        ("bytes=-200", (0, 99)),
        ("bytes=0-1,5-6", None),
        ("pages=1-2", None),
        ("bytes=-", None),
    ],
)
def test_ranges_are_read_as_the_rfc_has_them(header: str | None, expected: tuple[int, int] | None) -> None:
    assert read_range(header, 100) == expected


@pytest.mark.parametrize("header", ["bytes=100-", "bytes=6-5", "bytes=-0"])
def test_parts_that_are_not_there_are_refused(header: str) -> None:
    with pytest.raises(ValueError, match="bytes"):
        read_range(header, 100)


def test_durations_read_like_a_clock() -> None:
    assert [show_duration(ms) for ms in (999, 61_000, 3_723_000)] == ["0:00", "1:01", "1:02:03"]


def test_the_filter_that_travels_is_the_filter_that_is_shown(browser: Client) -> None:
    page = browser.get(f"{LIBRARY}?q=mug&keyword=red")

    assert json.loads(page.context["state"].filter_json) == {
        "and": [
            {"field": "search", "op": "contains", "value": "mug"},
            {"field": "keyword", "op": "eq", "value": "red"},
        ]
    }


def test_a_document_is_looked_at_page_by_page(browser: Client) -> None:
    file = io.BytesIO()
    first, *rest = [Image.new("RGB", (60, 80), (200, 200, 40 * n)) for n in range(3)]
    first.save(file, "PDF", save_all=True, append_images=rest)
    asset = make_asset("paper.pdf", content=file.getvalue())

    look = browser.get(f"{LIBRARY}{asset.uuid}/look/")

    assert len(look.context["leaves"]) == 3
    assert b'data-kind="pages"' in look.content
    assert look.content.count(b'alt="Page ') == 3


def test_rights_that_want_attention_are_counted_and_filtered_by(browser: Client) -> None:
    make_license("gone", valid_until=str(today() - timedelta(days=1)))
    make_license("soon", valid_until=str(today() + timedelta(days=5)))
    for name, terms in (("a", "gone"), ("b", "soon"), ("c", None)):
        change(make_asset(f"{name}.png"), license=terms)

    facets = {facet.name: facet for facet in browser.get(f"{LIBRARY}facets/").context["facets"]}
    ending, ended = facets["rights"].values

    assert [(value.code, value.label, value.count) for value in (ending, ended)] == [
        ("expiring", "end within 30 days", 1),
        ("expired", "expired", 1),
    ]
    assert codes(browser.get(LIBRARY + ended.url)) == ["a"]
    chosen = {facet.name: facet for facet in browser.get(f"{LIBRARY}facets/{ended.url}").context["facets"]}
    both = next(value for value in chosen["rights"].values if value.code == "expiring")
    assert sorted(codes(browser.get(LIBRARY + both.url))) == ["a", "b"]
    page = browser.get(LIBRARY + both.url)
    assert [(chip.field, chip.value) for chip in page.context["chips"]] == [("Rights", "expired, end within 30 days")]


def test_pictures_that_break_the_rules_of_a_channel_are_counted_and_filtered_by(browser: Client) -> None:
    make_axes()
    make_picture_rule("wide", min_width_px=200)
    for width in (120, 200):
        make_asset(f"p{width}.png", content=as_bytes(draw_scene(width, 100, seed=width), "PNG"))

    facets = {facet.name: facet for facet in browser.get(f"{LIBRARY}facets/").context["facets"]}
    (broken,) = facets["breaks_rules"].values

    assert (broken.code, broken.count, broken.is_chosen) == ("web", 1, False)
    page = browser.get(LIBRARY + broken.url)
    assert codes(page) == ["p120"]
    assert [chip.field for chip in page.context["chips"]] == ["Breaks picture rules (web)"]
    again = {facet.name: facet for facet in browser.get(f"{LIBRARY}facets/{broken.url}").context["facets"]}
    (chosen,) = again["breaks_rules"].values
    assert (chosen.count, chosen.is_chosen) == (1, True)
    assert sorted(codes(browser.get(LIBRARY + chosen.url))) == ["p120", "p200"]

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from assets.models import Asset, AssetComment
from assets.services.ingest import ingest_version
from assets.services.rights.verdicts import today
from assets.services.writing import AssetChange, write_assets
from pim.choices import Origin
from pim.models import Entry, User
from tests.assets.pictures import draw_scene
from tests.factories.assets import make_asset, make_asset_family, make_license, make_preset, make_upload
from tests.factories.callers import make_user
from tests.factories.structure import make, make_attribute, make_attribute_group

pytestmark = pytest.mark.django_db
LIBRARY = "/admin/assets/asset/"
RECTANGLE = {"left": 0.1, "top": 0.1, "width": 0.5, "height": 0.5}


@pytest.fixture
def browser(client: Client) -> Client:
    make("locale", en_US={}, de_DE={})
    client.force_login(User.objects.create_superuser("boss"))
    return client


def page_of(asset: Asset) -> str:
    return reverse("admin:assets_asset_change", args=[asset.uuid])


def view(name: str, asset: Asset) -> str:
    return reverse(f"admin:assets_asset_{name}", args=[asset.uuid])


def write(asset: Asset, **fields: Any) -> None:
    write_assets([AssetChange(asset.code, fields)], actor=None, origin=Origin.ADMIN).raise_first()


def post_json(browser: Client, address: str, body: Any) -> Any:
    return browser.post(address, json.dumps(body), content_type="application/json")


def fetch(browser: Client, url: str) -> int:
    answer = browser.get(url)
    b"".join(answer)  # the file closes when all of it has been read
    return answer.status_code


def last_delta(asset: Asset) -> Any:
    return Entry.objects.filter(subject_uuid=asset.uuid).latest("id").delta


def test_only_what_was_changed_is_written(browser: Client) -> None:
    asset = make_asset("mug.png")
    code = make_license().code
    posted = {
        "revision": 1,
        "v-label:en_US": "Mug",
        "v-alt:en_US": "",
        "license": code,
        "keywords": ["", "red", "Mug, RED"],
    }

    response = browser.post(page_of(asset), posted)

    assert response.status_code == 302
    assert last_delta(asset) == {
        "label:en_US": [None, "Mug"],
        "@license": [None, code],
        "@keywords": [[], ["red", "Mug"]],
    }
    browser.post(page_of(asset), {**posted, "revision": 2})
    assert Asset.objects.get(pk=asset.pk).revision == 2
    browser.post(page_of(asset), {"revision": 2, "keywords": [""]})
    assert last_delta(asset) == {"@keywords": [["red", "Mug"], []]}


def test_own_attributes_of_the_family_are_fields_and_what_is_missing_is_named(browser: Client) -> None:
    make_attribute_group()
    make_attribute("photographer", labels={"en_US": "Photographer"})
    make_attribute("slogan", localizable=True)
    make_attribute("shots", type="integer")
    make_asset_family("photo", attributes=["photographer", "slogan", "shots"], required=["photographer", "slogan"])
    asset = make_asset("mug.png")
    write(asset, family="photo")

    page = browser.get(page_of(asset))
    answer = browser.post(
        page_of(asset),
        {"revision": 2, "v-photographer": "Ada", "v-slogan:de_DE": "Schön", "v-alt:de_DE": "Tasse", "v-shots": "3"},
    )
    wrong = browser.post(page_of(asset), {"revision": 3, "v-shots": "many"})

    rings = {ring.locale: ring for ring in page.context["rings"]}
    assert sorted(rings) == ["de_DE", "en_US"]
    assert (rings["en_US"].percent, [key for key, _label in rings["en_US"].missing]) == (
        0,
        ["alt:en_US", "photographer", "slogan:en_US"],
    )
    assert answer.status_code == 302
    assert last_delta(asset) == {
        "photographer": [None, "Ada"],
        "slogan:de_DE": [None, "Schön"],
        "alt:de_DE": [None, "Tasse"],
        "shots": [None, 3],
    }
    rings = {ring.locale: ring.percent for ring in browser.get(page_of(asset)).context["rings"]}
    assert rings == {"de_DE": 100, "en_US": 33}
    assert wrong.status_code == 200
    assert wrong.context["form"].errors.keys() == {"v-shots"}
    assert Asset.objects.get(pk=asset.pk).revision == 3


def test_two_people_who_edit_the_same_key_choose_whose_it_is(browser: Client) -> None:
    asset = make_asset("mug.png")
    write(asset, alt={"en_US": "theirs"}, keywords=["a"])
    mine = {"revision": 1, "v-alt:en_US": "mine", "v-label:en_US": "Mug", "keywords": ["", "b"]}

    told = browser.post(page_of(asset), mine)

    assert told.status_code == 200
    clashes = [(clash.name, clash.theirs, clash.yours) for clash in told.context["form"].clashes]
    assert sorted(clashes) == [("keywords", "a", "b"), ("v-alt:en_US", "theirs", "mine")]
    assert told.context["form"]["revision"].value() == "2"
    assert Asset.objects.get(pk=asset.pk).revision == 2

    settled = {**mine, "revision": 2, "take-v-alt:en_US": "theirs", "take-keywords": "mine"}
    assert browser.post(page_of(asset), settled).status_code == 302
    assert last_delta(asset) == {"label:en_US": [None, "Mug"], "@keywords": [["a"], ["b"]]}


def test_crops_are_saved_without_leaving_and_a_conflict_brings_both(browser: Client) -> None:
    make_preset("card", fit="cover", width=60, height=60, formats=["webp"])
    asset = make_asset("mug.png")

    saved = post_json(browser, view("crops", asset), {"revision": 1, "focal": RECTANGLE, "crops": {"card": RECTANGLE}})
    late = post_json(browser, view("crops", asset), {"revision": 1, "focal": None})
    cleared = post_json(browser, view("crops", asset), {"revision": 2, "crops": {"card": None}})
    wrong = post_json(browser, view("crops", asset), {"revision": 3, "focal": {**RECTANGLE, "left": 0.9}})

    assert saved.json() == {"focal": RECTANGLE, "crops": {"card": RECTANGLE}, "revision": 2}
    assert late.status_code == 409
    assert late.json()["present"] == {"focal": RECTANGLE, "crops": {"card": RECTANGLE}, "revision": 2}
    assert cleared.json() == {"focal": RECTANGLE, "crops": {}, "revision": 3}
    assert (wrong.status_code, wrong.json()["code"]) == (422, "invalid_focal")
    assert post_json(browser, view("crops", asset), ["nothing"]).status_code == 400
    assert Asset.objects.get(pk=asset.pk).revision == 3


def test_the_crop_editor_knows_every_preset_that_draws(browser: Client) -> None:
    make_preset("card", fit="cover", width=60, height=60, formats=["webp"])
    make_preset("whole", fit="original", formats=["webp"])
    asset = make_asset("mug.png")

    data = browser.get(page_of(asset)).context["crops_data"]

    assert [(preset["code"], preset["fit"], preset["width"]) for preset in data["presets"]] == [("card", "cover", 60)]
    assert (data["focal"], data["crops"]) == (None, {})


def test_a_file_is_replaced_compared_and_shown_again(browser: Client) -> None:
    asset = make_asset("mug.png")
    before = browser.get(page_of(asset)).context["viewer"].url

    quietly = {"X-Requested-With": "fetch"}
    sent = browser.post(view("replace", asset), {"file": make_upload("v2.jpg")}, headers=quietly)
    told = browser.get(page_of(asset)).content.decode()
    ingest_version(asset.versions.get(number=2).pk)
    page = browser.get(page_of(asset))
    compared = browser.get(view("compare", asset))
    browser.post(view("restore", asset), {"number": "1"})

    assert [(row.number, row.who, row.is_current) for row in page.context["versions"]] == [
        (2, "boss", True),
        (1, "", False),
    ]
    assert (sent.status_code, "The new version is being checked." in told) == (204, True)
    assert page.context["viewer"].url != before
    assert fetch(browser, before) == 200
    assert (compared.context["before"].version.number, compared.context["after"].version.number) == (1, 2)
    for side in (compared.context["before"], compared.context["after"]):
        assert fetch(browser, side.url) == 200
    facts = {fact.name: (fact.before, fact.after) for fact in compared.context["facts"]}
    assert facts["File name"] == ("mug.png", "v2.jpg")
    assert facts["Pixels"] == ("240 × 160", "120 × 80")
    restored = Asset.objects.with_current().get(pk=asset.pk)
    assert restored.version is not None
    assert restored.version.number == 1


def test_the_page_asks_as_often_for_one_version_as_for_five(
    browser: Client, django_assert_max_num_queries: Any
) -> None:
    asset = make_asset("mug.png")
    browser.get(page_of(asset))

    with django_assert_max_num_queries(100) as one:
        browser.get(page_of(asset))
    for number in range(2, 6):
        browser.post(view("replace", asset), {"file": make_upload(f"v{number}.jpg", draw_scene(100 + number))})
        ingest_version(asset.versions.get(number=number).pk)
    browser.get(page_of(asset))
    with django_assert_max_num_queries(100) as five:
        page = browser.get(page_of(asset))

    assert len(page.context["versions"]) == 5
    assert len(five) - len(one) <= 3  # the renditions of earlier versions are declared together


def test_one_version_has_nothing_to_be_compared_with(browser: Client) -> None:
    page = browser.get(view("compare", make_asset("mug.png")))

    assert page.status_code == 200
    assert page.context["before"] is None


def test_one_rendition_is_drawn_anew_or_all(browser: Client) -> None:
    make_preset("card", fit="cover", width=60, height=60, formats=["webp"])
    asset = make_asset("mug.png")
    digest = next(row.digest for row in browser.get(page_of(asset)).context["renditions"] if row.preset == "card")

    browser.post(view("rebuild", asset), {"digest": digest})
    one = {row.preset: row.state for row in browser.get(page_of(asset)).context["renditions"]}
    browser.post(view("rebuild", asset), {"digest": "0" * 64})
    browser.post(view("rebuild", asset))
    rows = browser.get(page_of(asset)).context["renditions"]

    assert one["card"] == "ready"
    assert one["preview"] == "pending"
    assert {row.state for row in rows} == {"ready"}
    assert all(row.drawn_ms is not None and row.size_bytes for row in rows)


def test_rights_are_told_by_channel_and_country_with_reasons(browser: Client) -> None:
    make("channel", web={"locales": ["en_US"]}, print={"locales": ["en_US"]})
    asset = make_asset("mug.png")
    code = make_license(channels=["web"], territories=["DE"]).code
    write(asset, license=code)

    rights = browser.get(page_of(asset)).context["rights"]

    assert rights.places == ("Germany", "elsewhere")
    verdicts = {row.label: [cell.is_allowed for cell in row.cells] for row in rights.rows}
    assert verdicts == {"Inside the house": [True, False], "print": [False, False], "web": [True, False]}
    assert rights.reasons == (f"The licence {code} does not cover the channel print.",)
    assert rights.sentence == "May be used in some places only."


def test_an_ended_licence_hides_the_picture_and_says_why(browser: Client) -> None:
    asset = make_asset("mug.png")
    code = make_license(valid_until=(today() - timedelta(days=1)).isoformat()).code
    write(asset, license=code)

    page = browser.get(page_of(asset))

    assert page.context["viewer"].kind == "blocked"
    assert page.context["rights"].sentence == "May not be used today."
    assert b"/media/r/" not in page.content


def test_history_is_in_words_and_an_entry_is_taken_back(browser: Client) -> None:
    asset = make_asset("mug.png")
    write(asset, focal=RECTANGLE, alt={"de_DE": "Tasse"}, keywords=["red"])

    history = browser.get(page_of(asset)).context["history"]
    (entry, may_undo), (_created, may_undo_creation) = history[0], history[-1]
    browser.post(view("revert", asset), {"entry": str(entry.id)})

    words = {change.key: change.after for change in entry.changes}
    assert words == {
        "Focal rectangle": "10 % · 10 % · 50 % · 50 %",
        "Alternative text · de_DE": "Tasse",
        "Keywords": "red",
    }
    assert (may_undo, may_undo_creation) == (True, False)
    assert last_delta(asset) == {
        "@focal": [RECTANGLE, None],
        "alt:de_DE": ["Tasse", None],
        "@keywords": [["red"], []],
    }


def test_what_was_changed_since_is_not_taken_back(browser: Client) -> None:
    asset = make_asset("mug.png")
    write(asset, alt={"de_DE": "Tasse"})
    entry = Entry.objects.filter(subject_uuid=asset.uuid).latest("id")
    write(asset, alt={"de_DE": "Becher"})

    answer = browser.post(view("revert", asset), {"entry": str(entry.pk)}, follow=True)

    assert "Somebody changed this meanwhile" in answer.content.decode()
    assert Asset.objects.get(pk=asset.pk).revision == 3
    other = Entry.objects.filter(subject_uuid=make_asset().uuid).latest("id")
    assert (
        "no such entry" in browser.post(view("revert", asset), {"entry": str(other.pk)}, follow=True).content.decode()
    )


def test_people_talk_on_the_page(browser: Client) -> None:
    asset = make_asset("mug.png")
    quietly = {"X-Requested-With": "fetch"}
    said = {"do": "write", "text": "Too dark", "region": json.dumps(RECTANGLE)}

    panel = browser.post(view("comment", asset), said, headers=quietly)
    comment = AssetComment.objects.get()
    browser.post(view("comment", asset), {"do": "write", "text": "Yes", "reply_to": str(comment.uuid)})
    empty = browser.post(view("comment", asset), {"do": "write", "text": " "}, headers=quietly)
    elsewhere = browser.post(
        view("comment", make_asset()), {"do": "resolve", "comment": str(comment.uuid)}, headers=quietly
    )
    resolved = browser.post(view("comment", asset), {"do": "resolve", "comment": str(comment.uuid)}, headers=quietly)

    assert panel.status_code == 200
    assert b'data-open="1"' in panel.content
    assert comment.region == RECTANGLE
    assert (empty.status_code, b"Write something first" in empty.content) == (422, True)
    assert elsewhere.status_code == 422
    assert b'data-open="0"' in resolved.content
    threads = browser.get(page_of(asset)).context["threads"]
    assert [(thread.comment.text, len(thread.replies)) for thread in threads] == [("Too dark", 1)]


def test_who_may_only_look_may_speak_and_change_nothing(client: Client) -> None:
    reader = make_user("reader", permissions=["assets.view_asset"])
    reader.is_staff = True
    reader.save()
    client.force_login(reader)
    asset = make_asset("mug.png")

    page = client.get(page_of(asset))
    client.post(view("comment", asset), {"do": "write", "text": "Nice"})

    assert page.status_code == 200
    assert b"crops-data" not in page.content
    assert b"data-replace" not in page.content
    for name in ("crops", "replace", "restore", "rebuild", "revert"):
        assert client.post(view(name, asset)).status_code == 403
    assert client.post(page_of(asset), {"revision": 1}).status_code == 403
    assert AssetComment.objects.get().author == reader
    assert client.get(page_of(asset)).context["viewer"].closer.startswith("/media/r/")


def test_words_are_suggested_while_one_types(browser: Client) -> None:
    write(make_asset(), keywords=["Summer", "Sun"])
    write(make_asset(), keywords=["sunset", "50%"])
    make("category", shoes={"labels": {"en_US": "Shoes"}})

    def ask(of: str, text: str) -> list[str]:
        address = reverse("admin:assets_asset_suggest")
        return [item["value"] for item in browser.get(address, {"of": of, "q": text}).json()["items"]]

    assert sorted(ask("keywords", "SU")) == ["Summer", "Sun", "sunset"]
    assert ask("keywords", "0%") == ["50%"]
    assert ask("keywords", "_") == []
    assert ask("categories", "sho") == ["shoes"]
    assert ask("nothing", "") == []


def test_a_text_is_read_on_the_page_and_a_design_file_says_why_not(browser: Client) -> None:
    text = make_asset("notes.txt", content="Föhn & <b>".encode())

    page = browser.get(page_of(text))
    shown = browser.get(page.context["viewer"].url)

    assert page.context["viewer"].kind == "text"
    assert shown.content.decode() == "Föhn & <b>"
    assert shown["Content-Type"] == "text/plain; charset=utf-8"

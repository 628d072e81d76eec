"""The hygiene page, its lists, and the merge of duplicates with a look before."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from assets.models import Asset, AssetVersion, HygieneReport, NearDuplicate
from pim.models import Job, User
from tests.factories.assets import make_asset, make_collection
from tests.factories.structure import make_structure
from tests.factories.workflows import make_workflow

pytestmark = pytest.mark.django_db
PAGE = "/admin/assets/hygienereport/"


@pytest.fixture
def browser(client: Client) -> Client:
    make_structure()
    client.force_login(User.objects.create_superuser("boss"))
    return client


def make_twins() -> tuple[Asset, Asset]:
    one, two = make_asset("one.png"), make_asset("two.png")
    AssetVersion.objects.filter(asset__in=[one, two]).update(content_sha256="c" * 64)
    return one, two


def test_the_page_shows_the_figures(browser: Client) -> None:
    one, _two = make_twins()
    make_collection("Kept", one)

    page = browser.get(PAGE).content.decode()

    assert "2 assets, counted just now." in page
    assert "1 asset too many" in page
    for kind in (
        "unused?of=protected",
        "unused?of=definite",
        "alt/?of=en_US",
        "versions/",
        "renditions/",
        "expiring/?of=30",
    ):
        assert kind.replace("unused?", "unused/?") in page
    assert "It has not run yet." in page


def test_an_empty_library_has_a_page_too(browser: Client) -> None:
    assert browser.get(PAGE).status_code == 200


@pytest.mark.parametrize("kind", ["unused/?of=recent", "alt/?of=en_US", "versions/", "renditions/", "expiring/"])
def test_every_list_opens(browser: Client, kind: str) -> None:
    asset = make_asset("mug.png")
    AssetVersion.objects.filter(pk=asset.version_id).update(error="The file is missing from the storage.")

    page = browser.get(f"{PAGE}list/{kind}").content.decode()

    is_listed = kind.startswith(("unused", "alt", "versions"))
    assert ("mug.png" in page) is is_listed
    assert ("The file is missing from the storage." in page) is kind.startswith("versions")
    assert ("Nothing here. That is good." in page) is not is_listed


def test_what_is_no_list_is_not_found(browser: Client) -> None:
    for path in ("list/nothing/", "list/unused/?of=maybe", "duplicates/nothing/"):
        assert browser.get(f"{PAGE}{path}").status_code == 404


@pytest.mark.parametrize(
    ("run", "kind", "parameters"),
    [
        ("count", "count_hygiene", {}),
        ("check", "heal_library", {}),
        ("rehearse", "sweep_storage", {"dry_run": True, "grace_days": 7}),
        ("sweep", "sweep_storage", {"dry_run": False, "grace_days": 7}),
    ],
)
def test_a_job_is_started_and_leads_to_its_page(
    browser: Client, run: str, kind: str, parameters: dict[str, Any]
) -> None:
    answer = browser.post(f"{PAGE}run/", {"run": run})

    job = Job.objects.get()
    assert (job.kind, job.parameters, job.actor.username) == (kind, parameters, "boss")
    assert answer["Location"] == reverse("admin:pim_job_change", args=[job.uuid])
    assert browser.post(f"{PAGE}run/", {"run": "everything"}).status_code == 404


def test_duplicates_are_shown_looked_at_and_merged(browser: Client) -> None:
    make_workflow("asset")
    one, two = make_twins()
    collection = make_collection("Kept", two)

    groups = browser.get(f"{PAGE}duplicates/exact/").content.decode()
    fields = {"asset": [str(one.uuid), str(two.uuid)], "keep": str(one.uuid)}
    preview = browser.post(f"{PAGE}merge/", fields).content.decode()
    before = (Job.objects.count(), collection.items.get().asset_id)
    answer = browser.post(f"{PAGE}merge/", {**fields, "apply": "1"})

    assert "one.png" in groups
    assert "two.png" in groups
    assert "Goes into the archive" in preview
    assert before == (0, two.pk)
    assert answer["Location"] == reverse("admin:pim_job_change", args=[Job.objects.get().uuid])
    assert collection.items.get().asset_id == one.pk
    assert "Nothing here. That is good." in browser.get(f"{PAGE}duplicates/exact/").content.decode()


def test_a_merge_of_nonsense_leads_back(browser: Client) -> None:
    asset = make_asset()

    for fields in ({}, {"keep": "x"}, {"keep": str(asset.uuid)}, {"keep": str(asset.uuid), "asset": [str(asset.uuid)]}):
        assert browser.post(f"{PAGE}merge/", fields)["Location"] == PAGE
    assert Job.objects.count() == 0


def test_look_alikes_are_kept_apart(browser: Client) -> None:
    one, two = make_asset("one.png"), make_asset("two.png")
    NearDuplicate.objects.all().delete()
    NearDuplicate.objects.create(first=one, second=two, distance=3)

    before = browser.get(f"{PAGE}duplicates/near/").content.decode()
    browser.post(f"{PAGE}apart/", {"asset": [str(one.uuid), str(two.uuid)]})
    after = browser.get(f"{PAGE}duplicates/near/").content.decode()

    assert "3 signs of 64 differ" in before
    assert "Nothing here. That is good." in after
    assert browser.post(f"{PAGE}apart/", {"asset": [str(one.uuid)]}).status_code == 404


def test_the_page_costs_the_same_however_many_assets_there_are(
    browser: Client, django_assert_max_num_queries: Any
) -> None:
    for _ in range(6):
        make_asset()

    with django_assert_max_num_queries(50):
        browser.get(PAGE)


def test_only_who_may_sees_and_runs() -> None:
    user = User.objects.create_user("viewer", is_staff=True)
    client = Client()
    client.force_login(user)
    one, two = make_twins()
    paths = ("", "list/versions/", "duplicates/exact/")

    nobody = [client.get(f"{PAGE}{path}").status_code for path in paths]
    user.user_permissions.set(Permission.objects.filter(codename="view_hygienereport"))
    viewer = [client.get(f"{PAGE}{path}").status_code for path in paths]
    fields = {"asset": [str(one.uuid), str(two.uuid)], "keep": str(one.uuid), "apply": "1"}
    answers = [
        client.post(f"{PAGE}run/", {"run": "sweep"}).status_code,
        client.post(f"{PAGE}merge/", fields).status_code,
        client.post(f"{PAGE}apart/", fields).status_code,
    ]

    assert (nobody, viewer) == ([403] * 3, [200] * 3)
    assert answers == [403, 302, 403]
    assert (Job.objects.count(), HygieneReport.objects.count()) == (0, 0)

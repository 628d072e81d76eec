"""The screens of linking: names are tried, previews shown and applied, files decided upon."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from catalog.models import AssetMatch, Linking, NamingRule
from catalog.services.linking.examining import read_own_values
from pim.models import Job, User
from pim.services.jobs import run_job
from tests.factories.assets import make_asset
from tests.factories.callers import make_user
from tests.factories.catalog import make_product
from tests.factories.linking import make_linking, make_naming_rule, make_picture_structure

pytestmark = pytest.mark.django_db

RUNS = "/admin/catalog/linking/"


@pytest.fixture(autouse=True)
def structure() -> None:
    make_picture_structure()


@pytest.fixture
def root() -> User:
    return User.objects.create_superuser("root")


@pytest.fixture
def desk(client: Client, root: User) -> Client:
    client.force_login(root)
    return client


def test_names_are_tried_by_the_rule_as_it_is_filled_in(desk: Client) -> None:
    make_product("AB-1")
    filled = {
        "code": "", "template": "{sku}_{role}[_{position}]", "position": "0", "mode": "add",
        "roles-0-text": "main", "roles-0-attribute": "image", "names": "ab-1_main_3.jpg\nZZ_main.png\nnothing.png",
    }  # fmt: skip

    answer = desk.post(reverse("admin:catalog_namingrule_try"), filled)

    page = answer.content.decode()
    assert answer.status_code == 200
    assert page.count("<li>") == 3
    assert "position 3" in page
    assert "waits for its SKU" in page
    assert "No naming rule reads this name." in page
    assert NamingRule.objects.count() == 0


def test_a_rule_that_cannot_be_says_why_while_it_is_tried(desk: Client) -> None:
    filled = {"pattern": "(?P<sku>", "position": "0", "mode": "add", "attribute": "image", "names": "a.jpg"}

    answer = desk.post(reverse("admin:catalog_namingrule_try"), filled)

    assert "This is not a regular expression" in answer.content.decode()


def test_a_rule_is_made_in_the_form(desk: Client) -> None:
    filled = {
        "code": "studio", "is_active": "on", "position": "3", "template": "{sku}_{role}", "mode": "replace",
        "roles-0-text": "main", "roles-0-attribute": "image", "roles-0-channel": "", "roles-0-locale": "",
        "ignores_zeros": "on", "_save": "",
    }  # fmt: skip

    answer = desk.post(reverse("admin:catalog_namingrule_add"), filled)

    assert answer.status_code == 302, answer.content.decode()
    rule = NamingRule.objects.get()
    assert (rule.code, rule.mode, rule.position, rule.ignores_zeros) == ("studio", "replace", 3, True)
    assert rule.roles == [{"text": "main", "attribute": "image", "channel": None, "locale": None}]


@pytest.mark.parametrize("page", ["changelist", "add"])
@pytest.mark.parametrize("model", ["namingrule", "linking", "assetmatch"])
def test_the_pages_open(desk: Client, model: str, page: str) -> None:
    make_naming_rule()
    if (model, page) not in {("linking", "add"), ("assetmatch", "add")}:
        assert desk.get(reverse(f"admin:catalog_{model}_{page}")).status_code == 200


@pytest.mark.parametrize("by", ["ids", "commas", "query", "unlinked"])
def test_the_library_starts_a_preview_which_is_then_applied(desk: Client, by: str) -> None:
    make_naming_rule()
    product = make_product("A")
    asset = make_asset("A_main.png")
    posted = {"ids": [str(asset.uuid)], "commas": {}, "query": {"all": "1", "query": "q=A_main"}, "unlinked": {}}[by]
    posted = {"ids": posted} if by == "ids" else {"ids": f"{asset.uuid},"} if by == "commas" else posted

    answer = desk.post(RUNS, posted)
    page = desk.get(answer["Location"]).content.decode()
    linking = Linking.objects.get()
    applied = desk.post(reverse("admin:catalog_linking_apply", args=[linking.uuid]), {"token": linking.token})
    run_job(str(Job.objects.get(kind="link_assets").uuid))

    assert answer["Location"].endswith(f"/{linking.uuid}/change/")
    assert "Link 1 file" in page
    assert applied.status_code == 302
    assert read_own_values([product.pk])[product.pk] == {"image": str(asset.uuid)}
    assert "This preview has been applied." in desk.get(answer["Location"]).content.decode()


def test_without_a_rule_nothing_starts_and_the_page_says_what_to_do(desk: Client) -> None:
    answer = desk.post(RUNS, {}, follow=True)

    page = answer.content.decode()
    assert "There is no such naming rule that is active." in page
    assert "Add a naming rule" in page
    assert Linking.objects.count() == 0


def test_a_file_is_decided_upon_in_the_queue(desk: Client, root: User) -> None:
    make_naming_rule()
    product, other = make_product("A"), make_product("A_5")
    asset = make_asset("A_5.png")
    linking = make_linking(root, asset)
    desk.post(reverse("admin:catalog_linking_apply", args=[linking.uuid]), {"token": linking.token})
    run_job(str(Job.objects.get(kind="link_assets").uuid))
    match = AssetMatch.objects.get()

    page = desk.get(reverse("admin:catalog_assetmatch_changelist")).content.decode()
    home = desk.get("/admin/").content.decode()
    answer = desk.post(
        reverse("admin:catalog_assetmatch_settle", args=[match.uuid]), {"choice": "gallery|A_5"}, follow=True
    )

    assert 'value="gallery|A_5"' in page
    assert "Decide where they belong" in home
    assert "Linked to A_5." in answer.content.decode()
    assert read_own_values([product.pk, other.pk]) == {other.pk: {"gallery": [str(asset.uuid)]}}


def test_files_are_dismissed_and_put_back(desk: Client) -> None:
    match = AssetMatch.objects.create(asset=make_asset(), state="waiting", sku="X")
    dismiss = reverse("admin:catalog_assetmatch_dismiss")

    desk.post(dismiss, {"uuid": [str(match.uuid), "no uuid"]})
    match.refresh_from_db()
    assert match.state == "dismissed"
    desk.post(dismiss, {"uuid": str(match.uuid), "restore": "1"})
    match.refresh_from_db()
    assert match.state == "waiting"


def test_whoever_may_not_change_products_is_kept_out(client: Client, root: User) -> None:
    make_naming_rule()
    linking = make_linking(root, make_asset("A_main.png"))
    match = AssetMatch.objects.create(asset=make_asset(), state="waiting", sku="X")
    user = make_user(permissions=["catalog.view_product", "assets.view_asset"])
    User.objects.filter(pk=user.pk).update(is_staff=True)
    client.force_login(user)

    statuses = [
        client.get(RUNS).status_code,
        client.post(RUNS, {}).status_code,
        client.get(reverse("admin:catalog_linking_change", args=[linking.uuid])).status_code,
        client.post(reverse("admin:catalog_linking_apply", args=[linking.uuid]), {"token": linking.token}).status_code,
        client.get(reverse("admin:catalog_assetmatch_changelist")).status_code,
        client.post(reverse("admin:catalog_assetmatch_dismiss"), {"uuid": str(match.uuid)}).status_code,
        client.post(reverse("admin:catalog_assetmatch_settle", args=[match.uuid]), {"sku": "A"}).status_code,
        client.post(reverse("admin:catalog_namingrule_try"), {}).status_code,
    ]

    assert statuses == [403] * 8
    match.refresh_from_db()
    assert (match.state, Linking.objects.get().state) == ("waiting", "ready")


def test_a_run_whose_job_was_stopped_says_so(desk: Client, root: User) -> None:
    make_naming_rule()
    make_product("A")
    linking = make_linking(root, make_asset("A_main.png"))
    desk.post(reverse("admin:catalog_linking_apply", args=[linking.uuid]), {"token": linking.token})
    Job.objects.filter(kind="link_assets").update(state="failed", error="The disk is full.")

    page = desk.get(reverse("admin:catalog_linking_change", args=[linking.uuid])).content.decode()

    assert "The files were not all linked." in page
    assert "The disk is full." in page
    assert "hx-get" not in page.partition('id="linking"')[2].partition(">")[0]

"""Collections as programs and people of the admin meet them."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from assets.models import Collection
from tests.factories.assets import make_asset, make_collection
from tests.factories.callers import make_program, make_user

pytestmark = pytest.mark.django_db
COLLECTIONS = "/api/v1/collections/"


def test_a_program_makes_fills_orders_lists_and_deletes_a_collection():
    program = make_program()
    a, b, c = (str(make_asset(f"{name}.png").uuid) for name in "abc")

    made = program.post(COLLECTIONS, {"name": "Spring", "description": "For the shop"}, format="json")
    items = f"{COLLECTIONS}{made.json()['uuid']}/assets/"
    filled = program.post(items, {"add": [a, b, c]}, format="json")
    moved = program.post(items, {"move": [c], "before": a, "remove": [b]}, format="json")
    page = program.get(items, {"limit": 1, "count": "exact"}).json()
    rest = program.get(page["next"]).json()

    assert (made.status_code, made.json()["size"], made.json()["owner"]) == (201, 0, "root")
    assert (filled.json()["added"], filled.json()["collection"]["size"]) == (3, 3)
    assert moved.json()["removed"] == 1
    assert ([row["code"] for row in page["results"]], page["count"]) == (["c"], 2)
    assert [row["code"] for row in rest["results"]] == ["a"]
    one = f"{COLLECTIONS}{made.json()['uuid']}/"
    stale = program.patch(one, {"name": "Summer"}, format="json", headers={"If-Match": made["ETag"]})
    assert stale.status_code == 412
    assert program.patch(one, {"name": "Summer"}, format="json").json()["name"] == "Summer"
    assert [row["name"] for row in program.get(COLLECTIONS).json()["results"]] == ["Summer"]
    assert program.delete(one).status_code == 204
    assert program.get(one).status_code == 404


def test_a_smart_one_lists_what_its_query_finds_and_takes_nothing():
    program = make_program()
    mug = make_asset("mug.png")
    make_asset("poster.png")
    query = {"field": "search", "op": "contains", "value": "mug"}

    made = program.post(COLLECTIONS, {"name": "Mugs", "query": query}, format="json").json()
    items = f"{COLLECTIONS}{made['uuid']}/assets/"
    refused = program.post(items, {"add": [str(mug.uuid)]}, format="json")

    assert (made["is_smart"], made["size"]) == (True, None)
    assert [row["code"] for row in program.get(items).json()["results"]] == ["mug"]
    assert (refused.status_code, refused.json()["code"]) == (400, "is_smart")


@pytest.mark.parametrize(
    ("body", "code", "pointer"),
    [
        ({"name": ""}, "invalid_collection", "/name"),
        ({"name": "A", "actor": None}, "unknown_field", "/actor"),
        ({"name": "A", "query": [1]}, "invalid_filter", "/query"),
        ({"name": "A", "size": 3}, "unknown_field", "/size"),
    ],
)
def test_nonsense_is_refused_with_its_place(body, code, pointer):
    answer = make_program().post(COLLECTIONS, body, format="json")

    assert (answer.status_code, answer.json()["code"], answer.json()["errors"][0]["pointer"]) == (400, code, pointer)
    assert not Collection.objects.exists()


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"add": "x"}, "invalid_list"),
        ({"add": ["x"]}, "not_found"),
        ({"put": []}, "unknown_field"),
        ({"move": []}, "not_in_collection"),
    ],
)
def test_nonsense_about_items_changes_nothing(body, code):
    collection = make_collection("Spring", make_asset("a.png"))

    answer = make_program().post(f"{COLLECTIONS}{collection.uuid}/assets/", body, format="json")

    assert answer.json()["code"] == code
    assert collection.items.count() == 1


def test_a_secret_collection_is_nobody_elses():
    maria = make_user("maria", permissions=["assets.view_collection", "assets.add_collection"])
    secret = make_collection("Secret", actor=maria, is_shared=False)
    reads = ["assets.view_collection", "assets.change_collection", "assets.delete_collection"]
    jan = make_program(make_user("jan", permissions=reads))

    assert jan.get(COLLECTIONS).json()["results"] == []
    assert jan.get(f"{COLLECTIONS}{secret.uuid}/").status_code == 404
    assert jan.delete(f"{COLLECTIONS}{secret.uuid}/").status_code == 404


def test_graphql_saves_fills_lists_and_deletes():
    program = make_program()
    asset = make_asset("a.png")

    def ask(query):
        return program.post("/graphql/", {"query": query}, format="json").json()["data"]

    saved = ask('mutation { collectionSave(name: "Spring") { collection { id uuid size } userErrors { code } } }')
    uuid = saved["collectionSave"]["collection"]["uuid"]
    filled = ask(
        f'mutation {{ collectionChangeItems(uuid: "{uuid}", add: ["{asset.uuid}"]) {{ collection {{ size }} }} }}'
    )
    wrong = ask('mutation { collectionSave(name: "") { collection { uuid } userErrors { code pointer } } }')
    where = f'{{field: "collection", op: EQ, value: "{uuid}"}}'
    listed = ask(f"{{ collections {{ name size isSmart }} assets(first: 5, where: {where}) {{ nodes {{ code }} }} }}")

    assert filled["collectionChangeItems"]["collection"] == {"size": 1}
    assert wrong["collectionSave"]["userErrors"] == [{"code": "invalid_collection", "pointer": "/name"}]
    assert listed == {
        "collections": [{"name": "Spring", "size": 1, "isSmart": False}],
        "assets": {"nodes": [{"code": "a"}]},
    }
    ask(f'mutation {{ collectionDelete(uuid: "{uuid}") {{ uuid }} }}')
    assert not Collection.objects.exists()


def test_the_admin_lists_renames_and_deletes(client: Client):
    boss = make_user("boss", is_superuser=True)
    boss.is_staff = True
    boss.save()
    client.force_login(boss)
    collection = make_collection("Spring")
    page = reverse("admin:assets_collection_change", args=[collection.uuid])

    assert b"by hand" in client.get(reverse("admin:assets_collection_changelist")).content
    assert client.get(page).status_code == 200
    client.post(page, {"name": "Summer", "description": "", "is_shared": "on"})
    assert Collection.objects.get().name == "Summer"
    client.post(reverse("admin:assets_collection_delete", args=[collection.uuid]), {"post": "yes"})
    assert not Collection.objects.exists()

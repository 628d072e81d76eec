"""Saved views: whose they are, who sees them, and what becomes of a second one of the same name."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from pim.errors import DomainError
from pim.models import SavedView
from pim.services.saved_views import change_view, delete_view, find_view, list_views, save_view
from tests.factories.callers import make_program, make_user
from tests.factories.views import make_saved_view

pytestmark = pytest.mark.django_db


def test_people_see_their_own_views_first_and_those_that_others_share():
    maria, jan = make_user("maria"), make_user("jan")
    make_saved_view(maria, "Z mine", query="?q=z")
    make_saved_view(jan, "A shared", is_shared=True)
    make_saved_view(jan, "B secret")
    make_saved_view(maria, "products", list_name="products")

    seen = list_views("assets", actor=maria)

    assert [(view.name, view.query) for view in seen] == [("Z mine", "q=z"), ("A shared", "")]


def test_saving_under_a_name_again_replaces_what_it_says():
    maria = make_user("maria")
    first = make_saved_view(maria, query="q=1")

    second = save_view("assets", "Mine", "q=2", actor=maria, is_shared=True)

    assert (second.pk, SavedView.objects.get().query, second.is_shared) == (first.pk, "q=2", True)


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"name": "  "}, "/name"),
        ({"name": "x" * 101}, "/name"),
        ({"query": "x" * 20_001}, "/query"),
        ({"query": None}, "/query"),
        ({"is_shared": "yes"}, "/is_shared"),
        ({"list_name": "No such"}, "/list_name"),
    ],
)
def test_what_makes_no_view_is_refused(fields, pointer):
    given = {"list_name": "assets", "name": "A", "query": "", "is_shared": False, **fields}

    with pytest.raises(DomainError) as refused:
        save_view(**given, actor=make_user("maria"))

    assert (refused.value.code, refused.value.pointer) == ("invalid_view", pointer)
    assert not SavedView.objects.exists()


def test_a_view_is_changed_and_forgotten_by_its_owner_alone():
    maria, jan = make_user("maria"), make_user("jan")
    view = make_saved_view(maria, is_shared=True)
    make_saved_view(maria, "Taken")

    for refused, code in (
        (lambda: change_view(find_view(str(view.uuid), actor=jan), actor=jan, name="Ours"), "not_yours"),
        (lambda: delete_view(view, actor=jan), "not_yours"),
        (lambda: change_view(view, actor=maria, name="Taken"), "name_taken"),
    ):
        with pytest.raises(DomainError) as error:
            refused()
        assert error.value.code == code

    assert change_view(view, actor=maria, name="Renamed").name == "Renamed"
    delete_view(view, actor=maria)
    assert list(SavedView.objects.values_list("name", flat=True)) == ["Taken"]


def test_programs_keep_change_and_forget_views():
    program = make_program()
    address = "/api/v1/saved-views/"

    made = program.post(address, {"list_name": "assets", "name": "New", "query": "?kind=image"}, format="json")
    view = f"{address}{made.json()['uuid']}/"
    changed = program.patch(view, {"is_shared": True}, format="json")
    refused = program.patch(view, {"list_name": "products"}, format="json")

    assert (made.status_code, made.json()["query"], made.json()["owner"]) == (201, "kind=image", "root")
    assert changed.json()["is_shared"] is True
    assert (refused.status_code, refused.json()["code"]) == (400, "unknown_field")
    assert [row["name"] for row in program.get(address, {"list_name": "assets"}).json()["results"]] == ["New"]
    assert program.delete(view).status_code == 204
    assert program.get(view).status_code == 404


def test_a_secret_view_does_not_exist_for_another_program():
    view = make_saved_view(make_user("maria"))
    jan = make_program(make_user("jan", permissions=["pim.view_savedview", "pim.delete_savedview"]))

    assert jan.get("/api/v1/saved-views/").json()["results"] == []
    assert jan.delete(f"/api/v1/saved-views/{view.uuid}/").status_code == 404


def test_graphql_saves_lists_and_deletes_views():
    program = make_program()

    def ask(query):
        return program.post("/graphql/", {"query": query}, format="json").json()["data"]

    saved = ask(
        'mutation { savedViewSave(listName: "assets", name: "New", query: "q=x") { savedView { id uuid } userErrors { code } } }'
    )["savedViewSave"]
    listed = ask('{ savedViews(listName: "assets") { name query owner isShared } }')["savedViews"]
    found = ask(f'{{ node(id: "{saved["savedView"]["id"]}") {{ id }} }}')["node"]
    gone = ask(f'mutation {{ savedViewDelete(uuid: "{saved["savedView"]["uuid"]}") {{ uuid }} }}')["savedViewDelete"]

    assert listed == [{"name": "New", "query": "q=x", "owner": "root", "isShared": False}]
    assert found == {"id": saved["savedView"]["id"]}
    assert gone == {"uuid": saved["savedView"]["uuid"]}
    assert not SavedView.objects.exists()


def test_the_admin_renames_ones_own_views_and_hides_those_of_others(client: Client):
    root = make_user("root", is_superuser=True)
    root.is_staff = True
    root.save()
    client.force_login(root)
    view = make_saved_view(root)
    secret = make_saved_view(make_user("jan"), "Secret")

    listed = client.get(reverse("admin:pim_savedview_changelist")).content.decode()
    client.post(reverse("admin:pim_savedview_change", args=[view.uuid]), {"name": "Renamed", "is_shared": "on"})

    assert "Mine" in listed
    assert "Secret" not in listed
    assert SavedView.objects.get(pk=view.pk).name == "Renamed"
    assert client.get(reverse("admin:pim_savedview_change", args=[secret.uuid])).status_code == 302

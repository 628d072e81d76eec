"""Who may open and do what with products in the admin: one table over every kind of caller."""

import pytest
from django.urls import reverse

from catalog.models import Product
from tests.catalog.admin.pages import log_in, texts, url_of
from tests.factories.catalog import make_product
from tests.factories.structure import make_structure

pytestmark = pytest.mark.django_db

KINDS = ("nobody", "creative", "reviewer", "manager", "superuser")
PAGES = {
    "grid": (403, 200, 200, 200, 200),
    "filter": (403, 200, 200, 200, 200),
    "suggest": (403, 200, 200, 200, 200),
    "change": (403, 200, 200, 200, 200),
    "history": (403, 200, 200, 200, 200),
    "add": (403, 403, 403, 200, 200),
    "family": (403, 403, 200, 200, 200),
    "delete": (403, 403, 403, 200, 200),
}
POSTS = {
    "change": (403, 403, 302, 302, 302),
    "restore": (403, 403, 302, 302, 302),
    "move": (403, 403, 302, 302, 302),
    "delete": (403, 403, 403, 302, 302),
    "bulk": (403, 302, 302, 302, 302),
}


@pytest.fixture(autouse=True)
def product():
    make_structure()
    return make_product("A", values={"color": "red"})


def address(page):
    if page == "grid":
        return reverse("admin:catalog_product_changelist")
    if page in {"filter", "suggest", "add", "bulk"}:
        return reverse(f"admin:catalog_product_{page}")
    return url_of("A", page)


@pytest.mark.parametrize("page", PAGES)
def test_pages_open_for_these_people(page):
    answers = tuple(log_in(kind).get(address(page)).status_code for kind in KINDS)

    assert answers == PAGES[page]


@pytest.mark.parametrize("page", POSTS)
def test_posts_are_taken_from_these_people(page):
    answers = []
    for kind in KINDS:
        Product.objects.filter(sku="A").update(deleted_at=None)
        posted = {"action": "disable", "sku": ["A"], "revision": "1", "v-color": "red"}
        answers.append(log_in(kind).post(address(page), posted).status_code)

    assert tuple(answers) == POSTS[page]


def test_a_bulk_edit_by_somebody_who_may_only_look_changes_nothing():
    log_in("creative").post(address("bulk"), {"action": "disable", "sku": ["A"]})

    assert Product.objects.get(sku="A").enabled


def test_a_visitor_is_sent_to_the_login():
    from django.test import Client

    answer = Client().get(address("grid"))

    assert answer.status_code == 302
    assert answer.url.startswith(reverse("admin:login"))


def test_a_form_in_a_stage_that_is_locked_to_the_person_says_why_and_offers_no_save():
    Product.objects.filter(sku="A").update(stage="in_review")

    locked = log_in("manager").get(url_of("A"))
    free = log_in("reviewer").get(url_of("A"))

    assert locked.context["lock"].code == "stage_locked"
    assert any(str(locked.context["lock"].message) in note for note in texts(locked, "vt-note"))
    assert b'<fieldset class="vt-plainset" disabled>' in locked.content
    assert b"data-save" not in locked.content
    assert free.context["lock"] is None
    assert b"data-save" in free.content
    assert b'<fieldset class="vt-plainset" disabled>' not in free.content

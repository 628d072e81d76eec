"""Stage buttons: they move, ask for comments, say why not, and send nobody out of the house."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from assets.extensions import stage_panels
from catalog.models import Product
from pim.models import Entry
from tests.factories.assets import make_asset
from tests.factories.workflows import make_caller

Make = Callable[..., list[str]]
Stages = Callable[[], dict[str, str]]

pytestmark = pytest.mark.django_db


def press(client: Client, **fields: Any) -> Any:
    url = reverse("admin:workflows_move", args=["product", Product.objects.get(sku="mug").uuid])
    return client.post(url, {"next": "/admin/somewhere/", **fields})


def told(answer: Any) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


def test_a_button_moves_and_goes_back(client: Client, make_products: Make, stages: Stages) -> None:
    make_products("mug", stage="in_review")
    client.force_login(make_caller("reviewer"))

    answer = press(client, transition="approve")

    assert (answer.status_code, answer["Location"]) == (302, "/admin/somewhere/")
    assert told(answer) == ["“Approve”: 1 moved."]
    assert stages() == {"mug": "approved"}


def test_a_comment_is_asked_on_a_page(client: Client, make_products: Make, stages: Stages) -> None:
    make_products("mug", stage="in_review")
    client.force_login(make_caller("reviewer"))

    page = press(client, transition="send_back", include_variants="1")
    assert page.status_code == 200
    assert 'name="include_variants"' in page.content.decode()
    assert stages() == {"mug": "in_review"}

    press(client, transition="send_back", comment="Too short")
    assert stages() == {"mug": "enriching"}
    assert Entry.objects.order_by("-id")[0].message == "Too short"


@pytest.mark.parametrize(
    ("kind", "transition", "sentence"),
    [
        ("manager", "approve", "mug: “Approve” is for these groups only: Reviewers."),
        ("creative", "retire", "mug: You may not change the stage of this."),
        ("reviewer", "revive", "mug: “Revive” starts in: Retired. This is in: In review."),
        (
            "reviewer",
            "fly",
            "There is no transition “fly”. Possible: start, submit, approve, send_back, reopen, retire, revive.",
        ),
    ],
)
def test_a_refusal_is_said_and_moves_nothing(
    client: Client, kind: str, transition: str, sentence: str, make_products: Make, stages: Stages
) -> None:
    make_products("mug", stage="in_review")
    client.force_login(make_caller(kind))

    assert told(press(client, transition=transition)) == [sentence]
    assert stages() == {"mug": "in_review"}


def test_only_posts_of_people_who_are_logged_in_move(client: Client, make_products: Make, stages: Stages) -> None:
    make_products("mug", stage="in_review")

    assert press(client, transition="approve")["Location"].startswith("/admin/login/")
    client.force_login(make_caller("reviewer"))
    url = reverse("admin:workflows_move", args=["product", Product.objects.get().uuid])
    assert client.get(url, {"transition": "approve"}).status_code == 405
    assert stages() == {"mug": "in_review"}


def test_nobody_is_sent_out_of_the_house(client: Client, make_products: Make) -> None:
    make_products("mug", stage="in_review")
    client.force_login(make_caller("reviewer"))

    assert press(client, transition="approve", next="https://elsewhere.example/")["Location"] == "/admin/"


def test_an_asset_page_gets_its_buttons(client: Client) -> None:
    asset, manager = make_asset(), make_caller("manager")
    client.force_login(manager)
    panel = stage_panels.get("workflow")

    submit, archive = panel.actions(asset, user=manager)

    assert (submit.label, submit.is_allowed, submit.fields) == ("Send to review", True, {"transition": "submit"})
    assert (archive.is_allowed, [str(reason) for reason in archive.reasons]) == (
        False,
        ["“Archive” is for these groups only: Creatives, Reviewers."],
    )
    client.post(submit.url, {**submit.fields, "next": "/admin/"})
    asset.refresh_from_db()
    assert asset.stage == "in_review"

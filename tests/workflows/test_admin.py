"""The workflow's page: a picture above, cards below, every write through the structure's door."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from pim.models import Entry
from pim.services.structure import read_state
from tests.factories.workflows import make_caller
from workflows.models import Workflow

pytestmark = pytest.mark.django_db


def page(client: Client, kind: str = "superuser") -> str:
    client.force_login(make_caller(kind))
    return reverse("admin:workflows_workflow_change", args=[Workflow.objects.get(code="products").uuid])


def shown_fields(client: Client, url: str) -> dict[str, Any]:
    """What a browser would post back without a change."""
    form = client.get(url).context["form"]
    data: dict[str, Any] = {"revision": form["revision"].value()}
    for locale, text in form["labels"].value().items():
        data[f"labels-{locale}"] = text
    for name in ("stages", "transitions"):
        for number, record in enumerate(form[name].value()):
            data[f"{name}-{number}-order"] = number + 1
            for column in form.fields[name].columns:
                value = record[column.name]
                key = f"{name}-{number}-{column.name}"
                if column.name == "labels":
                    data |= {f"{key}-{locale}": text for locale, text in value.items()}
                elif column.name == "guards":
                    data[key] = ""
                elif isinstance(value, bool):
                    data |= {key: "on"} if value else {}
                elif isinstance(value, list):
                    data |= {key: value} if value else {}
                else:
                    data[key] = value or ""
    return data


def test_the_page_draws_the_workflow(client: Client) -> None:
    answer = client.get(page(client))

    text = answer.content.decode()
    assert answer.status_code == 200
    assert text.count('class="workflow-stage') == 5
    assert "Send back" in text
    assert "<script>" not in text[text.index("workflow-graph") :].partition("</form>")[0]


def test_saving_what_is_shown_changes_nothing(client: Client) -> None:
    url = page(client)
    before = Entry.objects.count()

    answer = client.post(url, shown_fields(client, url))

    assert answer.status_code == 302
    assert Entry.objects.count() == before


def test_a_card_is_changed_moved_and_added(client: Client) -> None:
    url = page(client)
    data = shown_fields(client, url) | {
        "stages-1-labels-en_US": "Writing",
        "stages-5-order": 2.5,
        "stages-5-code": "photo",
        "stages-5-colour": "purple",
        "stages-5-keeps_edition": "on",
        "transitions-2-guards": '[{"kind": "complete", "percent": 90}]',
    }

    answer = client.post(url, data)

    assert answer.status_code == 302, answer.context["form"].errors
    state = read_state("workflow", "products")
    assert [stage["code"] for stage in state["stages"]] == [
        "draft", "enriching", "photo", "in_review", "approved", "retired",
    ]  # fmt: skip
    assert state["stages"][1]["labels"]["en_US"] == "Writing"
    assert state["transitions"][2]["guards"] == [{"kind": "complete", "percent": 90, "channel": None, "locales": []}]


def test_a_mistake_is_told_with_the_card_and_nothing_is_stored(client: Client) -> None:
    url = page(client)
    before = read_state("workflow", "products")

    answer = client.post(url, shown_fields(client, url) | {"transitions-0-to": "draft"})

    assert answer.status_code == 200
    assert answer.context["form"].errors == {
        "transitions": ["start: A transition leads to another stage than those it starts in."]
    }
    assert read_state("workflow", "products") == before


def test_guards_that_are_no_json_are_told(client: Client) -> None:
    url = page(client)

    answer = client.post(url, shown_fields(client, url) | {"transitions-2-guards": "[{"})

    assert answer.context["form"].errors == {"transitions": ["approve: Guards is not valid JSON."]}


@pytest.mark.parametrize(
    ("kind", "sees", "writes"),
    [
        ("manager", 200, 403),
        ("creative", 200, 403),
        ("reviewer", 200, 403),
        ("nobody", 403, 403),
        ("superuser", 200, 302),
    ],
)
def test_who_sees_and_who_writes(client: Client, kind: str, sees: int, writes: int) -> None:
    url = page(client, kind)

    assert client.get(url).status_code == sees
    assert client.post(url, {"revision": 1, "stages-0-order": 1}).status_code == (200 if writes == 302 else writes)


def test_the_list_shows_both(client: Client) -> None:
    client.force_login(make_caller("superuser"))

    text = client.get(reverse("admin:workflows_workflow_changelist")).content.decode()

    assert "products" in text
    assert "assets" in text

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from assets.models import AssetFamily
from pim.choices import Origin
from pim.errors import Refused
from pim.models import Entry, User
from pim.services.structure import StructureChange, read_state, write_structure
from tests.factories.assets import make_asset, make_asset_family
from tests.factories.callers import make_program
from tests.factories.structure import make_attribute, make_attribute_group

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def attributes() -> None:
    make_attribute_group()
    make_attribute("photographer")
    make_attribute("shot_on", type="date")
    make_attribute("slogan", scopable=True)
    make_attribute("hero", type="asset")


def write(code: str, **fields: object) -> None:
    change = StructureChange(code, {"code": code, **fields})
    write_structure("asset_family", [change], actor=None, origin=Origin.SYSTEM).raise_first()


def test_a_family_keeps_its_attributes_in_order_and_what_it_requires() -> None:
    write("photo", attributes=["shot_on", "photographer"], required=["PHOTOGRAPHER"])
    write("photo", requires_alt=False)

    state = read_state("asset_family", "photo")
    assert state["attributes"] == ["shot_on", "photographer"]
    assert state["required"] == ["photographer"]
    assert state["requires_alt"] is False


def test_the_same_state_again_writes_nothing() -> None:
    write("photo", attributes=["photographer"], required=["photographer"])
    entries = Entry.objects.count()

    write("photo", attributes=["photographer"], required=["photographer"])

    assert Entry.objects.count() == entries
    assert AssetFamily.objects.get(code="photo").revision == 1


@pytest.mark.parametrize(
    ("fields", "code", "pointer"),
    [
        ({"attributes": ["photographer", "slogan"]}, "not_for_assets", "/attributes/1"),
        ({"attributes": ["hero"]}, "not_for_assets", "/attributes/0"),
        ({"attributes": ["nothing"]}, "unknown_attribute", "/attributes/0"),
        ({"attributes": ["photographer"], "required": ["shot_on"]}, "not_in_family", "/required"),
        ({"requires_alt": "yes"}, "invalid_boolean", "/requires_alt"),
    ],
)
def test_what_cannot_describe_an_asset_is_refused(fields: dict[str, object], code: str, pointer: str) -> None:
    with pytest.raises(Refused) as refused:
        write("photo", **fields)

    assert (refused.value.code, refused.value.pointer) == (code, pointer)
    assert not AssetFamily.objects.exists()


def test_a_family_that_assets_are_of_stays() -> None:
    family = make_asset_family("photo")
    make_asset(family=family)

    outcome = write_structure("asset_family", [StructureChange("photo", None)], actor=None, origin=Origin.SYSTEM)

    assert outcome.refused[0].problems[0].code == "in_use"
    assert AssetFamily.objects.filter(code="photo").exists()


def test_a_family_is_put_together_on_its_page(client: Client) -> None:
    client.force_login(User.objects.create_superuser("boss"))
    family = make_asset_family("photo", attributes=["photographer"])
    address = reverse("admin:assets_assetfamily_change", args=[family.uuid])

    page = client.get(address)
    posted = {
        "revision": family.revision,
        "requires_alt": "on",
        "matrix": ["shot_on", "photographer"],
        "matrix-required": ["shot_on"],
    }
    answer = client.post(address, posted)

    widget = page.context["form"].fields["matrix"].widget
    assert sorted(widget.attributes) == ["photographer", "shot_on"]
    assert answer.status_code == 302, answer.context["form"].errors
    state = read_state("asset_family", "photo")
    assert (state["attributes"], state["required"]) == (["shot_on", "photographer"], ["shot_on"])


def test_families_are_written_over_rest_and_read_over_graphql() -> None:
    program = make_program()
    body = {"attributes": ["photographer"], "required": ["photographer"], "labels": {"en_US": "Photo"}}

    made = program.post("/api/v1/asset-families/", {"code": "photo", **body}, format="json")
    query = '{ assetFamily(code: "photo") { code attributes required requiresAlt } }'
    read = program.post("/graphql/", {"query": query}, format="json")

    assert made.status_code == 201, made.content
    assert read.json()["data"]["assetFamily"] == {
        "code": "photo",
        "attributes": ["photographer"],
        "required": ["photographer"],
        "requiresAlt": True,
    }

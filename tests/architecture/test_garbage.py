"""What nobody should send: it is a friendly page or a problem, never a broken house."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from pytest_django import Settings

from pim.models import User
from pim.services.tokens import create_token
from tests.architecture.addresses import all_addresses, make_world

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

QUESTIONS = (
    "?after=%C2%B2&level=zz&state__exact=zz",
    "?page=garbage&p=-1&o=9.9.-9&all=",
    "?cursor=garbage",
    "?depth=x&number=x&count=x&revision=x&parent=x&family=x&kind=x&field=x&op=x&file=x&profile=x",
    "?filter=%7B%5B",
    "?filter=%5B1%2C2%5D",
    "?limit=99999999999999999999",
    "?sort=%C2%B2",
    "?q=%00",
    "?q=" + "x" * 10_000,
    "?_popup=1&_to_field=password",
)
BEGINNING = "?labels=x&settings=x&levels=x&units=x&stages=x&requirements=x&config=x&options=x&locales=x"
KEYS = ("x", "%00", "9" * 30, "é" * 300, "..%2f..%2fetc%2fpasswd", str(uuid4()))


@pytest.fixture
def superuser(tmp_path: Path, settings: Settings) -> Client:
    local = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "default": local}
    make_world()
    root = User.objects.create_superuser("root")
    _token, text = create_token("root", user=root, may_introspect=True)
    client = Client(raise_request_exception=False, headers={"Authorization": f"Bearer {text}"})
    client.force_login(root)
    return client


def broken(client: Client, addresses: list[str]) -> list[str]:
    found = []
    for address in addresses:
        answer: Any = client.get(address)
        if answer.status_code >= 500:
            found.append(address[:150])
        if answer.streaming:
            b"".join(answer)  # the client closes what was read to its end
    return found


def test_no_question_breaks_a_page(superuser: Client) -> None:
    seldom = ("/change/", "/delete/", "/history/", "/password/", "<object_id>/")
    pages = [address for address in all_addresses() if not address.pattern.endswith(seldom)]
    lists = [address for address in pages if not address.pattern.endswith("/add/")]
    asked = [address.path + question for address in lists for question in QUESTIONS]

    assert broken(superuser, asked + [page.path + BEGINNING for page in pages]) == []


def test_no_key_breaks_a_page(superuser: Client) -> None:
    pages = [address for address in all_addresses() if address.has_key]

    assert broken(superuser, [address.with_key(key) for address in pages for key in KEYS]) == []


def test_nul_in_an_address_is_refused_in_the_words_of_the_place(superuser: Client) -> None:
    program, person = superuser.get("/api/v1/products/%00/"), superuser.get("/admin/pim/job/?state__exact=%00")

    assert (program.status_code, program.json()["code"]) == (400, "bad_request")
    assert (person.status_code, person.headers["Content-Type"]) == (400, "text/html; charset=utf-8")

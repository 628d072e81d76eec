"""Importing in the admin: upload, look, map, start; and what becomes of the job."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from catalog.models import ImportProfile, Product
from catalog.services.reading import read_states
from pim import extensions
from pim.models import Entry, Job, User
from pim.services.jobs import run_job
from tests.catalog.importing_service.conftest import storing_in
from tests.factories.structure import make_structure
from tests.shared_data import shared_data

pytestmark = pytest.mark.django_db

PAGE = "/admin/catalog/importprofile/"
TABLE = "Artikelnummer;Familie;Name (de);Farbe;Comment\nA1;shoe;Schuh;red;x\nA2;shoe;Stiefel;green;y\n"


@pytest.fixture(autouse=True)
def _own_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(extensions.enqueuers, "_entries", {})
    with storing_in(tmp_path / "media"):
        yield


@pytest.fixture
def client(db: None) -> Client:
    user = User.objects.create_superuser("boss", "boss@example.com", "secret")
    client = Client()
    client.force_login(user)
    return client


def upload(client: Client, name: str, content: bytes) -> str:
    """Upload a file; the address of the page that asks how to take it."""
    response = client.post(PAGE, {"file": SimpleUploadedFile(name, content)})
    assert response.status_code == 302, response.content
    return str(response["Location"])


def run_started(response: Any) -> Job:
    """Run the job that a form has started."""
    assert response.status_code == 302, response.context["form"].errors
    job = Job.objects.latest("pk")
    assert response["Location"] == f"/admin/pim/job/{job.uuid}/change/"
    assert run_job(str(job.uuid))
    job.refresh_from_db()
    return job


def form_of(response: Any, **changes: Any) -> dict[str, Any]:
    """What the page would post, with some answers of our own."""
    form = response.context["form"]
    shown = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in {**shown, **changes}.items() if value not in (None, False)}


def test_a_table_is_guessed_shown_corrected_kept_and_imported(client: Client) -> None:
    make_structure()
    page = upload(client, "shoes.csv", TABLE.encode())

    shown = client.get(page)
    guessed = {column["name"]: column["field"].value() for column in shown.context["columns"]}
    answer = client.post(page, form_of(shown, **{"target-4": "", "save_as": "shoes", "stage": "draft"}))
    job = run_started(answer)

    assert guessed == {
        "Artikelnummer": "sku", "Familie": "family", "Name (de)": "name-de_DE", "Farbe": guessed["Farbe"], "Comment": "",
    }  # fmt: skip
    assert job.state == "done", job.error
    assert job.counters["entities"]["shoes"]["created"] == 2
    state = read_states([Product.objects.get(sku="A2").pk])
    assert next(iter(state.values()))["name:de_DE"] == "Stiefel"
    profile = ImportProfile.objects.get(code="shoes")
    assert [column["target"] for column in profile.mapping][:3] == ["sku", "family", "name-de_DE"]
    assert Entry.objects.filter(subject_type="import_profile", key="shoes").count() == 1
    assert client.get(f"/admin/pim/job/{job.uuid}/change/").status_code == 200
    assert client.get(PAGE).status_code == 200


def test_a_saved_profile_decides(client: Client) -> None:
    make_structure()
    page = upload(client, "shoes.csv", TABLE.encode())
    shown = client.get(page)
    client.post(page, form_of(shown, **{"target-2": "", "target-4": "name-de_DE", "save_as": "odd"}))

    again = client.get(f"{page}?profile=odd")

    assert again.context["columns"][2]["field"].value() == ""
    assert again.context["columns"][4]["field"].value() == "name-de_DE"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"target-0": ""}, "__all__"),
        ({"target-3": "nonsense"}, "target-3"),
        ({"target-3": "name-de_DE"}, "target-3"),
        ({"constants": "no equals sign"}, "constants"),
        ({"save_as": "not a code"}, "save_as"),
        ({"unknown_options": "guess"}, "unknown_options"),
    ],
)
def test_what_cannot_be_meant_is_said_beside_its_field(client: Client, changes: dict[str, str], field: str) -> None:
    make_structure()
    page = upload(client, "shoes.csv", TABLE.encode())

    answer = client.post(page, form_of(client.get(page), **changes))

    assert answer.status_code == 200
    assert field in answer.context["form"].errors
    assert not Job.objects.exists()


def test_looking_again_reads_the_file_another_way(client: Client) -> None:
    make_structure()
    page = upload(client, "shoes.csv", "sku;Größe\nA1;Übergröße\n".encode("latin-1"))
    shown = client.get(page)

    again = client.post(page, form_of(shown, encoding="latin-1", look="1"))

    assert shown.context["table"].problems
    assert [column["name"] for column in again.context["columns"]] == ["sku", "Größe"]
    assert again.context["columns"][1]["samples"] == ["Übergröße"]
    assert again.context["form"]["encoding"].value() == "latin-1"


def test_a_dry_run_stores_nothing(client: Client) -> None:
    make_structure()
    page = upload(client, "shoes.csv", TABLE.encode())

    job = run_started(client.post(page, form_of(client.get(page), is_rehearsal="on")))

    assert (job.state, job.counters["entities"]["shoes"]["created"]) == ("done", 2)
    assert not Product.objects.exists()


def test_a_zip_of_a_catalog_says_what_it_holds(client: Client) -> None:
    source = shared_data("01_akeneo_icecat", "icecat_demo_dev")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path in sorted(source.rglob("*")):
            if path.is_file():
                archive.write(path, f"icecat/{path.relative_to(source)}")
    page = upload(client, "icecat.zip", buffer.getvalue())

    shown = client.get(page)
    job = run_started(client.post(page, form_of(shown)))

    found = {table.entity: table.rows for table in shown.context["inspection"].tables}
    assert (found["products"], found["families"], shown.context["inspection"].media) == (1239, 17, 258)
    assert job.state == "done", job.error
    assert job.counters["entities"]["products"]["created"] == 1239
    assert job.counters["entities"]["assets"]["created"] == 130


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.zip", b"not a zip"), ("../../evil.zip", b"PK\x05\x06" + bytes(18)), ("empty.zip", b"PK\x05\x06" + bytes(18))],
)
def test_an_archive_that_cannot_be_used_is_refused(client: Client, name: str, content: bytes) -> None:
    page = upload(client, name, content)

    answer = client.get(page)

    assert answer.status_code == 422
    assert answer.context["problem"]


def test_other_files_are_not_taken(client: Client) -> None:
    answer = client.post(PAGE, {"file": SimpleUploadedFile("virus.exe", b"MZ")})

    assert "file" in answer.context["form"].errors


def test_only_those_who_may_import_do(client: Client) -> None:
    make_structure()
    page = upload(client, "shoes.csv", TABLE.encode())
    viewer = User.objects.create_user("viewer", password="x", is_staff=True)
    viewer.user_permissions.add(Permission.objects.get(codename="view_importprofile"))
    manager = User.objects.create_user("manager", password="x", is_staff=True)
    rights = Permission.objects.filter(codename__in=["view_importprofile", "add_product", "change_product"])
    manager.user_permissions.set(rights)
    theirs, own = Client(), Client()
    theirs.force_login(viewer)
    own.force_login(manager)

    assert theirs.get(PAGE).status_code == 200
    assert theirs.post(PAGE, {"file": SimpleUploadedFile("a.csv", b"sku\n1\n")}).status_code == 403
    assert theirs.get(page).status_code == 403
    assert own.get(page).status_code == 403, "another person's upload"
    assert Client().get(page).status_code == 302
    mine = upload(own, "shoes.csv", TABLE.encode())
    assert own.post(mine, form_of(own.get(mine), unknown_options="create")).status_code == 403
    refused = own.post(mine, form_of(own.get(mine), save_as="mine"))
    assert "save_as" in refused.context["form"].errors
    assert run_started(own.post(mine, form_of(own.get(mine)))).state == "done"


def test_the_upload_is_gone_when_the_job_is_over(client: Client, tmp_path: Path) -> None:
    make_structure()
    page = upload(client, "shoes.csv", TABLE.encode())
    stored = [path for path in (tmp_path / "media" / "imports").rglob("*") if path.is_file()]

    run_started(client.post(page, form_of(client.get(page))))

    assert [path.name for path in stored] == ["shoes.csv"]
    assert not stored[0].exists()
    assert client.get(page).status_code == 422

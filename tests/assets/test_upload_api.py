"""Uploads as programs and the library's page send them."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from assets.models import Asset, NearDuplicate, Upload
from assets.services.ingest import ingest_version
from assets.services.uploads import PART_BYTES
from pim.models import Entry, Job, User
from pim.services.tokens import create_token
from tests.assets.pictures import as_bytes, draw_scene
from tests.factories.assets import make_asset

pytestmark = pytest.mark.django_db
UPLOADS, FILES = "/api/v1/uploads/", "/api/v1/upload-files/"
BYTES = "application/octet-stream"
LARGE = b"0123456789abcdef" * (PART_BYTES // 16) + b"end"


@pytest.fixture
def api(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("creative"))
    return client


def post(api: Client, path: str, body: Any = None) -> Any:
    return api.post(path, body if body is not None else {}, content_type="application/json")


def begin(api: Client, *files: dict[str, Any], **batch: Any) -> tuple[str, list[dict[str, Any]]]:
    uuid = post(api, UPLOADS, batch).json()["uuid"]
    answer = post(api, f"{UPLOADS}{uuid}/files/", {"files": list(files)})
    assert answer.status_code == 200, answer.json()
    return uuid, answer.json()["results"]


def put(api: Client, file: dict[str, Any], number: int, content: bytes) -> Any:
    return api.put(f"{FILES}{file['uuid']}/parts/{number}/", content, content_type=BYTES)


def test_a_file_is_begun_sent_by_parts_completed_and_watched(api: Client) -> None:
    uuid, [begun] = begin(api, {"filename": "large.txt", "size_bytes": len(LARGE)})
    file = begun["file"]
    assert (file["part_count"], file["part_size_bytes"], begun["received"], begun["urls"]) == (2, PART_BYTES, [], {})

    assert put(api, file, 2, LARGE[PART_BYTES:]).status_code == 204
    assert api.get(f"{FILES}{file['uuid']}/").json()["received"] == [2]
    assert [row["open_count"] for row in api.get(UPLOADS).json()["results"]] == [1]
    assert put(api, file, 1, LARGE[:PART_BYTES]).status_code == 204
    done = post(api, f"{FILES}{file['uuid']}/complete/", {"sha256": hashlib.sha256(LARGE).hexdigest()})

    assert (done.status_code, done.json()["state"], done.json()["asset"]["state"]) == (200, "received", "waiting")
    ingest_version(Asset.objects.get().versions.get().pk)
    [told] = api.get(f"{UPLOADS}{uuid}/").json()["files"]
    assert (told["asset"]["state"], told["asset"]["similar"]) == ("ready", [])
    assert api.get(UPLOADS).json()["results"] == []
    assert Entry.objects.filter(origin="admin").count() == 1


def test_a_program_is_told_apart_from_a_person(client: Client) -> None:
    user = User.objects.create_superuser("program")
    _token, text = create_token("importer", user=user, scopes=["assets:write", "assets:read"])
    program = Client(headers={"Authorization": f"Bearer {text}"})
    _uuid, [begun] = begin(program, {"filename": "a.txt", "size_bytes": 1})
    put(program, begun["file"], 1, b"a")

    post(program, f"{FILES}{begun['file']['uuid']}/complete/")

    assert Entry.objects.get(subject_type="asset").origin == "api"


def test_what_the_library_has_and_what_looks_like_it_are_told(api: Client) -> None:
    content = as_bytes(draw_scene(200, 160, seed=3), "PNG")
    asset, twin = make_asset(content=content), make_asset()
    first, second = sorted((asset, twin), key=lambda row: row.pk)
    NearDuplicate.objects.update_or_create(first=first, second=second, defaults={"distance": 4})

    _uuid, [begun] = begin(
        api,
        {"filename": "x.png", "size_bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()},
    )

    file = begun["file"]
    assert (file["state"], file["is_duplicate"], file["part_count"]) == ("received", True, 0)
    assert file["asset"]["code"] == asset.code
    assert file["asset"]["similar"] == [{"uuid": str(twin.uuid), "code": twin.code, "distance": 4}]


def test_each_file_is_refused_for_itself(api: Client) -> None:
    _uuid, results = begin(
        api,
        {"filename": "empty.jpg", "size_bytes": 0},
        {"filename": "good.jpg", "size_bytes": 5},
        {"filename": "all.zip", "size_bytes": 5},
        {"filename": "lies.jpg", "size_bytes": True},
        {"filename": "a.jpg", "size_bytes": 5, "colour": "red"},
        {"size_bytes": 5},
    )

    codes = [row["error"]["code"] if row["error"] else row["file"]["state"] for row in results]
    assert codes == ["file_empty", "open", "archive_not_unpacked", "invalid_size", "unknown_field", "filename_missing"]
    assert Upload.objects.count() == 1


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        ("", {"fields": {"license": "gone"}}, "unknown_license"),
        ("", {"fields": []}, "invalid_fields"),
        ("", {"fields": "x"}, "invalid_fields"),
        ("", {"unpacks": "yes"}, "invalid_flag"),
        ("", {"colour": "red"}, "unknown_field"),
        ("files/", {"files": []}, "invalid_files"),
        ("files/", {"files": [{}] * 101}, "invalid_files"),
        ("files/", {"files": "a"}, "invalid_files"),
    ],
)
def test_bodies_that_make_no_sense_are_refused(api: Client, path: str, body: Any, code: str) -> None:
    uuid, _results = begin(api, {"filename": "a", "size_bytes": 1})

    answer = post(api, f"{UPLOADS}{uuid}/{path}" if path else UPLOADS, body)

    if body.get("fields") == []:
        assert answer.status_code == 201
        return
    assert (answer.status_code, answer.json()["code"]) == (400, code)


def test_a_part_that_lies_about_its_length_is_refused(api: Client) -> None:
    _uuid, [begun] = begin(api, {"filename": "a.txt", "size_bytes": 10})
    file = begun["file"]

    for content in (b"", b"x" * 9, b"x" * 11):
        answer = put(api, file, 1, content)
        assert (answer.status_code, answer.json()["code"]) == (400, "part_length")
    assert put(api, file, 2, b"x").json()["code"] == "unknown_part"
    answer = post(api, f"{FILES}{file['uuid']}/complete/")
    assert (answer.status_code, answer.json()["code"]) == (400, "parts_missing")
    assert Asset.objects.count() == 0


def test_the_uploads_of_others_are_not_there(api: Client) -> None:
    uuid, [begun] = begin(api, {"filename": "a.txt", "size_bytes": 1})
    other = Client()
    other.force_login(User.objects.create_superuser("other"))
    file = f"{FILES}{begun['file']['uuid']}/"

    answers = [
        other.get(f"{UPLOADS}{uuid}/"),
        other.delete(f"{UPLOADS}{uuid}/"),
        post(other, f"{UPLOADS}{uuid}/files/", {"files": [{"filename": "b", "size_bytes": 1}]}),
        other.get(file),
        other.delete(file),
        post(other, f"{file}urls/", {"parts": [1]}),
        put(other, begun["file"], 1, b"a"),
        post(other, f"{file}complete/"),
    ]

    assert [answer.status_code for answer in answers] == [404] * 8
    assert Upload.objects.get().state == "open"
    assert other.get(UPLOADS).json()["results"] == []


def test_cancelling_one_file_and_then_all(api: Client) -> None:
    uuid, results = begin(api, *({"filename": f"{number}.txt", "size_bytes": 1} for number in range(3)))
    first = f"{FILES}{results[0]['file']['uuid']}/"

    assert api.delete(first).status_code == 204
    assert put(api, results[0]["file"], 1, b"a").status_code == 409
    assert api.delete(f"{UPLOADS}{uuid}/").status_code == 204

    assert set(Upload.objects.values_list("state", flat=True)) == {"cancelled"}
    assert api.get(f"{UPLOADS}nonsense/").status_code == 404


def test_addresses_are_refused_where_they_are_off_and_fetched_by_a_job_where_they_are_on(
    api: Client, settings: Settings
) -> None:
    settings.ASSET_URL_IMPORT = False
    path = "/api/v1/assets/import-url/"
    assert (post(api, path, {"url": "https://example.com/a.jpg"}).json()["code"]) == "url_import_off"
    settings.ASSET_URL_IMPORT = True

    for url, code in (
        ("ftp://example.com/a", "url_scheme"),
        ("http://example.com/a", "url_scheme"),
        ("x", "url_scheme"),
    ):
        answer = post(api, path, {"urls": ["https://example.com/ok.jpg", url]})
        assert (answer.json()["code"], answer.json()["errors"][0]["pointer"]) == (code, "/urls/1")
    answer = post(api, path, {"url": "https://example.com/a.jpg"})

    assert (answer.status_code, [row["source_url"] for row in answer.json()["files"]]) == (
        202,
        ["https://example.com/a.jpg"],
    )
    assert Job.objects.get().kind == "import_urls"

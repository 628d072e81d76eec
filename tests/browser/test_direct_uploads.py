"""Where files lie in a bucket, a browser sends their parts straight to it, past the app."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.assets.s3_server import ACCESS_KEY, BUCKET, SECRET_KEY, run_s3_server
from tests.browser.conftest import Seat
from tests.browser.s3_proxy import Bucket, cors_before
from tests.stacks import Stack, served

PART = 8 * 1024 * 1024


@pytest.fixture(scope="module")
def bucket(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bucket]:
    with run_s3_server(tmp_path_factory.mktemp("s3")) as server, cors_before(server.url) as relay:
        yield relay


@pytest.fixture(scope="module")
def bucket_stack(bucket: Bucket, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    settings = {
        "S3_BUCKET": BUCKET,
        "S3_ENDPOINT_URL": bucket.url,
        "S3_REGION": "us-east-1",
        "S3_ACCESS_KEY": ACCESS_KEY,
        "S3_SECRET_KEY": SECRET_KEY,
        "S3_ADDRESSING_STYLE": "path",
    }
    people = "from catalog.demo.load import load_people; load_people(print)"
    verbs = (("migrate", "--verbosity", "0"), ("shell", "-c", people))
    with served(tmp_path_factory.mktemp("bucket"), *verbs, settings=settings) as stack:
        yield stack


def test_parts_go_past_the_app_under_the_policy_of_the_page(
    seat: Seat, bucket_stack: Stack, bucket: Bucket, tmp_path: Path
):
    line = f"{random.Random(7).random()}\n".encode()
    large = tmp_path / "large.txt"
    large.write_bytes(line * ((2 * PART + 500_000) // len(line)))
    through_app: list[str] = []
    page = seat(bucket_stack, "creative").open("/admin/assets/asset/")
    page.on("request", lambda request: through_app.append(request.url) if "/parts/" in request.url else None)

    page.set_input_files("#id_files", large)
    page.get_by_role("button", name="Upload 1 file", exact=True).click()

    expect(page.locator(".up-row")).to_contain_text("uploaded", timeout=60_000)
    sizes = sorted(size for method, path, size in bucket.sent if method == "PUT" and "/quarantine/" in path)
    assert sizes == [large.stat().st_size - 2 * PART, PART, PART]
    assert through_app == []
    policy = page.evaluate("fetch(location.href).then((answer) => answer.headers.get('Content-Security-Policy'))")
    assert f"connect-src 'self' {bucket.url}" in policy

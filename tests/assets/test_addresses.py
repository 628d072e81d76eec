"""Files of addresses: nothing of our own network is ever fetched, whatever the name, the redirect or the resolver says."""

from __future__ import annotations

import contextlib
import io
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from typing import Any

import pytest

from assets.models import Asset, Upload
from assets.services.uploads import import_urls
from assets.services.uploads.importing import run_import
from assets.sources.addresses import Address, is_public
from assets.sources.fetching import FetchPolicy, check_url, fetch
from pim.errors import DomainError
from pim.extensions import JobKind, job_kinds
from pim.models import Job, JobIssue, User
from pim.services.jobs import run_job
from tests.assets.pictures import as_bytes, draw_scene

PICTURE = as_bytes(draw_scene(seed=5))


@dataclass
class Site:
    """A server on the loopback, and what was asked of it."""

    port: int
    asked: list[tuple[str, str]] = field(default_factory=list)

    def url(self, path: str, host: str = "shop.example") -> str:
        return f"http://{host}:{self.port}{path}"


class Handler(BaseHTTPRequestHandler):
    """Answers by the path: what it starts with says what goes wrong."""

    site: Site

    def do_GET(self) -> None:
        self.site.asked.append((self.headers["Host"], self.path))
        name = self.path.partition("?")[0]
        if name.startswith("/to/") or name == "/loop":
            self.begin(302, Location=self.path.removeprefix("/to/"))
        elif name == "/drip":
            self.begin(200)
            self.drip()
        elif name == "/endless":
            self.begin(200)
            self.write(bytes(5_000_000))
        else:
            status = 404 if name == "/gone" else 200
            content = b"" if name in {"/gone", "/empty.jpg"} else PICTURE
            self.begin(status, **{"Content-Length": str(len(content) + (10 if name == "/short" else 0))})
            self.write(content)

    def begin(self, status: int, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def drip(self) -> None:
        for _ in range(100):
            self.write(b"x")
            threading.Event().wait(0.05)

    def write(self, content: bytes) -> None:
        with contextlib.suppress(OSError):
            self.wfile.write(content)

    def log_message(self, *_args: Any) -> None:
        return


@pytest.fixture
def site() -> Iterator[Site]:
    handler = type("SiteHandler", (Handler,), {})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    found = handler.site = Site(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield found
    server.shutdown()
    server.server_close()


def resolve_to(*texts: str) -> Any:
    return lambda _host, _port: [ip_address(text) for text in texts]


def open_policy(**more: Any) -> FetchPolicy:
    """As in production, but the loopback counts as public: the one rule that a test must bend."""
    given = {"is_allowed": lambda address: address == ip_address("127.0.0.1") or is_public(address)}
    return FetchPolicy(schemes=frozenset({"http"}), **{"resolve": resolve_to("127.0.0.1"), **given, **more})


def code_of(url: str, policy: FetchPolicy) -> str:
    with pytest.raises(DomainError) as raised:
        fetch(url, io.BytesIO(), policy)
    assert raised.value.pointer == "/url"
    return raised.value.code


@pytest.mark.parametrize(
    "text",
    [
        *("0.0.0.0", "10.1.2.3", "100.64.0.1", "127.0.0.1", "169.254.169.254", "172.16.0.1", "192.0.0.8", "192.0.2.1"),
        *("192.88.99.1", "192.168.1.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "240.0.0.1"),
        *("255.255.255.255", "::", "::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::ffff:10.0.0.1", "::7f00:1"),
        *("64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "100::1", "2001::1", "2001:db8::1", "2002:7f00:1::"),
        *("2002:a9fe:a9fe::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "3fff::1", "5f00::1", "fc00::1", "fd12::1"),
        *("fe80::1", "fec0::1", "ff02::1"),
    ],
)
def test_what_is_not_public_is_refused_before_anything_is_connected(text: str, site: Site) -> None:
    policy = FetchPolicy(schemes=frozenset({"http", "https"}), resolve=resolve_to(text))

    assert not is_public(ip_address(text))
    assert code_of(site.url("/a.jpg"), policy) == "url_not_public"
    assert code_of("https://shop.example/a.jpg", policy) == "url_not_public"
    assert site.asked == []


@pytest.mark.parametrize("text", ["93.184.216.34", "8.8.8.8", "2606:4700:4700::1111", "::ffff:8.8.8.8"])
def test_what_is_public_is_allowed(text: str) -> None:
    assert is_public(ip_address(text))


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "[::1]", "localhost", "2130706433", "0x7f.1", "0177.0.0.1", "127.1", "[::ffff:127.0.0.1]"]
)
def test_disguises_of_the_loopback_are_seen_through_by_the_real_resolver(host: str, site: Site) -> None:
    policy = FetchPolicy(schemes=frozenset({"http"}))

    assert code_of(site.url("/a.jpg", host), policy) in {"url_not_public", "url_unknown_host"}

    assert site.asked == []


def test_one_address_inside_is_enough_to_refuse_a_name(site: Site) -> None:
    policy = FetchPolicy(schemes=frozenset({"http"}), resolve=resolve_to("93.184.216.34", "10.0.0.1"))

    assert code_of(site.url("/a.jpg"), policy) == "url_not_public"


def test_a_name_that_changes_its_address_after_the_check_is_not_asked_again(site: Site) -> None:
    answers = iter([[ip_address("127.0.0.1")], [ip_address("169.254.169.254")]])
    asked: list[str] = []

    def rebind(host: str, _port: int) -> Sequence[Address]:
        asked.append(host)
        return next(answers)

    target = io.BytesIO()
    fetched = fetch(site.url("/a.jpg"), target, open_policy(resolve=rebind))

    assert (asked, target.getvalue(), fetched.filename) == (["shop.example"], PICTURE, "a.jpg")
    assert site.asked == [(f"shop.example:{site.port}", "/a.jpg")]


def test_a_name_that_turns_inward_on_a_redirect_is_refused(site: Site) -> None:
    answers = iter([[ip_address("127.0.0.1")], [ip_address("169.254.169.254")]])
    policy = open_policy(resolve=lambda _host, _port: next(answers))

    assert code_of(site.url("/to//a.jpg"), policy) == "url_not_public"
    assert len(site.asked) == 1


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/to/http://169.254.169.254/latest/meta-data/", "url_not_public"),
        ("/to/http://[::ffff:169.254.169.254]/", "url_not_public"),
        ("/to/file:///etc/passwd", "url_scheme"),
        ("/to/gopher://127.0.0.1:6379/_FLUSHALL", "url_scheme"),
        ("/to/http://user:word@127.0.0.1/", "invalid_url"),
        ("/loop", "url_redirects"),
        ("/gone", "url_status"),
        ("/endless", "url_too_large"),
        ("/short", "url_unreachable"),
        ("/drip", "url_unreachable"),
    ],
)
def test_what_a_server_may_try_is_refused(site: Site, path: str, code: str) -> None:
    def honest(host: str, _port: int) -> Sequence[Address]:
        return [ip_address("127.0.0.1" if host == "shop.example" else host)]

    policy = open_policy(resolve=honest, max_bytes=1_000_000, total_s=1.0)
    started = time.monotonic()

    assert code_of(site.url(path), policy) == code

    assert time.monotonic() - started < 3
    assert len(site.asked) <= 4


def test_a_greeting_that_drips_is_cut_off_as_well() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def greet() -> None:
            with server.accept()[0] as line, contextlib.suppress(OSError):
                line.sendall(b"\x16\x03\x03\x40\x00")
                for _second in range(100):
                    line.sendall(b"\x02")
                    time.sleep(0.1)

        thread = threading.Thread(target=greet)
        thread.start()
        policy = replace(open_policy(total_s=0.5), schemes=frozenset({"https"}))
        started = time.monotonic()

        code = code_of(f"https://shop.example:{server.getsockname()[1]}/a.jpg", policy)

        assert (code, time.monotonic() - started < 3) == ("url_unreachable", True)
        thread.join()


def test_three_redirects_are_followed_and_the_last_name_counts(site: Site) -> None:
    target = io.BytesIO()

    fetched = fetch(site.url("/to//to//to//b%20c.jpg?x=1"), target, open_policy())

    assert (fetched.filename, fetched.size_bytes, target.getvalue()) == ("b c.jpg", len(PICTURE), PICTURE)
    assert code_of(site.url("/to//to//to//to//b.jpg"), open_policy()) == "url_redirects"


def test_proxies_of_the_environment_are_not_asked(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")

    assert fetch(site.url("/a.jpg"), io.BytesIO(), open_policy()).size_bytes == len(PICTURE)


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://shop.example/a", "url_scheme"),
        ("https://", "invalid_url"),
        ("https://user@shop.example/a", "invalid_url"),
        ("https://shop.example:99999/a", "invalid_url"),
        ("https://shop.example/a b", "invalid_url"),
        ("https://shop.example/a\r\nHost: x", "invalid_url"),
        ("https://shop.example/" + "a" * 3_000, "invalid_url"),
        ("//shop.example/a", "url_scheme"),
        ("javascript:alert(1)", "url_scheme"),
        ("https://[::1", "invalid_url"),
    ],
)
def test_what_is_no_address_is_refused_without_the_network(url: str, code: str) -> None:
    with pytest.raises(DomainError) as raised:
        check_url(url, FetchPolicy())

    assert raised.value.code == code


@pytest.mark.django_db
def test_files_come_in_by_a_job_that_tells_what_it_refused(site: Site, settings: Any) -> None:
    settings.ASSET_URL_IMPORT = settings.ASSET_URL_IMPORT_HTTP = True
    actor = User.objects.create_superuser("creative")
    urls = [site.url(path) for path in ("/pictures/mug.jpg", "/download?id=3", "/gone", "/empty.jpg")]
    urls.append("http://169.254.169.254/latest")

    def honest(host: str, _port: int) -> Sequence[Address]:
        return [ip_address("127.0.0.1" if host == "shop.example" else host)]

    policy = open_policy(resolve=honest)
    batch = import_urls(urls, actor=actor, origin="admin")
    job = Job.objects.get()
    with job_kinds.registered("import_urls_here", JobKind("import_urls_here", "", lambda ctx: run_import(ctx, policy))):
        Job.objects.filter(pk=job.pk).update(kind="import_urls_here")
        run_job(str(job.uuid))

    job.refresh_from_db()
    assert (job.state, job.result) == ("done", {"created": 1, "duplicates": 1, "refused": 3})
    assert list(JobIssue.objects.order_by("pk").values_list("code", flat=True)) == [
        "url_status",
        "file_empty",
        "url_not_public",
    ]
    rows = Upload.objects.filter(batch=batch).order_by("pk")
    assert [(row.filename, row.state, row.is_duplicate) for row in rows] == [
        ("mug.jpg", "received", False),
        ("download.jpg", "received", True),
        ("gone", "refused", False),
        ("empty.jpg", "refused", False),
        ("latest", "refused", False),
    ]
    assert Asset.objects.get().code == "mug"

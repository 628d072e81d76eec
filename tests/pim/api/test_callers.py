"""Who may call: every kind of caller against reading and writing, and what each is told."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone
from rest_framework.test import APIClient

from pim.models import ApiToken, User
from pim.services.tokens import create_token
from tests.factories.callers import make_program, make_user
from tests.factories.structure import make

pytestmark = pytest.mark.django_db

READ = ["pim.view_locale"]
WRITE = [*READ, "pim.add_locale", "pim.change_locale", "pim.delete_locale"]


@pytest.fixture(autouse=True)
def fresh_counters():
    cache.clear()
    make("locale", en_US={})


def program(permissions=(), **settings):
    return make_program(make_user(permissions=permissions), **settings)


def session(permissions=(), *, enforce_csrf_checks=False):
    client = APIClient(enforce_csrf_checks=enforce_csrf_checks)
    client.force_login(make_user(permissions=permissions))
    return client


def raw(text):
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=text)
    return client


def retired(**changes):
    token, text = create_token("old", user=make_user(permissions=WRITE))
    ApiToken.objects.filter(pk=token.pk).update(**changes)
    return raw(f"Bearer {text}")


def of_inactive_user():
    client = program(WRITE)
    User.objects.update(is_active=False)
    return client


CALLERS = {
    "nobody": (APIClient, 401, 401),
    "another scheme": (lambda: raw("Basic bWFyaWE6ZGVtbw=="), 401, 401),
    "not a token": (lambda: raw("Bearer hello"), 401, 401),
    "unknown token": (lambda: raw(f"Bearer vtr_{'a' * 10}_{'b' * 43}"), 401, 401),
    "expired token": (lambda: retired(expires=timezone.now() - timedelta(seconds=1)), 401, 401),
    "switched off token": (lambda: retired(is_active=False), 401, 401),
    "token from elsewhere": (lambda: program(WRITE, networks=["10.0.0.0/8"]), 401, 401),
    "token from home": (lambda: program(WRITE, networks=["127.0.0.0/8"]), 200, 201),
    "token of an inactive account": (of_inactive_user, 401, 401),
    "token of one view": (lambda: program(WRITE, view="web"), 403, 403),
    "token without the scope": (lambda: program(WRITE, scopes=["catalog:write"]), 403, 403),
    "reading token": (lambda: program(WRITE, scopes=["structure:read"]), 200, 403),
    "writing token": (lambda: program(WRITE, scopes=["structure:write"]), 200, 201),
    "token without limits": (lambda: program(WRITE), 200, 201),
    "token of a reader": (lambda: program(READ), 200, 403),
    "token of somebody without permissions": (program, 403, 403),
    "session of a reader": (lambda: session(READ), 200, 403),
    "session of a writer": (lambda: session(WRITE), 200, 201),
    "session without its CSRF token": (lambda: session(WRITE, enforce_csrf_checks=True), 200, 403),
    "superuser": (lambda: make_program(make_user(is_superuser=True)), 200, 201),
}


@pytest.mark.parametrize("caller", CALLERS)
def test_who_may_read_and_who_may_write(caller):
    make_client, may_read, may_write = CALLERS[caller]
    client = make_client()

    read = client.get("/api/v1/locales/")
    write = client.post("/api/v1/locales/", {"code": "de_DE"}, format="json")
    bulk = client.patch("/api/v1/bulk/locales/", '{"code": "fr_FR"}', content_type="application/x-ndjson")

    assert (read.status_code, write.status_code) == (may_read, may_write)
    assert bulk.status_code == (200 if may_write == 201 else may_write)
    for answer in (read, write):
        if answer.status_code >= 400:
            assert answer.headers["Content-Type"] == "application/problem+json"
            assert answer.json()["instance"] == f"urn:uuid:{answer.headers['X-Request-ID']}"
        if answer.status_code == 401:
            assert answer.headers["WWW-Authenticate"].startswith("Bearer realm=")


def test_a_refusal_names_what_is_missing():
    scope = program(WRITE, scopes=["structure:read"]).post("/api/v1/locales/", {"code": "x"}, format="json").json()
    User.objects.all().delete()
    permission = program(READ).post("/api/v1/locales/", {"code": "x"}, format="json").json()
    invalid = raw("Bearer hello").get("/api/v1/locales/")

    assert (scope["code"], "structure:write" in scope["detail"]) == ("missing_scope", True)
    assert (permission["code"], "pim.add_locale" in permission["detail"]) == ("not_allowed", True)
    assert (invalid.json()["code"], 'error="invalid_token"' in invalid.headers["WWW-Authenticate"]) == (
        "invalid_token",
        True,
    )


def test_an_upsert_that_creates_needs_the_permission_to_add():
    changer = program([*READ, "pim.change_locale"])

    changed = changer.patch("/api/v1/locales/en_US/", {"external_code": "e"}, format="json")
    made = changer.patch("/api/v1/locales/de_DE/?upsert=1", {}, format="json")

    assert (changed.status_code, made.status_code) == (200, 403)


@pytest.mark.parametrize("query", ["?apikey=x", "?access_token=x", f"?q=vtr_{'a' * 10}_{'b' * 43}"])
@pytest.mark.parametrize("address", ["/api/v1/locales/", "/graphql/"])
def test_a_token_in_an_address_is_refused_even_beside_a_good_one(address, query):
    answer = program(WRITE).get(address + query)

    assert (answer.status_code, answer.json()["code"]) == (400, "token_in_url")


def test_guessing_is_slowed_down():
    codes = {raw("Bearer hello").get("/api/v1/locales/").status_code for _ in range(30)}
    answer = raw("Bearer hello").get("/api/v1/locales/")

    assert codes == {401}
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "60")
    assert APIClient().get("/healthz").status_code == 200


def test_the_caller_can_ask_who_it_is():
    body = program(READ, scopes=["structure:read"]).get("/api/v1/me/").json()

    assert (body["username"], body["permissions"], body["token"]["scopes"]) == ("maria", READ, ["structure:read"])
    assert "secret" not in str(body)


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [("delete", "/api/v1/locales/", 405), ("get", "/api/v1/nothing/", 404), ("get", "/api/v1/locales/zz/", 404)],
)
def test_what_is_not_there_is_a_problem(method, address, status):
    answer = getattr(program(WRITE), method)(address)

    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")


def test_another_media_type_is_refused():
    answer = program(WRITE).post("/api/v1/locales/", "code=x", content_type="application/x-www-form-urlencoded")
    unacceptable = program_again().get("/api/v1/locales/", headers={"Accept": "text/html"})

    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")
    assert unacceptable.status_code == 406


def program_again():
    return make_program(User.objects.get())

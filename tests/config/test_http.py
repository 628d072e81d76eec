"""What every answer has, whoever made it: headers, ids, problems."""

import pytest
from django.http import HttpRequest, JsonResponse
from django.test import Client, RequestFactory, override_settings
from django.urls import path
from rest_framework import exceptions
from rest_framework.decorators import api_view, permission_classes
from rest_framework.permissions import AllowAny

from config import middleware, problems
from pim.api.problems import read_findings
from pim.errors import Conflict, NotAllowed, NotFound, Problem, Refused

REFUSALS = {
    "refused": Refused("too_long", "At most 3 characters.", "/values/name/0/data"),
    "not-allowed": NotAllowed("read_only", "The ERP owns this."),
    "not-found": NotFound("no_product", "There is no such product."),
    "conflict": Conflict("changed", "Somebody was faster."),
    "precondition": Conflict(problems.PRECONDITION_FAILED, "Revision 2 is current."),
    "two": Refused("invalid", "Not valid.", problems=[Problem("a", "A.", "/a"), Problem("b", "B.", "/b")]),
    "validation": exceptions.ValidationError({"name": [exceptions.ErrorDetail("Too long.", code="max_length")]}),
    "throttled": exceptions.Throttled(wait=7),
}


def plain(request: HttpRequest, kind: str) -> JsonResponse:
    raise REFUSALS[kind]


@api_view(["GET"])
@permission_classes([AllowAny])
def drf(request, kind):
    raise REFUSALS[kind]


urlpatterns = [path("hub/<kind>", plain), path("api/<kind>", drf), path("page/<kind>", plain)]
handler404 = problems.page_not_found
handler500 = problems.server_error

raises = override_settings(ROOT_URLCONF=__name__)


@raises
@pytest.mark.parametrize("prefix", ["/hub", "/api"])
@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        ("refused", 400, "too_long"),
        ("not-allowed", 403, "read_only"),
        ("not-found", 404, "no_product"),
        ("conflict", 409, "changed"),
        ("precondition", 412, "precondition_failed"),
    ],
)
def test_a_domain_error_is_one_problem_on_every_face(prefix, kind, status, code):
    answer = Client().get(f"{prefix}/{kind}")

    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert (body["status"], body["code"], body["errors"][0]["code"]) == (status, code, code)
    assert body["instance"] == f"urn:uuid:{answer.headers['X-Request-ID']}"


@raises
def test_the_pointers_of_all_findings_are_told():
    assert Client().get("/hub/two").json()["errors"] == [
        {"pointer": "/a", "code": "a", "detail": "A."},
        {"pointer": "/b", "code": "b", "detail": "B."},
    ]


@raises
def test_drfs_own_refusals_read_the_same():
    answer = Client().get("/api/validation")

    assert answer.status_code == 400
    assert answer.json()["errors"] == [{"pointer": "/name", "code": "max_length", "detail": "Too long."}]
    assert Client().get("/api/throttled").headers["Retry-After"] == "7"
    assert Client().post("/api/validation").json()["code"] == "method_not_allowed"


@raises
def test_a_domain_error_on_a_page_is_a_bug_and_goes_on():
    with pytest.raises(Refused):
        Client().get("/page/refused")


@pytest.mark.parametrize(
    ("details", "pointers"),
    [
        ({"non_field_errors": [{"message": "m", "code": "c"}]}, [""]),
        ({"rows": [{}, {"a/b": [{"message": "m", "code": "c"}]}]}, ["/rows/1/a~1b"]),
        ({"names": [{"message": "m", "code": "c"}, {"message": "n", "code": "d"}]}, ["/names", "/names"]),
        ([{"message": "m", "code": "c"}], [""]),
    ],
)
def test_pointers_follow_the_shape_that_was_sent(details, pointers):
    assert [finding["pointer"] for finding in read_findings(details)] == pointers


@pytest.mark.parametrize("address", ["/api/nope", "/hub/nope", "/media/r/nope"])
def test_nothing_at_an_api_address_is_a_problem(address):
    answer = Client().get(address)

    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["type"] == "/problems/not_found"


def test_nothing_at_a_page_address_is_a_page():
    answer = Client().get("/nope")

    assert answer.status_code == 404
    assert b"<main" in answer.content


def test_the_start_leads_to_the_admin():
    answer = Client().get("/")

    assert (answer.status_code, answer.headers["Location"]) == (302, "/admin/")


@pytest.mark.parametrize(
    ("address", "policy"), [("/admin/login/", middleware.ADMIN_POLICY), ("/healthz", middleware.STRICT_POLICY)]
)
@pytest.mark.django_db
def test_the_admin_may_eval_and_no_other_page_may(address, policy):
    assert Client().get(address).headers["Content-Security-Policy"] == policy


def test_a_view_keeps_the_policy_it_chose():
    def view(_request):
        return JsonResponse({}, headers={"Content-Security-Policy": "sandbox"})

    answer = middleware.SecurityHeadersMiddleware(view)(RequestFactory().get("/hub/x"))

    assert answer.headers["Content-Security-Policy"] == "sandbox"


def test_a_request_id_is_taken_over_only_if_it_looks_like_one():
    kept = "0189aaaa-bbbb-7ccc-8ddd-eeeeffff0000"

    assert Client().get("/healthz", headers={"X-Request-ID": kept}).headers["X-Request-ID"] == kept
    assert Client().get("/healthz", headers={"X-Request-ID": "a\nb"}).headers["X-Request-ID"] != "a\nb"


@pytest.mark.django_db
def test_ready_names_the_part_that_fails(monkeypatch):
    monkeypatch.setattr("config.health.is_broker_up", lambda: False)

    answer = Client().get("/readyz")

    assert answer.status_code == 503
    assert answer.json() == {"ready": False, "database": True, "cache": True, "broker": False}


@pytest.mark.django_db
def test_the_documentation_page_loads_nothing_from_elsewhere_and_has_no_inline_code():
    page = Client().get("/api/v1/docs/").content.decode()

    assert "http" not in page.replace("http-equiv", "")
    assert "<style" not in page
    assert page.count("<script") == page.count("<script defer src=") == 3


@pytest.mark.django_db
def test_the_schema_is_openapi_3_1():
    answer = Client().get("/api/v1/schema/", headers={"Accept": "application/json"})

    assert answer.status_code == 200
    assert answer.json()["openapi"] == "3.1.0"

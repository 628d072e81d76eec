"""A program completes, approves, changes and reads a product over HTTP alone, on the demo catalog and the Icecat one."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import pytest

from tests.stacks import Answer, Stack, wait_for

MOVED_WITHIN_S = 2.0

pytestmark = pytest.mark.slow


@dataclass(frozen=True, slots=True)
class Case:
    """A variant, and a value to be written on one of its models.

    Attributes:
        locale: one that the variant is live in afterwards.
        data: the value, as the management API takes it.
        at_once: a code and values of an attribute that needs no review, if the catalog has one.
    """

    catalog: str
    view: str
    sku: str
    model: str
    attribute: str
    data: dict[str, Any]
    locale: str
    at_once: tuple[str, list[dict[str, str]], list[dict[str, str]]] | None = None


EUR, USD = "EUR", "USD"
CASES = [
    Case(
        "demo",
        "webshop",
        "SEA-MOOSA-SAGE",
        "SEA-MOOSA",
        "price",
        {"locale": None, "data": [{"amount": "189.00", "currency": EUR}, {"amount": "209.00", "currency": USD}]},
        "en_US",
        (
            "price",
            [{"amount": "179.00", "currency": EUR}, {"amount": "199.00", "currency": USD}],
            [{"amount": "179.00", "currency": EUR}, {"amount": "199.00", "currency": USD}],
        ),
    ),
    Case(
        "icecat",
        "ecommerce",
        "Tshirt-divided-red-m",
        "model-tshirt-divided-red",
        "variation_name",
        {"locale": "en_US", "data": "Divided T-shirt, red"},
        "en_US",
    ),
]


@dataclass(frozen=True, slots=True)
class Program:
    """Somebody's script with a token."""

    stack: Stack
    token: str
    case: Case

    def get(self, path: str, *, etag: str = "") -> Answer:
        return self.stack.call(path, token=self.token, headers={"If-None-Match": etag} if etag else {})

    def send(self, path: str, body: dict[str, Any], *, method: str = "POST") -> Any:
        answer = self.stack.call(path, token=self.token, body=body, method=method)
        assert answer.status == 200, answer.body
        return answer.json()

    def delivered(self, *, etag: str = "") -> Answer:
        return self.get(f"/hub/{self.case.view}/products/{self.case.sku}", etag=etag)

    def reasons(self) -> list[str]:
        answer = self.get(f"/hub/{self.case.view}/products/{self.case.sku}?explain=1").json()
        return sorted({reason["code"] for reason in answer["reasons"]})

    def changes(self, since: int) -> list[str]:
        feed = self.get(f"/hub/{self.case.view}/changes?since={since}").json()
        return [change["sku"] for change in feed["changes"]]

    def position(self) -> int:
        return int(self.get(f"/hub/{self.case.view}/changes?since=initial&limit=1").json()["position"])

    def write(self, values: dict[str, Any]) -> None:
        self.send(f"/api/v1/product-models/{self.case.model}", {"values": values}, method="PATCH")

    def move(self, transition: str) -> None:
        """With the models above; the ways of one that is there already are left out by the server."""
        body = {"transition": transition, "include_ancestors": True}
        self.send(f"/api/v1/products/{self.case.sku}/transitions", body)

    def ways(self) -> list[str]:
        return [way["code"] for way in self.get(f"/api/v1/products/{self.case.sku}/transitions").json()["results"]]


def make_token(stack: Stack) -> str:
    code = (
        "from pim.models import User; from pim.services.tokens import create_token; "
        "print(create_token('program', user=User.objects.get(username='admin'))[1])"
    )
    return stack.run("shell", "--verbosity", "0", "-c", code).split()[-1]


@pytest.mark.parametrize(
    "case", [pytest.param(each, id=each.catalog, marks=pytest.mark.xdist_group(each.catalog)) for each in CASES]
)
def test_a_program_completes_approves_changes_and_reads_a_product(request: pytest.FixtureRequest, case: Case):
    stack: Stack = request.getfixturevalue(f"{case.catalog}_stack")
    program = Program(stack, make_token(stack), case)
    before = program.position()
    assert program.delivered().status == 404
    assert "not_approved" in program.reasons()

    program.write({case.attribute: [{"channel": None, **case.data}]})
    if "submit" in program.ways():
        program.move("submit")
    program.move("approve")
    approved_at = time.monotonic()

    wait_for(lambda: program.delivered().status == 200, within_s=30)
    assert time.monotonic() - approved_at <= MOVED_WITHIN_S
    shown = program.delivered()
    assert case.locale in shown.json()["live_in"]
    assert "not_approved" not in program.reasons()
    assert case.sku in program.changes(before)
    if case.at_once:
        check_what_needs_no_review(program, case, etag=shown.headers["ETag"])


def check_what_needs_no_review(program: Program, case: Case, *, etag: str) -> None:
    """It is out within two seconds, and nobody has approved anything."""
    assert case.at_once
    code, data, delivered = case.at_once
    before = program.position()

    program.write({code: [{"channel": None, "locale": None, "data": data}]})
    written_at = time.monotonic()

    again = wait_for(lambda: (answer := program.delivered(etag=etag)).status == 200 and answer, within_s=30)
    assert time.monotonic() - written_at <= MOVED_WITHIN_S
    assert again.json()["values"][code] == delivered
    assert again.headers["ETag"] != etag
    assert case.sku in program.changes(before)
    assert program.get(f"/api/v1/product-models/{case.model}").json()["stage"] == "approved"

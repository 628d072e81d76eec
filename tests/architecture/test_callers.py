"""Who gets through which door: every address of the house, every kind of caller, one table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from graphql import GraphQLField, GraphQLInputType, is_leaf_type, is_list_type, is_non_null_type
from graphql.type import get_named_type
from pytest_django import Settings

from assets.models import Asset
from config.schema import schema
from pim.models import ApiToken, Entry, Job, User
from pim.services.tokens import SCOPES, create_token
from tests.architecture.addresses import SECRET, Address, all_addresses, make_world
from tests.factories.workflows import GROUP_OF, make_caller

pytestmark = pytest.mark.django_db

OPEN = {"healthz", "readyz", "admin/login/", "api/v1/schema/", "api/v1/docs/"}
"""What everybody may open; none of it says anything of the catalog."""
OF_ANY_ACCOUNT = OPEN | {"api/v1/me/"}
DELIVERY = {f"hub/<view>/{rest}/" for rest in ("products", "products/<sku>", "changes", "schema.json", "graphql")}
OF_STAFF = OF_ANY_ACCOUNT | {
    *("admin/", "admin/jsi18n/", "admin/search/", "admin/password_change/", "admin/password_change/done/")
}
FIELDS_OF_ANY_ACCOUNT = {"me", "version"}
WRITE = ("post", "put", "patch", "delete")
CANNOT = {302, 400, 401, 403, 404, 405, 406, 415}


@pytest.fixture(autouse=True)
def world(tmp_path: Path, settings: Settings) -> None:
    local = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "default": local}
    make_world()


def session(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def of_inactive() -> Client:
    user = User.objects.create_superuser("gone")
    client = session(user)
    User.objects.filter(pk=user.pk).update(is_active=False)
    return client


def program(user: User | None = None, *, retire: bool = False, **settings: Any) -> Client:
    token, text = create_token("test", user=user or User.objects.create_superuser("root"), **settings)
    ApiToken.objects.filter(pk=token.pk).update(is_active=not retire)
    return Client(headers={"Authorization": f"Bearer {text}"})


STRANGERS: dict[str, tuple[Callable[[], Client], set[str]]] = {
    "nobody": (Client, OPEN),
    "inactive superuser": (of_inactive, OPEN),
    "account without permissions": (lambda: session(User.objects.create_user("plain")), OF_ANY_ACCOUNT),
    "staff without permissions": (lambda: session(make_caller("nobody")), OF_STAFF),
    "token of an account without permissions": (lambda: program(User.objects.create_user("plain")), OF_ANY_ACCOUNT),
    "expired token": (lambda: program(expires=timezone.now() - timedelta(seconds=1)), OPEN),
    "revoked token": (lambda: program(retire=True), OPEN),
    "token from elsewhere": (lambda: program(networks=["10.0.0.0/8"]), OPEN),
    "token of another view": (lambda: program(view="other"), OPEN),
}


@pytest.mark.slow
@pytest.mark.parametrize("caller", STRANGERS)
def test_strangers_read_and_write_nothing(caller: str) -> None:
    make_client, may_open = STRANGERS[caller]
    client, before = make_client(), facts()
    opened, told = set(), set()
    # What was published is read by every token that is bound to nothing; what is not published has other permissions.
    may_read = DELIVERY if caller == "token of an account without permissions" else set()

    for address in for_programs() if "token" in caller else all_addresses():
        for method in methods_of(address):
            status, body = ask(client, method, address)
            if status not in CANNOT and address.pattern not in may_open | may_read:
                opened.add((method, address.pattern, status))
            if SECRET.encode() in body and address.pattern not in may_read:
                told.add((method, address.pattern))

    assert told == set()
    assert opened == set()
    assert facts() == before


@pytest.mark.slow
@pytest.mark.parametrize("scope", SCOPES)
def test_a_token_opens_the_addresses_of_its_scope_alone(scope: str) -> None:
    client, before = program(scopes=[scope]), facts()
    part, _colon, access = scope.partition(":")
    opened = set()

    for address in for_programs():
        is_ours = address.scope == part or (part == "delivery" and address.pattern.startswith("hub/"))
        for method in methods_of(address):
            if is_ours and (method == "get" or access == "write"):
                continue
            status, _body = ask(client, method, address)
            if status not in CANNOT and address.pattern not in OF_ANY_ACCOUNT:
                opened.add((method, address.pattern, status))

    assert opened == set()
    assert facts() == before


@pytest.mark.slow
@pytest.mark.parametrize("group", sorted(set(GROUP_OF) - {"inactive"}))
def test_groups_see_what_they_may_see_and_write_what_they_may_write(group: str) -> None:
    user = make_caller(group)
    client, before = session(user), facts()
    seen, written = set(), set()

    for address in filter(lambda address: address.model, all_addresses()):
        app, model = address.model.split(".")
        verbs = {verb for verb in ("view", "add", "change", "delete") if user.has_perm(f"{app}.{verb}_{model}")}
        if not verbs and ask(client, "get", address)[0] not in CANNOT:
            seen.add(address.pattern)
        if not verbs - {"view"} and "workflow/move" not in address.pattern:
            for method in methods_of(address)[1:]:
                # An admin page takes a POST like a GET where nothing is sent that it would write.
                status, _body = ask(client, method, address)
                if status not in CANNOT and not address.pattern.startswith("admin/"):
                    written.add((method, address.pattern, status))

    assert (seen, written) == (set(), set())
    assert facts() == before


@pytest.mark.parametrize("caller", ["scope", "view", "permissions"])
def test_no_field_of_graphql_forgets_to_ask(caller: str) -> None:
    client = {
        "scope": lambda: program(scopes=["delivery:read"]),
        "view": lambda: program(view="web"),
        "permissions": lambda: program(User.objects.create_user("plain")),
    }[caller]()
    before = facts()
    answered = set()

    for kind, root in (("query", schema.graphql_schema.query_type), ("mutation", schema.graphql_schema.mutation_type)):
        for name, field in root.fields.items():
            cache.clear()
            selection = "" if is_leaf_type(get_named_type(field.type)) else "{ __typename }"
            text = f"{kind} {{ {name}{arguments(field)} {selection} }}"
            body = client.post("/graphql/", {"query": text}, content_type="application/json").json()
            if (body.get("data") or {}).get(name) is not None or not ("errors" in body or "code" in body):
                answered.add((name, str(body)[:200]))

    assert {name for name, _body in answered} <= (set() if caller == "view" else FIELDS_OF_ANY_ACCOUNT)
    assert facts() == before


def for_programs() -> list[Address]:
    """A token is nothing to the admin, which is walked as nobody."""
    return [address for address in all_addresses() if not address.pattern.startswith("admin/")]


def methods_of(address: Address) -> tuple[str, ...]:
    """Pages are read and posted to; what is below the API takes every method."""
    return ("get", *WRITE) if address.pattern.startswith("api/") else ("get", "post")


def ask(client: Client, method: str, address: Address) -> tuple[int, bytes]:
    """Status and body; nobody is slowed down for the wrong tokens of this test."""
    cache.clear()
    answer: Any = getattr(client, method)(
        address.path, **({} if method == "get" else {"data": "{}", "content_type": "application/json"})
    )
    return answer.status_code, b"".join(answer) if answer.streaming else answer.content


def facts() -> list[Any]:
    """What a write would change."""
    return [
        Entry.objects.count(),
        list(Job.objects.values_list("state", "is_cancel_requested").order_by("pk")),
        list(Asset.objects.values_list("revision")),
        list(User.objects.values_list("username", "is_superuser", "is_active").order_by("pk")),
        list(ApiToken.objects.values_list("name", "is_active").order_by("pk")),
        Group.objects.count(),
    ]


def arguments(field: GraphQLField) -> str:
    """Something of the right type for what a field must be given."""
    given = [f"{name}: {literal(argument.type)}" for name, argument in field.args.items() if is_required(argument.type)]
    return f"({', '.join(given)})" if given else ""


def is_required(kind: Any) -> bool:
    return bool(is_non_null_type(kind))


def literal(kind: GraphQLInputType) -> str:
    inner: Any = kind.of_type if is_non_null_type(kind) else kind
    if is_list_type(inner):
        return f"[{literal(inner.of_type)}]"
    if hasattr(inner, "fields"):
        return "{" + ", ".join(needed(inner)) + "}"
    if hasattr(inner, "values"):
        return str(next(iter(inner.values)))
    return {"Int": "1", "Boolean": "true", "Float": "1.0"}.get(inner.name, '"x"')


def needed(inner: Any) -> Iterator[str]:
    for name, field in inner.fields.items():
        if is_required(field.type):
            yield f"{name}: {literal(field.type)}"

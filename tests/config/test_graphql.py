"""The management GraphQL endpoint lets in whom REST lets in."""

import json

import pytest
from django.test import Client
from graphql import GraphQLError

from pim.errors import Refused
from pim.graphql.http import format_error
from pim.models import User

pytestmark = pytest.mark.django_db
VERSION = json.dumps({"query": "{ version }"})


def post(client: Client, **headers: str):
    return client.post("/graphql/", VERSION, content_type="application/json", headers=headers)


def test_nobody_is_refused_with_a_problem():
    answer = post(Client())

    assert answer.status_code in {401, 403}
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "not_authenticated"


def test_a_session_is_let_in_and_must_show_its_csrf_token():
    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.create_user("maria", password="x"))

    refused = post(client)
    client.cookies["csrftoken"] = token = "a" * 32
    answer = post(client, **{"X-CSRFToken": token})

    assert (refused.status_code, refused.json()["code"]) == (403, "permission_denied")
    assert answer.json()["data"] == {"version": "1"}


def test_a_domain_error_is_told_by_code_and_pointer():
    error = GraphQLError("wrapped", original_error=Refused("too_long", "At most 3.", "/name"))

    shown = format_error(error)

    assert (shown["message"], shown["extensions"]) == ("At most 3.", {"code": "too_long", "pointer": "/name"})

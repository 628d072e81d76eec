"""The management endpoint: structure, jobs and history as queries; limits; what is told of errors."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pim.graphql.http import format_error
from pim.models import Job
from tests.factories.callers import make_program, make_user
from tests.factories.structure import make, make_structure

pytestmark = pytest.mark.django_db


@pytest.fixture
def program():
    return make_program(may_introspect=True)


def ask(program, query, **variables):
    return program.post("/graphql/", {"query": query, "variables": variables}, format="json")


def code_of(answer):
    return answer.json()["errors"][0]["extensions"]["code"]


KINDS = (
    "locales", "currencies", "channels", "measurementFamilies", "categories", "attributeGroups", "attributes",
    "options", "families", "familyVariants", "associationTypes", "productGroups",
)  # fmt: skip


@pytest.mark.parametrize("field", KINDS)
def test_every_kind_of_structure_is_a_connection(program, field):
    make_structure()

    body = ask(
        program, "{ FIELD(first: 2) { totalCount nodes { id code label } edges { cursor } } }".replace("FIELD", field)
    ).json()

    assert "errors" not in body
    assert body["data"][field]["totalCount"] > 0
    assert body["data"][field]["nodes"][0]["id"]


def test_structure_is_filtered_and_typed(program):
    make_structure()

    query = """{
      attributes(first: 10, where: {and: [{field: "type", op: EQ, value: "select"}, {not: {field: "code", op: EQ, value: "size"}}]}) {
        nodes { code type localizable config group }
      }
      attribute(code: "NAME") { code localizable }
      category(code: "shoes") { parent }
      channel(code: "web") { locales currencies categoryTree }
      measurementFamily(code: "Weight") { standardUnit units { code factor } }
      option(code: "color.red") { attribute label(locale: "en_US") }
    }"""
    data = ask(program, query).json()["data"]

    assert data["attributes"]["nodes"] == [
        {"code": "color", "type": "select", "localizable": False, "config": {}, "group": "basics"}
    ]
    assert data["attribute"] == {"code": "name", "localizable": True}
    assert data["category"] == {"parent": "master"}
    assert data["channel"] == {"locales": ["de_DE", "en_US"], "currencies": ["EUR", "USD"], "categoryTree": "master"}
    assert data["measurementFamily"]["units"][1] == {"code": "GRAM", "factor": "0.001"}
    assert data["option"] == {"attribute": "color", "label": "Red"}


def test_a_list_asks_as_much_for_one_row_as_for_fifty(program):
    def count():
        with CaptureQueriesContext(connection) as queries:
            ask(program, "{ categories(first: 60) { totalCount nodes { code parent } } }")
        return len(queries)

    make("category", master={}, c0={"parent": "master"})
    count()
    few = count()
    make("category", **{f"c{number}": {"parent": "master"} for number in range(1, 50)})
    count()

    assert count() == few


def test_jobs_history_and_the_caller_are_there(program):
    job = Job.objects.create(kind="undo")
    make("locale", de_DE={})

    data = ask(
        program,
        """query ($uuid: UUID!) { me { username } job(uuid: $uuid) { id kind state } jobs(first: 1) { nodes { kind } }
        entries(first: 1) { nodes { kind key subjectType delta actor { username } } } }""",
        uuid=str(job.uuid),
    ).json()["data"]

    assert (data["me"]["username"], data["job"]["kind"], data["job"]["state"]) == ("root", "undo", "queued")
    assert (data["entries"]["nodes"][0]["kind"], data["entries"]["nodes"][0]["key"]) == ("create", "de_DE")


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{ nope }", "invalid_request"),
        ("{ locales(first: 0) { totalCount } }", "invalid_limit"),
        ("{ locales(first: 101) { totalCount } }", "invalid_limit"),
        ('{ locales(first: 1, after: "abc") { totalCount } }', "invalid_cursor"),
        ('{ locales(first: 1, where: {field: "x", value: 1}) { totalCount } }', "unknown_field"),
        ("{ " + " ".join(f"a{n}: version" for n in range(40)) + " }", "too_many_aliases"),
        ("{ locales(first: 100) { nodes { " + " ".join(["id code uuid label labels revision"] * 10) + " } } }", "too_costly"),
        ("query { " + "a " * 6000 + "}", "invalid_request"),
        ("mutation { " + " ".join(f'm{n}: productDelete(sku: "x") {{ deleted }}' for n in range(11)) + " }", "too_many_mutations"),
    ],
)  # fmt: skip
def test_what_asks_too_much_or_makes_no_sense_is_refused_by_code(program, query, code):
    assert code_of(ask(program, query)) == code


def test_a_cyclic_fragment_and_an_unknown_one_are_refused_politely(program):
    cyclic = ask(program, "{ ...a } fragment a on Query { ...b } fragment b on Query { ...a }")
    unknown = ask(program, "{ ...nope }")

    assert (cyclic.status_code, unknown.status_code) == (200, 200)
    assert "errors" in cyclic.json()
    assert "errors" in unknown.json()


def test_the_new_media_type_tells_by_status(program):
    answer = program.post(
        "/graphql/", {"query": "{ nope }"}, format="json", headers={"Accept": "application/graphql-response+json"}
    )

    assert answer.status_code == 400
    assert "data" not in answer.json()


def test_names_are_not_told_to_who_may_not_introspect():
    stranger = make_program()

    suggestion = ask(stranger, "{ local }").json()["errors"][0]["message"]
    schema = ask(stranger, "{ __schema { types { name } } }")

    assert "locale" not in suggestion.replace('local"', "").replace("'local'", "")
    assert code_of(schema) == "introspection_off"


def test_a_mutation_does_not_travel_in_an_address(program):
    answer = program.get("/graphql/", {"query": 'mutation { productDelete(sku: "x") { deleted } }'})

    assert answer.status_code == 405


def test_bugs_are_told_by_the_request_id_only(program, monkeypatch, caplog):
    monkeypatch.setattr("pim.graphql.schema.Query.resolve_version", staticmethod(lambda _root, _info: 1 / 0))
    from graphql import GraphQLError

    shown = format_error(GraphQLError("division by zero", original_error=ZeroDivisionError("secret")), "abc")

    assert "secret" not in str(shown)
    assert shown["extensions"] == {"code": "internal_error", "requestId": "abc"}


def test_an_account_without_permission_sees_nothing():
    stranger = make_program(make_user())

    answer = ask(stranger, "{ locales(first: 1) { totalCount } }")

    assert code_of(answer) == "not_allowed"
    assert "pim.view_locale" in answer.json()["errors"][0]["message"]


def test_nul_and_deep_variables_are_refused(program):
    assert code_of(ask(program, "query ($c: String!) { locale(code: $c) { id } }", c="a\x00b")) == "nul_character"
    assert code_of(ask(program, '{ locale(code: "a\\u0000b") { id } }')) == "nul_character"
    deep = []
    for _ in range(60):
        deep = [deep]
    assert ask(program, "query ($v: JSON) { version }", v=deep).status_code == 400

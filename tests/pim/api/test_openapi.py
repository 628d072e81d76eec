"""The OpenAPI document: valid, complete, and true to what endpoints answer."""

import json

import pytest
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from tests.factories.callers import make_program
from tests.factories.catalog import make_tree
from tests.factories.structure import make_structure

METHODS = {"get", "post", "put", "patch", "delete"}


@pytest.fixture(scope="module")
def document():
    return json.loads(json.dumps(SchemaGenerator().get_schema(request=None, public=True)))


def operations(document):
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if method in METHODS:
                yield f"{method} {path}", operation


def test_it_is_valid_openapi_and_every_operation_has_a_name_of_its_own(document):
    validate_schema(document)

    names = [operation["operationId"] for _where, operation in operations(document)]
    assert document["openapi"] == "3.1.0"
    assert len(set(names)) == len(names)


def test_every_operation_says_how_it_refuses_and_what_it_takes(document):
    for where, operation in operations(document):
        statuses = set(operation["responses"])
        assert {"400", "401", "403", "406"} <= statuses, where
        assert "{" not in where or "404" in statuses, where
        assert operation["description"], where
        if where.startswith(("post", "put", "patch")):
            assert {"409", "413", "415", "422"} <= statuses, where


@pytest.mark.parametrize(
    "resource",
    ["products", "product-models", "families", "family-variants", "attributes", "attribute-options", "attribute-groups",
     "categories", "channels", "locales", "currencies", "measurement-families", "association-types", "groups", "jobs",
     "entries", "me", "assets"],
)  # fmt: skip
def test_every_resource_of_the_contract_is_described(document, resource):
    assert f"/api/v1/{resource}/" in document["paths"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "schema"),
    [
        ("/api/v1/products/?limit=1", "ProductPage"),
        ("/api/v1/products/boot-red-s/?resolved=1", "Product"),
        ("/api/v1/product-models/boot/", "Product"),
        ("/api/v1/attributes/", "AttributePage"),
        ("/api/v1/families/shoe/", "Family"),
        ("/api/v1/family-variants/", "FamilyVariantPage"),
        ("/api/v1/measurement-families/Weight/", "MeasurementFamily"),
        ("/api/v1/channels/", "ChannelPage"),
        ("/api/v1/categories/", "CategoryPage"),
        ("/api/v1/attribute-options/", "OptionPage"),
        ("/api/v1/entries/?limit=50", "EntryPage"),
        ("/api/v1/me/", "Me"),
        ("/api/v1/products/nope/", "Problem"),
    ],
)
def test_answers_are_what_the_document_says(document, address, schema):
    make_structure()
    make_tree()
    registry = Registry().with_resource("urn:api", Resource(document, DRAFT202012))
    validator = Draft202012Validator({"$ref": f"urn:api#/components/schemas/{schema}"}, registry=registry)

    body = make_program().get(address).json()

    validator.validate(body)
    properties = document["components"]["schemas"][schema]["properties"]
    assert set(body) <= set(properties)
    if "results" in body:
        item = document["components"]["schemas"][schema.removesuffix("Page")]["properties"]
        assert set(body["results"][0]) <= set(item)

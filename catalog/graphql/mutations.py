"""Writing products and models over GraphQL, through the same documents as REST."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import graphene

from catalog.graphql.products import ProductType, load_product
from catalog.services.documents import DocumentRow, Resource, delete_documents, find_product, write_document
from pim.choices import Origin
from pim.errors import DomainError, Problem
from pim.graphql.access import require
from pim.graphql.mutations import errors_field, run_mutation
from pim.graphql.scalars import JSON

SCOPE, MODEL = "catalog:write", "catalog.product"


class ValueInput(graphene.InputObjectType):
    """A value; `data: null` clears it."""

    attribute = graphene.String(required=True)
    locale = graphene.String()
    channel = graphene.String()
    data = JSON()


class ProductInput(graphene.InputObjectType):
    """What should be true of a product; what is left out stays as it is."""

    sku = graphene.String(required=True)
    parent = graphene.String()
    family = graphene.String()
    family_variant = graphene.String()
    enabled = graphene.Boolean()
    categories = graphene.List(graphene.NonNull(graphene.String))
    add_categories = graphene.List(graphene.NonNull(graphene.String))
    remove_categories = graphene.List(graphene.NonNull(graphene.String))
    groups = graphene.List(graphene.NonNull(graphene.String))
    associations = JSON(description="As in REST: {type: {products: [{sku, quantity}], …}}")
    values = graphene.List(graphene.NonNull(ValueInput))  # type: ignore[assignment]  # a member of the input
    revision = graphene.Int(description="The revision you saw; another one now is a conflict.")


class ProductUpsertPayload(graphene.ObjectType):
    """What became of it."""

    product = graphene.Field(ProductType)
    result = graphene.String(description="created, updated or unchanged")
    user_errors = errors_field()


class ProductDeletePayload(graphene.ObjectType):
    """What was deleted."""

    deleted = graphene.List(graphene.NonNull(graphene.String), description="SKUs, of variants too.")
    user_errors = errors_field()


def _upsert_field() -> graphene.Field:
    return graphene.Field(
        ProductUpsertPayload,
        required=True,
        input=ProductInput(required=True),
        must_exist=graphene.Boolean(default_value=False),
        validate_only=graphene.Boolean(default_value=False),
        changelog_message=graphene.String(default_value=""),
    )


def _delete_field(**more: Any) -> graphene.Field:
    return graphene.Field(
        ProductDeletePayload,
        required=True,
        sku=graphene.String(required=True),
        validate_only=graphene.Boolean(default_value=False),
        changelog_message=graphene.String(default_value=""),
        **more,
    )


class ProductMutation:
    """Create, change and delete products and models."""

    product_upsert = _upsert_field()
    product_delete = _delete_field()
    product_model_upsert = _upsert_field()
    product_model_delete = _delete_field(with_variants=graphene.Boolean(default_value=False))

    @staticmethod
    def resolve_product_upsert(_root: None, info: graphene.ResolveInfo, **arguments: Any) -> Mapping[str, Any]:
        """A simple product or variant, by SKU."""
        return _upsert(info, "products", **arguments)

    @staticmethod
    def resolve_product_model_upsert(_root: None, info: graphene.ResolveInfo, **arguments: Any) -> Mapping[str, Any]:
        """A product model, by SKU."""
        return _upsert(info, "models", **arguments)

    @staticmethod
    def resolve_product_delete(_root: None, info: graphene.ResolveInfo, **arguments: Any) -> Mapping[str, Any]:
        """To the recycle bin."""
        return _delete(info, "products", **arguments)

    @staticmethod
    def resolve_product_model_delete(_root: None, info: graphene.ResolveInfo, **arguments: Any) -> Mapping[str, Any]:
        """To the recycle bin, with its variants where that is asked for."""
        return _delete(info, "models", **arguments)


def _upsert(
    info: graphene.ResolveInfo,
    resource: Resource,
    input: Mapping[str, Any],  # noqa: A002 - the argument's name in the schema
    must_exist: bool,
    validate_only: bool,
    changelog_message: str,
) -> Mapping[str, Any]:
    actor = require(info, SCOPE, MODEL, ("change",))
    body, places = _document_of(input)

    def do() -> Mapping[str, Any]:
        try:
            outcome = write_document(
                DocumentRow(0, body, revision=input.get("revision")),
                resource=resource,
                actor=actor,
                origin=Origin.GRAPHQL,
                must_exist=must_exist,
                message=changelog_message,
                dry_run=validate_only,
            )
        except DomainError as error:
            error.problems = tuple(_in_input(problem, places) for problem in error.problems)
            raise
        result = outcome.results[0]
        return {"product": None if validate_only else load_product(result.key), "result": result.kind}

    return run_mutation(do)


def _delete(
    info: graphene.ResolveInfo,
    resource: Resource,
    sku: str,
    validate_only: bool,
    changelog_message: str,
    with_variants: bool = False,
) -> Mapping[str, Any]:
    actor = require(info, SCOPE, MODEL, ("delete",))

    def do() -> Mapping[str, Any]:
        find_product(sku, resource)
        outcome = delete_documents(
            [sku],
            actor=actor,
            origin=Origin.GRAPHQL,
            message=changelog_message,
            with_variants=with_variants,
            dry_run=validate_only,
        )
        return {"deleted": [result.key for result in outcome.results]}

    return run_mutation(do)


def _document_of(given: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """The document of an input, and where its values stand in the input: `{"/values/name/0": "/input/values/3"}`."""
    body = {name: value for name, value in given.items() if name not in {"values", "revision"}}
    places: dict[str, str] = {}
    if given.get("values") is not None:
        values: dict[str, list[dict[str, Any]]] = {}
        for number, value in enumerate(given["values"]):
            entries = values.setdefault(value["attribute"], [])
            places[f"/values/{value['attribute']}/{len(entries)}"] = f"/input/values/{number}"
            entries.append({"data": None, **{name: item for name, item in value.items() if name != "attribute"}})
        body["values"] = values
    return body, places


def _in_input(problem: Problem, places: Mapping[str, str]) -> Problem:
    """A finding with its pointer into the mutation's arguments."""
    pointer = problem.pointer
    steps = pointer.split("/")
    place = places.get("/".join(steps[:4]))
    if place is not None:
        return replace(problem, pointer="/".join([place, *steps[4:]]))
    if len(steps) > 1:
        return replace(problem, pointer="/".join(["/input", _in_camel_case(steps[1]), *steps[2:]]))
    return problem


def _in_camel_case(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)

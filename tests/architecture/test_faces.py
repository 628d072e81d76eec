"""Every model is reachable by every kind of person: admin, REST, GraphQL, and a factory for tests; or says why not."""

from __future__ import annotations

import inspect
import pkgutil
from importlib import import_module

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import models

import tests.factories
from config import api
from config.schema import schema
from tests.architecture.sources import APPS

FACES = ("admin", "rest", "graphql", "factory")

DERIVED = "derived by the write path and rebuilt from the values; nobody reads or writes it by itself"
PLUMBING = "moves the machine along; shown through what it moves"
PART = "a part of its owner, read and written as one with it"

# model: (the faces it does without, why)
EXEMPT: dict[str, tuple[tuple[str, ...], str]] = {
    **dict.fromkeys(
        (
            "assets.AssetFacet",
            "assets.AssetCompleteness",
            "assets.AssetNumber",
            "assets.AssetSort",
            "assets.AssetText",
            "assets.NearDuplicate",
            "catalog.CompletenessSlot",
            "catalog.ProductAsset",
            "catalog.ProductCompleteness",
            "catalog.ProductFacet",
            "catalog.ProductNumber",
            "catalog.ProductSort",
            "catalog.ProductText",
            "catalog.ProductUnique",
            "channels.PublicationFacet",
            "channels.PublicationLink",
            "channels.PublicationNumber",
            "channels.PublicationSort",
            "channels.PublicationText",
        ),
        (FACES, DERIVED),
    ),
    **dict.fromkeys(
        (
            "assets.OrphanFile",
            "channels.Dirty",
            "pim.Cursor",
            "pim.Due",
            "pim.IdempotentRequest",
            "pim.JournalText",
            "pim.Ordinal",
            "pim.Pending",
            "pim.Stream",
            "pim.StructureState",
        ),
        (FACES, PLUMBING),
    ),
    **dict.fromkeys(
        (
            "assets.AssetFamilyAttribute",
            "assets.AssetCategory",
            "assets.AssetRelease",
            "assets.AssetValues",
            "assets.AssetVersion",
            "assets.CollectionItem",
            "assets.Rendition",
            "assets.ShareEvent",
            "assets.ShareItem",
            "catalog.Association",
            "catalog.Edition",
            "catalog.FamilyAttribute",
            "catalog.GroupMembership",
            "catalog.LinkingRow",
            "catalog.ProductCategory",
            "catalog.ProductValues",
            "catalog.Requirement",
            "catalog.VariantPlacement",
            "pim.JobIssue",
            "pim.MeasurementUnit",
            "workflows.Branch",
            "workflows.Stage",
            "workflows.StageEditor",
            "workflows.Transition",
            "workflows.TransitionGroup",
        ),
        (FACES, PART),
    ),
    "assets.Upload": (
        ("admin", "graphql", "factory"),
        "bytes on their way: sent and watched over REST, by the library's uploader too",
    ),
    "assets.UploadBatch": (("admin", "graphql", "factory"), "see assets.Upload"),
    "assets.DownloadTicket": (("graphql",), "good for bytes over plain HTTP; asked for over REST or in the admin"),
    "assets.HygieneReport": (("rest", "graphql", "factory"), "figures counted for one page of the admin"),
    "catalog.ImportProfile": (("rest", "graphql", "factory"), "a mapping a person saves in the import dialog"),
    "channels.Publication": (("rest", "graphql", "factory"), "made by the publisher, read through the hub"),
    "pim.ApiToken": (
        ("rest", "graphql"),
        "shown once, in the admin; a token that could make tokens would outlive its limits",
    ),
    "pim.Entry": (("factory",), "written by the journal alone"),
    "pim.User": (("rest", "graphql"), "people are administered by people"),
}


def own_models() -> dict[str, type[models.Model]]:
    """{app.Model: class} of the product, without the tables Django makes for plain many-to-many fields."""
    return {
        model._meta.label: model
        for app in APPS
        for model in apps.get_app_config(app).get_models(include_auto_created=False)
    }


def models_in_admin() -> set[str]:
    admin.autodiscover()
    registered = set(admin.site._registry)
    inlines = {inline.model for page in admin.site._registry.values() for inline in page.inlines}
    return {model._meta.label for model in registered | inlines}


def models_in_rest() -> set[str]:
    """A viewset says its model by its queryset, or by `model` where it reads and writes through services."""
    found = set()
    for _, viewset, _ in api.router.registry:
        queryset = getattr(viewset, "queryset", None)
        model = queryset.model if queryset is not None else getattr(viewset, "model", None)
        if model is not None:
            found.add(model._meta.label)
    return found


def models_in_graphql() -> set[str]:
    """A type says its model by `Meta.model` (graphene-django), or by `model` on a plain object type."""
    found = set()
    for definition in schema.graphql_schema.type_map.values():
        kind = getattr(definition, "graphene_type", None)
        model = getattr(getattr(kind, "_meta", None), "model", None) or getattr(kind, "model", None)
        if model is not None:
            found.add(model._meta.label)
    return found


def models_with_factory() -> set[str]:
    """A factory is a function of tests/factories that says, by its annotation, that it returns a model."""
    labels = {model.__name__: label for label, model in own_models().items()}
    found = set()
    for module in pkgutil.iter_modules(tests.factories.__path__, "tests.factories."):
        for _, function in inspect.getmembers(import_module(module.name), inspect.isfunction):
            made = inspect.get_annotations(function).get("return")
            name = made if isinstance(made, str) else getattr(made, "__name__", "")
            found.add(labels.get(name, ""))
    return found


@pytest.mark.parametrize(
    ("face", "find"),
    [
        ("admin", models_in_admin),
        ("rest", models_in_rest),
        ("graphql", models_in_graphql),
        ("factory", models_with_factory),
    ],
)
def test_every_model_has_this_face(face, find):
    missing = set(own_models()) - find() - {label for label, (faces, _) in EXEMPT.items() if face in faces}

    assert sorted(missing) == []


def test_every_exemption_names_a_model():
    assert sorted(set(EXEMPT) - set(own_models())) == []


@pytest.mark.parametrize("label", sorted(own_models()))
def test_a_model_that_a_person_sees_can_say_its_name(label):
    model = own_models()[label]

    if EXEMPT.get(label, ((), ""))[0] != FACES:
        assert model.__str__ is not models.Model.__str__
    assert model.__doc__
    assert not model.__doc__.startswith(f"{model.__name__}(")

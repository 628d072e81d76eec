"""The kernel's structure as object types."""

from __future__ import annotations

from typing import Any

import graphene

from pim.graphql.nodes import Node
from pim.graphql.scalars import JSON
from pim.graphql.structure import StructureFields, StructureType
from pim.models import (
    Attribute,
    AttributeGroup,
    Category,
    Channel,
    Currency,
    Locale,
    MeasurementFamily,
    Option,
)


def codes(description: str = "") -> Any:
    """A list of codes."""
    return graphene.Field(graphene.List(graphene.NonNull(graphene.String)), required=True, description=description)


class LocaleType(StructureFields, graphene.ObjectType):
    """A language and region in which values are kept."""

    class Meta:
        name = "Locale"
        interfaces = (Node,)

    model = Locale
    fallback = graphene.String(description="The locale that is read where this one has no value.")


class CurrencyType(StructureFields, graphene.ObjectType):
    """A currency in which prices are kept."""

    class Meta:
        name = "Currency"
        interfaces = (Node,)

    model = Currency


class ChannelType(StructureFields, graphene.ObjectType):
    """An audience along which values vary."""

    class Meta:
        name = "Channel"
        interfaces = (Node,)

    model = Channel
    locales = codes()
    currencies = codes()
    category_tree = graphene.String()


class UnitType(graphene.ObjectType):
    """A unit: amount x factor + offset gives the amount in the standard unit."""

    class Meta:
        name = "Unit"

    code = graphene.String(required=True)
    symbol = graphene.String(required=True)
    labels = JSON(required=True)
    factor = graphene.String(required=True)
    offset = graphene.String(required=True)
    unece = graphene.String(required=True)


class MeasurementFamilyType(StructureFields, graphene.ObjectType):
    """A physical quantity with its units."""

    class Meta:
        name = "MeasurementFamily"
        interfaces = (Node,)

    model = MeasurementFamily
    standard_unit = graphene.String(required=True)
    units = graphene.List(graphene.NonNull(UnitType), required=True)


class CategoryType(StructureFields, graphene.ObjectType):
    """A node of a category tree."""

    class Meta:
        name = "Category"
        interfaces = (Node,)

    model = Category
    parent = graphene.String(description="The code of the category above; none for a tree.")


class AttributeGroupType(StructureFields, graphene.ObjectType):
    """Attributes that people edit together."""

    class Meta:
        name = "AttributeGroup"
        interfaces = (Node,)

    model = AttributeGroup
    position = graphene.Int(required=True)


class AttributeType(StructureFields, graphene.ObjectType):
    """One property that a product or asset may have."""

    class Meta:
        name = "Attribute"
        interfaces = (Node,)

    model = Attribute
    type = graphene.String(required=True)
    group = graphene.String(required=True)
    localizable = graphene.Boolean(required=True)
    scopable = graphene.Boolean(required=True)
    unique = graphene.Boolean(required=True)
    read_only = graphene.Boolean(required=True)
    facet = graphene.Boolean(required=True)
    sortable = graphene.Boolean(required=True)
    searchable = graphene.Boolean(required=True)
    no_review = graphene.Boolean(required=True)
    fallback = graphene.Boolean(required=True)
    available_locales = codes("Empty: every locale.")
    config = JSON(required=True)
    default = JSON()
    guidelines = JSON(required=True)
    position = graphene.Int(required=True)


class OptionType(StructureFields, graphene.ObjectType):
    """A choice of a select or multiselect attribute."""

    class Meta:
        name = "Option"
        interfaces = (Node,)

    model = Option
    attribute = graphene.String(required=True)
    position = graphene.Int(required=True)


STRUCTURE = (
    StructureType(LocaleType, "locale", "pim.locale", "locale", "locales", ("fallback",)),
    StructureType(CurrencyType, "currency", "pim.currency", "currency", "currencies"),
    StructureType(ChannelType, "channel", "pim.channel", "channel", "channels", ("category_tree",)),
    StructureType(
        MeasurementFamilyType, "measurement_family", "pim.measurementfamily", "measurement_family",
        "measurement_families",
    ),
    StructureType(
        CategoryType, "category", "pim.category", "category", "categories", ("path", "depth"), default_sort="path"
    ),
    StructureType(
        AttributeGroupType, "attribute_group", "pim.attributegroup", "attribute_group", "attribute_groups",
        ("position",),
    ),
    StructureType(
        AttributeType, "attribute", "pim.attribute", "attribute", "attributes",
        ("type", "group", "localizable", "scopable", "unique", "read_only", "facet", "sortable", "searchable",
         "no_review", "position"),
    ),
    StructureType(OptionType, "option", "pim.option", "option", "options", ("attribute", "position")),
)  # fmt: skip

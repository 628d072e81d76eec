"""Licences, releases and verdicts as object types."""

from __future__ import annotations

import graphene

from assets.models import License, Release
from pim.graphql.nodes import Node
from pim.graphql.structure import StructureFields, StructureType
from pim.graphql.types import codes


class GrantFields:
    """When and where something may be used; empty lists mean everywhere."""

    valid_from = graphene.String(description="The first day of use.")
    valid_until = graphene.String(description="The last day of use.")
    channels = codes("Codes of channels; empty: all.")
    territories = codes("ISO 3166 codes of countries; empty: all.")
    media = codes("Empty: all.")


class LicenseType(StructureFields, GrantFields, graphene.ObjectType):
    """For how long and where files may be used, and what must be written beside them."""

    class Meta:
        name = "License"
        interfaces = (Node,)

    model = License
    holder = graphene.String(required=True)
    cost = graphene.String(description="A decimal with two digits.")
    cost_currency = graphene.String(required=True)
    credit_line = graphene.String(required=True)
    copyright_notice = graphene.String(required=True)
    usage_terms = graphene.String(required=True)
    statement_url = graphene.String(required=True)
    needs_watermark = graphene.Boolean(required=True)


class ReleaseType(StructureFields, GrantFields, graphene.ObjectType):
    """The consent of a person or of an owner of property."""

    class Meta:
        name = "Release"
        interfaces = (Node,)

    model = Release
    kind = graphene.String(required=True, description="model or property")
    person = graphene.String(required=True)
    email = graphene.String(required=True)
    notes = graphene.String(required=True)
    withdrawn = graphene.String(description="When it ended for every use.")


LICENSE = StructureType(LicenseType, "license", "assets.license", "license", "licenses", ("holder", "needs_watermark"))
RELEASE = StructureType(ReleaseType, "release", "assets.release", "release", "releases", ("kind", "person", "email"))

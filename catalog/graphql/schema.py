"""What the catalog brings to the management schema."""

from __future__ import annotations

import graphene

from catalog.graphql.linking import AssetMatchType, LinkingMutation, LinkingQuery, LinkingType
from catalog.graphql.mutations import ProductMutation
from catalog.graphql.products import ProductQuery
from catalog.graphql.structure import STRUCTURE
from pim.graphql.structure import make_structure_query

QUERIES: tuple[type, ...] = (make_structure_query("CatalogStructureQuery", STRUCTURE), ProductQuery, LinkingQuery)
MUTATIONS: tuple[type, ...] = (ProductMutation, LinkingMutation)
TYPES: tuple[type[graphene.ObjectType], ...] = (AssetMatchType, LinkingType)

"""What workflows bring to the management schema."""

from __future__ import annotations

import graphene

from workflows.graphql.mutations import Mutation
from workflows.graphql.queries import Query

QUERIES: tuple[type, ...] = (Query,)
MUTATIONS: tuple[type, ...] = (Mutation,)
TYPES: tuple[type[graphene.ObjectType], ...] = ()

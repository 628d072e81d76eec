"""The GraphQL face of workflows: `Query` and `Mutation` to be inherited by the management schema."""

from workflows.graphql.mutations import Mutation
from workflows.graphql.queries import Query

__all__ = ["Mutation", "Query"]

"""The management GraphQL schema, composed of what each app brings."""

from importlib import import_module
from importlib.util import find_spec

import graphene

APPS = ("pim", "assets", "catalog", "workflows", "channels")

_modules = [
    import_module(f"{app}.graphql.schema")
    for app in APPS
    if (package := find_spec(f"{app}.graphql")) and package.origin and find_spec(f"{app}.graphql.schema")
]
_queries = tuple(query for module in _modules for query in module.QUERIES)
_mutations = tuple(mutation for module in _modules for mutation in module.MUTATIONS)
_types = [kind for module in _modules for kind in module.TYPES]

Query = type("Query", (*_queries, graphene.ObjectType), {"__doc__": "Everything that can be read."})
Mutation = (
    type("Mutation", (*_mutations, graphene.ObjectType), {"__doc__": "Everything that can be changed."})
    if _mutations
    else None
)

schema = graphene.Schema(query=Query, mutation=Mutation, types=_types)

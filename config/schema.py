"""The management GraphQL schema, composed: every app brings a `Query` and, where it writes, a `Mutation` to inherit."""

import graphene


class Query(graphene.ObjectType):
    version = graphene.String(required=True, description="The version of this API.")

    @staticmethod
    def resolve_version(_root: None, _info: graphene.ResolveInfo) -> str:
        return "1"


schema = graphene.Schema(query=Query)

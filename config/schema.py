"""The management GraphQL schema, composed of what each app brings."""

import graphene


class Query(graphene.ObjectType):
    version = graphene.String(required=True)

    @staticmethod
    def resolve_version(_root: None, _info: graphene.ResolveInfo) -> str:
        return "1"


schema = graphene.Schema(query=Query)

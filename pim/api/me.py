"""Who the caller is, and what it may do."""

from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response

from pim.api.openapi import Operation
from pim.api.requests import refuse_unknown_parameters
from pim.api.shapes import ME
from pim.api.viewsets import ManagementViewSet
from pim.models import ApiToken


class MeViewSet(ManagementViewSet):
    """The account, and the token where there is one."""

    def describe_operations(self) -> dict[str, Operation]:
        """For OpenAPI."""
        return {"list": Operation({200: ME})}

    def list(self, request: Request) -> Response:
        """Account, groups, permissions, and the token's scopes and end."""
        refuse_unknown_parameters(request, ())
        user, token = self.actor, request.auth
        described = None
        if isinstance(token, ApiToken):
            described = {"name": token.name, "last4": token.last4, "scopes": token.scopes, "expires": token.expires}
        return Response(
            {
                "uuid": str(user.uuid),
                "username": user.get_username(),
                "name": user.get_full_name(),
                "email": user.email,
                "groups": sorted(user.groups.values_list("name", flat=True)),
                "permissions": sorted(user.get_all_permissions()),
                "token": described,
            }
        )

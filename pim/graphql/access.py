"""What the caller of a GraphQL field may do, by the same rules as REST."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import graphene
from django.utils.translation import gettext as _

from pim.errors import NotAllowed
from pim.models import User
from pim.services.access import check_permission, check_scope


def require(info: graphene.ResolveInfo, scope: str, model: str, verbs: Sequence[str] = ("view",)) -> User:
    """The caller, if its token has the scope (`catalog:read`) and its account the permissions on `app.model`.

    Raises:
        NotAllowed: naming what is missing.
    """
    request: Any = info.context
    check_scope(request.auth, scope)
    check_permission(request.user, model, verbs)
    if not isinstance(request.user, User):
        raise NotAllowed("not_allowed", _("You may not do this."))
    return request.user

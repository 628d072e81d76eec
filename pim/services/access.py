"""Whether a caller may do something: what their account allows, and what the token they came with leaves of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from pim.errors import NotAllowed
from pim.services.tokens import has_scope

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser
    from django.contrib.auth.models import AnonymousUser

    from pim.models import ApiToken

Verbs = Sequence[str]
"""Django's verbs: view, add, change, delete."""


def check_scope(token: ApiToken | None, scope: str) -> None:
    """Refuse what a token does not allow; a session has no scopes, an empty scope is any token's.

    Raises:
        NotAllowed: `missing_scope`, or `token_of_view` for a token that reads one channel view only.
    """
    if token is None:
        return
    if token.view:
        raise NotAllowed("token_of_view", _("This token reads the channel view “%s” and nothing else.") % token.view)
    if scope and not has_scope(token, scope):
        raise NotAllowed("missing_scope", _("This token lacks the scope “%s”.") % scope)


def check_permission(user: AbstractBaseUser | AnonymousUser | None, model: str, verbs: Verbs) -> None:
    """Refuse what an account does not allow. Who may change something may see it.

    Args:
        user: who asks.
        model: `app.model`, as in `catalog.product`.
        verbs: all of these are needed.

    Raises:
        NotAllowed: `not_allowed`, naming the permission.
    """
    for verb in verbs:
        if not _has(user, model, verb):
            app, name = model.split(".")
            raise NotAllowed("not_allowed", _("You lack the permission “%s”.") % f"{app}.{verb}_{name}")


def _has(user: AbstractBaseUser | AnonymousUser | None, model: str, verb: str) -> bool:
    if user is None or not user.is_active:
        return False
    app, name = model.split(".")
    possible = ("view", "change") if verb == "view" else (verb,)
    has_perm = getattr(user, "has_perm", None)
    return has_perm is not None and any(has_perm(f"{app}.{word}_{name}") for word in possible)

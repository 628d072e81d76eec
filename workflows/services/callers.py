"""What the state machine needs to know of whoever acts."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser

from pim.models import User
from workflows.choices import SubjectType
from workflows.services.snapshot import get_workflows
from workflows.stages.specs import SYSTEM, Caller

CHANGE_PERMISSION = {
    SubjectType.PRODUCT.value: "catalog.change_product",
    SubjectType.ASSET.value: "assets.change_asset",
}


def caller_of(actor: User | AnonymousUser | None, subject_type: str) -> Caller:
    """Groups and permission of an actor. None is the house itself; an inactive account may do nothing."""
    if actor is None:
        return SYSTEM
    if not isinstance(actor, User) or not actor.is_active:
        return Caller(may_change=False)
    names = get_workflows().group_names
    keys = actor.groups.values_list("pk", flat=True)
    return Caller(
        may_change=actor.has_perm(CHANGE_PERMISSION[SubjectType(subject_type).value]),
        groups=frozenset(names[key] for key in keys if key in names),
        is_superuser=actor.is_superuser,
    )

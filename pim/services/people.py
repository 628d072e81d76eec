"""People and their groups, as far as the house itself creates them."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib.auth.models import Group
from django.db import transaction

from pim.models import User


def ensure_person(
    username: str,
    *,
    password: str,
    first_name: str = "",
    last_name: str = "",
    email: str = "",
    groups: Sequence[str] = (),
    is_superuser: bool = False,
) -> User:
    """Return the user of this name; create them, with access to the admin, if there is none.

    A user who exists is left as they are, password and groups included. Groups that do not exist are created empty.
    """
    known = User.objects.filter(username=username).first()
    if known is not None:
        return known
    with transaction.atomic():
        user = User.objects.create_user(
            username,
            email,
            password,
            first_name=first_name,
            last_name=last_name,
            is_staff=True,
            is_superuser=is_superuser,
        )
        user.groups.set(Group.objects.get_or_create(name=name)[0] for name in groups)
    return user

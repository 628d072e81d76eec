"""Programs and people that call the management API."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rest_framework.test import APIClient

from pim.models import ApiToken, User
from pim.services.tokens import create_token


def make_user(username: str = "maria", *, is_superuser: bool = False, permissions: Sequence[str] = ()) -> User:
    """An account with permissions by `app.codename`."""
    from django.contrib.auth.models import Permission

    user = User.objects.create_user(username=username, password="demo", is_superuser=is_superuser)
    for name in permissions:
        app, codename = name.split(".")
        user.user_permissions.add(Permission.objects.get(content_type__app_label=app, codename=codename))
    return User.objects.get(pk=user.pk)


def make_token(user: User | None = None, **settings: Any) -> ApiToken:
    """A token of an account."""
    return create_token("test", user=user or make_user(), **settings)[0]


def make_program(user: User | None = None, **settings: Any) -> APIClient:
    """A client that sends a token of an account: of a superuser where none is named."""
    _token, text = create_token("test", user=user or make_user("root", is_superuser=True), **settings)
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {text}")
    return client

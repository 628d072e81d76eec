"""Nobody gives themselves more rights than they have."""

from __future__ import annotations

import pytest
from django.test import Client

from pim.models import ApiToken, User
from tests.factories.callers import make_user

pytestmark = pytest.mark.django_db
RIGHTS = ["pim.add_apitoken", "pim.view_apitoken", "pim.view_user", "pim.change_user"]


@pytest.fixture
def clerk(client: Client) -> User:
    """Keeps accounts and tokens, and is no superuser."""
    user = make_user("clerk", permissions=RIGHTS)
    User.objects.filter(pk=user.pk).update(is_staff=True)
    client.force_login(user)
    return user


def test_a_token_acts_as_somebody_else_only_by_a_superuser(client: Client, clerk: User) -> None:
    root = User.objects.create_superuser("root")

    refused = client.post("/admin/pim/apitoken/add/", {"name": "mine", "user": str(root.uuid)})
    made = client.post("/admin/pim/apitoken/add/", {"name": "mine", "user": str(clerk.uuid)})

    assert b"vtr_" not in refused.content
    assert b"vtr_" in made.content
    assert [token.user for token in ApiToken.objects.all()] == [clerk]


def test_an_account_gets_no_rights_from_somebody_who_is_no_superuser(client: Client, clerk: User) -> None:
    posted = {"username": "clerk", "is_active": "on", "is_staff": "on", "is_superuser": "on", "user_permissions": ["1"]}

    client.post(f"/admin/pim/user/{clerk.pk}/change/", posted)

    changed = User.objects.get(pk=clerk.pk)
    assert (changed.is_superuser, changed.user_permissions.count()) == (False, len(RIGHTS))


def test_a_superusers_password_is_set_by_superusers(client: Client, clerk: User) -> None:
    root = User.objects.create_superuser("root", password="before")
    posted = {"password1": "a-very-long-one-1", "password2": "a-very-long-one-1", "usable_password": "true"}

    answer = client.post(f"/admin/pim/user/{root.pk}/password/", posted)

    assert answer.status_code == 403
    assert User.objects.get(pk=root.pk).check_password("before")

"""Tokens leave a trace: who made them, what they may do, who switched them off; never the secret."""

from __future__ import annotations

import orjson
import pytest
from django.test import Client
from django.urls import reverse

from pim.models import ApiToken, Entry
from pim.services.tokens import create_token, revoke_token
from tests.factories.workflows import make_caller

pytestmark = pytest.mark.django_db


def test_making_and_revoking_a_token_are_entries_without_its_secret() -> None:
    boss = make_caller("superuser")

    token, text = create_token("shop", user=boss, actor=boss, origin="admin", scopes=["catalog:read"], view="web")
    revoke_token(token, actor=boss)
    revoke_token(token, actor=boss)

    made, revoked = Entry.objects.filter(subject_type="token").order_by("id")
    assert (made.kind, made.subject_uuid, made.key, made.actor) == ("create", token.uuid, token.key, boss)
    assert made.delta.pop("@expires")[0] is None
    assert made.delta == {
        "@name": [None, "shop"],
        "@user": [None, boss.username],
        "@scopes": [None, ["catalog:read"]],
        "@view": [None, "web"],
    }
    assert (revoked.kind, revoked.revision, revoked.delta) == ("update", 2, {"@is_active": [True, False]})
    written = orjson.dumps([made.delta, revoked.delta]).decode()
    assert all(part not in written for part in (text.rpartition("_")[2], token.secret_hash))


def test_a_refused_token_leaves_nothing(client: Client) -> None:
    boss = make_caller("superuser")
    client.force_login(boss)

    client.post(reverse("admin:pim_apitoken_add"), {"name": "shop", "user": str(boss.uuid), "networks": "nonsense"})
    assert not Entry.objects.filter(subject_type="token").exists()

    client.post(reverse("admin:pim_apitoken_add"), {"name": "shop", "user": str(boss.uuid)})
    client.post(reverse("admin:pim_apitoken_revoke", args=[ApiToken.objects.get().uuid]))
    entries = Entry.objects.filter(subject_type="token").values_list("kind", "actor", "origin")
    assert set(entries) == {("create", boss.pk, "admin"), ("update", boss.pk, "admin")}

"""Requests that were answered under a key, kept for a day so that a retry is not a second write."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from pim.models import IdempotentRequest, User

KEPT = timedelta(hours=24)
"""How long an answer is repeated."""

PATIENCE = timedelta(minutes=5)
"""After this long, a request without an answer is taken for dead."""


@dataclass(frozen=True, slots=True)
class FoundRequest:
    """An earlier request under the same key; `status` is None while it is being answered."""

    is_same: bool
    status: int | None
    headers: Mapping[str, str]
    body: bytes


def begin_request(user: User, key: str, fingerprint: str) -> FoundRequest | None:
    """Claim a key for a request; None when it is ours now. The unique constraint does the locking."""
    now = timezone.now()
    dead = Q(created__lt=now - KEPT) | Q(created__lt=now - PATIENCE, status=None)
    IdempotentRequest.objects.filter(dead).delete()
    row, is_new = IdempotentRequest.objects.get_or_create(user=user, key=key, defaults={"fingerprint": fingerprint})
    if is_new:
        return None
    body = zlib.decompress(bytes(row.answer)) if row.answer else b""
    return FoundRequest(row.fingerprint == fingerprint, row.status, row.headers, body)


def keep_answer(user: User, key: str, status: int, headers: Mapping[str, str], body: bytes) -> None:
    """Keep what a request was answered."""
    IdempotentRequest.objects.filter(user=user, key=key).update(
        status=status, headers=dict(headers), answer=zlib.compress(body, 1)
    )


def forget_request(user: User, key: str) -> None:
    """Give a key back: its request broke before it was answered."""
    IdempotentRequest.objects.filter(user=user, key=key).delete()

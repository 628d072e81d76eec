"""API tokens: made once, shown once, checked in constant time."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import string
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network
from time import monotonic
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pim import journal
from pim.choices import EntryKind, Origin
from pim.errors import Refused
from pim.models import ApiToken, User

ALPHABET = string.ascii_letters + string.digits
KEY_LENGTH, SECRET_LENGTH = 10, 43
PREFIX = "vtr"
LIFETIME = timedelta(days=90)
"""How long a token lives when nobody says otherwise."""

SCOPES = ("catalog:read", "catalog:write", "assets:read", "assets:write", "structure:read", "structure:write",
          "jobs:read", "jobs:write", "delivery:read")  # fmt: skip
"""What a token may be allowed. An empty list allows whatever its user may do."""

SUBJECT = "token"
"""The journal's name for tokens."""

_MOST_REMEMBERED = 1_000
_memory: dict[bytes, tuple[ApiToken, float]] = {}


def create_token(
    name: str,
    *,
    user: User,
    actor: User | None = None,
    origin: str = Origin.COMMAND,
    scopes: Iterable[str] = (),
    view: str = "",
    may_introspect: bool = False,
    networks: Iterable[str] = (),
    expires: datetime | None = None,
) -> tuple[ApiToken, str]:
    """Make a token and return it with its text, which nobody can read again; the journal knows all but the secret.

    Raises:
        Refused: an unknown scope or a network that is none.
    """
    chosen = list(scopes)
    for scope in chosen:
        if scope not in SCOPES:
            raise Refused("unknown_scope", _("There is no scope “%s”.") % scope, "/scopes")
    ranges = list(networks)
    for network in ranges:
        try:
            ip_network(network)
        except ValueError:
            raise Refused("invalid_network", _("“%s” is not an IP network.") % network, "/networks") from None
    key = "".join(secrets.choice(ALPHABET) for _ in range(KEY_LENGTH))
    secret = "".join(secrets.choice(ALPHABET) for _ in range(SECRET_LENGTH))
    with transaction.atomic():
        token = ApiToken.objects.create(
            name=name, key=key, secret_hash=_hash(secret), last4=secret[-4:], user=user, scopes=chosen, view=view,
            may_introspect=may_introspect, networks=ranges, expires=expires or timezone.now() + LIFETIME,
        )  # fmt: skip
        facts = {
            "@name": name, "@user": user.username, "@scopes": chosen, "@view": view, "@networks": ranges,
            "@may_introspect": may_introspect, "@expires": token.expires.isoformat() if token.expires else None,
        }  # fmt: skip
        delta = {fact: (None, value) for fact, value in facts.items() if value not in ("", [], None, False)}
        _record(token, EntryKind.CREATE, 1, delta, actor, origin)
    return token, f"{PREFIX}_{key}_{secret}"


def check_token(text: str, *, ip: str | None, remembered_for_s: float = 0.0) -> ApiToken | None:
    """The token behind a bearer text, if it is active, in time and used from where it may be; one query.

    The time of last use is written at most once a minute.

    Args:
        remembered_for_s: how long this process may go by what it has read; a token that another process switches off
            works here for that long.
    """
    token = _remembered(text, remembered_for_s) if remembered_for_s else _find(text)
    if token is None:
        return None
    now = timezone.now()
    if not token.is_active or not token.user.is_active or (token.expires is not None and token.expires <= now):
        return None
    if token.networks and not _is_inside(ip, token.networks):
        return None
    if token.last_used is None or now - token.last_used > timedelta(minutes=1):
        ApiToken.objects.filter(pk=token.pk).update(last_used=now)
        token.last_used = now
    return token


def _find(text: str) -> ApiToken | None:
    prefix, _sep, rest = text.partition("_")
    key, _sep, secret = rest.partition("_")
    if prefix != PREFIX or len(key) != KEY_LENGTH or len(secret) != SECRET_LENGTH:
        return None
    token = ApiToken.objects.select_related("user").filter(key=key).first()
    return token if token is not None and hmac.compare_digest(token.secret_hash, _hash(secret)) else None


def _remembered(text: str, for_s: float) -> ApiToken | None:
    """What `_find` has found lately; kept by a hash, so that no secret stays in memory, and only what was found."""
    key = hashlib.blake2b(text.encode(errors="replace"), digest_size=32).digest()
    known = _memory.get(key)
    if known is not None and monotonic() - known[1] < for_s:
        return known[0]
    token = _find(text)
    if token is None:
        _memory.pop(key, None)
        return None
    if len(_memory) >= _MOST_REMEMBERED:
        _memory.clear()
    _memory[key] = (token, monotonic())
    return token


def has_scope(token: ApiToken, scope: str) -> bool:
    """Whether a token allows something; writing includes reading."""
    if not token.scopes or scope in token.scopes:
        return True
    return scope.endswith(":read") and f"{scope.removesuffix(':read')}:write" in token.scopes


def revoke_token(token: ApiToken, *, actor: User | None, origin: str = Origin.ADMIN) -> None:
    """Switch a token off for good; one that is off already stays as it is."""
    with transaction.atomic():
        if ApiToken.objects.filter(pk=token.pk, is_active=True).update(is_active=False):
            _record(token, EntryKind.UPDATE, 2, {"@is_active": (True, False)}, actor, origin)
    _memory.clear()


def _record(
    token: ApiToken, kind: EntryKind, revision: int, delta: Mapping[str, Sequence[Any]], actor: User | None, origin: str
) -> None:
    """Write down what became of a token, which is known by its public key."""
    journal.write_entries(
        [journal.Line(SUBJECT, token.uuid, token.key, kind, revision, delta)], actor=actor, origin=origin
    )


def _is_inside(ip: str | None, networks: Iterable[str]) -> bool:
    if ip is None:
        return False
    address = ip_address(ip)
    return any(address in ip_network(network) for network in networks)


def _hash(secret: str) -> str:
    return hmac.new(f"token:{settings.SECRET_KEY}".encode(), secret.encode(), hashlib.sha256).hexdigest()

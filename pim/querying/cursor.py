"""Signed keyset cursors: where a walk through a list stands, and for which list that holds."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from dataclasses import dataclass

from django.utils.translation import gettext as _

from pim.errors import Refused
from pim.values.specs import Json

VERSION = 1
MAX_CURSOR_CHARS = 4_000
_MAC_BYTES = 32


@dataclass(frozen=True, slots=True)
class Cursor:
    """The row beside which a page lies: its sort values, then its key; `backwards` asks for the page before it."""

    values: tuple[Json, ...]
    backwards: bool = False


def hash_query(*parts: Json) -> str:
    """The hash of everything that must not change while a list is walked: filter, order, locale, …"""
    canonical = json.dumps(parts, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(canonical.encode()).hexdigest()[:16]


def write_cursor(cursor: Cursor, *, key: bytes, query_hash: str, endpoint: str) -> str:
    """Sign a cursor: base64url(JSON [sort values, key, direction, filter hash, endpoint, version] + HMAC-SHA256)."""
    *sort_values, pk = cursor.values
    payload = [sort_values, pk, "<" if cursor.backwards else ">", query_hash, endpoint, VERSION]
    body = json.dumps(payload, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(body + _sign(body, key)).rstrip(b"=").decode()


def read_cursor(text: str, *, key: bytes, query_hash: str, endpoint: str) -> Cursor:
    """Check and open a cursor.

    Raises:
        Refused: `invalid_cursor`: not ours, changed, of another list, of the same list with another filter or order.
    """
    raw = _decode(text)
    body, mac = raw[:-_MAC_BYTES], raw[-_MAC_BYTES:]
    if not hmac.compare_digest(mac, _sign(body, key)):
        raise _invalid()
    sort_values, pk, direction, signed_hash, signed_endpoint, version = json.loads(body)
    if (signed_hash, signed_endpoint, version) != (query_hash, endpoint, VERSION):
        raise _invalid()
    return Cursor((*sort_values, pk), direction == "<")


def _decode(text: str) -> bytes:
    if len(text) > MAX_CURSOR_CHARS or not text.isascii():
        raise _invalid()
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error:
        raise _invalid() from None
    # Base64 has several spellings of the same bytes; only the one we write is ours.
    if len(raw) <= _MAC_BYTES or base64.urlsafe_b64encode(raw).rstrip(b"=").decode() != text:
        raise _invalid()
    return raw


def _sign(body: bytes, key: bytes) -> bytes:
    return hmac.new(key, b"vitrine cursor\0" + body, hashlib.sha256).digest()


def _invalid() -> Refused:
    return Refused(
        "invalid_cursor",
        _("This cursor is not valid for this list, filter and order. Start again without it."),
        "/cursor",
    )

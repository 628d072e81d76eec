"""Signing and opening keyset cursors with the house's key."""

from __future__ import annotations

from django.conf import settings

from pim.querying.cursor import Cursor, read_cursor, write_cursor
from pim.values.specs import Json


def sign_cursor(values: tuple[Json, ...], *, query_hash: str, endpoint: str, backwards: bool = False) -> str:
    """A cursor that only this list, with this filter and order, takes back."""
    return write_cursor(Cursor(values, backwards), key=_key(), query_hash=query_hash, endpoint=endpoint)


def open_cursor(text: str, *, query_hash: str, endpoint: str) -> Cursor:
    """Check and open a cursor.

    Raises:
        Refused: `invalid_cursor`.
    """
    return read_cursor(text, key=_key(), query_hash=query_hash, endpoint=endpoint)


def _key() -> bytes:
    return settings.SECRET_KEY.encode()

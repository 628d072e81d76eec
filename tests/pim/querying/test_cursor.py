"""A cursor opens for the list it was made for, and for nothing else."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pim.errors import Refused
from pim.querying.cursor import Cursor, hash_query, read_cursor, write_cursor

KEY = b"secret" * 8
SCALARS = st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.floats(allow_nan=False) | st.text(max_size=20)


@given(st.lists(SCALARS, max_size=3), st.integers(0, 2**60), st.booleans())
def test_a_cursor_comes_back_as_it_was(values: list[str | int | float | bool | None], pk: int, backwards: bool) -> None:
    cursor = Cursor((*values, pk), backwards)

    written = write_cursor(cursor, key=KEY, query_hash="h", endpoint="/e")

    assert read_cursor(written, key=KEY, query_hash="h", endpoint="/e") == cursor


@pytest.mark.parametrize(
    ("key", "query_hash", "endpoint"), [(b"other", "h", "/e"), (KEY, "other", "/e"), (KEY, "h", "/other")]
)
def test_a_cursor_of_another_list_is_refused(key: bytes, query_hash: str, endpoint: str) -> None:
    written = write_cursor(Cursor((1, 2)), key=KEY, query_hash="h", endpoint="/e")

    with pytest.raises(Refused) as refusal:
        read_cursor(written, key=key, query_hash=query_hash, endpoint=endpoint)

    assert refusal.value.code == "invalid_cursor"


def test_no_character_may_be_changed() -> None:
    written = write_cursor(Cursor(("Mug", 2)), key=KEY, query_hash="h", endpoint="/e")
    for i, character in enumerate(written):
        for other in ("A", "B", "-", "="):
            if other == character:
                continue
            with pytest.raises(Refused):
                read_cursor(written[:i] + other + written[i + 1 :], key=KEY, query_hash="h", endpoint="/e")


@pytest.mark.parametrize(
    "text", ["", "A", "AAAA", "é", "A" * 5_000, "=" * 50, base64.urlsafe_b64encode(b"[]" + b"\0" * 32).decode()]
)
def test_what_is_no_cursor_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        read_cursor(text, key=KEY, query_hash="h", endpoint="/e")


def test_the_hash_follows_what_is_asked() -> None:
    assert hash_query({"a": 1, "b": 2}, "-updated") == hash_query({"b": 2, "a": 1}, "-updated")
    assert hash_query({"a": 1}, "-updated") != hash_query({"a": 1}, "updated")

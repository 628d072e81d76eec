"""COPY from Python: lines made by hand, because that is what an import spends its time on."""

from __future__ import annotations

from collections.abc import Iterable

import psycopg
from django.db import connection

ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
"""What COPY's text format needs escaped."""


def escape(text: str) -> str:
    """A text as a field of COPY's text format."""
    return text.translate(ESCAPES) if not text.isalnum() else text


def copy_lines(table: str, columns: str, lines: Iterable[str]) -> None:
    """COPY ready-made lines (fields escaped, separated by tabs, without the newline) into a table.

    Raises:
        DatabaseError: what the server says, as every other statement would raise it.
    """
    data = "\n".join(lines)
    if not data:
        return
    try:
        with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
            copy.write(data + "\n")
    except psycopg.Error as error:
        with connection.wrap_database_errors:
            raise error  # noqa: TRY201 - raised again inside the block that translates it

"""Databases beside the test run's own: copies that hold a whole catalog, made once and used by many tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DEFAULT_DB_ALIAS, connection, connections

from pim.services.snapshot import forget_structure


@contextmanager
def using_database(name: str) -> Iterator[None]:
    """Let the default connection be one to another database of the same server; the test's own stays as it is."""
    before = connections[DEFAULT_DB_ALIAS]
    other = connections.create_connection(DEFAULT_DB_ALIAS)
    other.settings_dict = {**before.settings_dict, "NAME": name}
    connections[DEFAULT_DB_ALIAS] = other
    forget_structure()
    try:
        yield
    finally:
        other.close()
        connections[DEFAULT_DB_ALIAS] = before
        forget_structure()


@contextmanager
def copied_database(source: str, name: str) -> Iterator[str]:
    """A copy of a database nobody is connected to, for as long as it is needed."""
    _command(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    _command(f'CREATE DATABASE "{name}" TEMPLATE "{source}"')
    try:
        yield name
    finally:
        _command(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _command(statement: str) -> None:
    with connection._nodb_cursor() as cursor:
        cursor.execute(statement)

"""A connection of its own, with temporary tables that nobody else sees."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from pytest_django.plugin import DjangoDbBlocker

from tests.pim.querying import world


@pytest.fixture(scope="package")
def connection(django_db_modify_db_settings: None, django_db_blocker: DjangoDbBlocker) -> Iterator[BaseDatabaseWrapper]:
    with django_db_blocker.unblock():
        own = connections["default"].copy()
        with own.cursor() as cursor:
            cursor.execute(world.SCHEMA)
        yield own
        own.close()


@pytest.fixture(scope="package")
def things(connection: BaseDatabaseWrapper) -> list[world.Thing]:
    made = world.make_things(random.Random(20_260_310), 240)
    for thing in made:
        thing.token_pct = list(thing.pct)  # type: ignore[attr-defined]
    with connection.cursor() as cursor:
        world.store(cursor, made)
        cursor.execute("ANALYZE " + world.TABLE_NAMES)
    return made

"""Migrations are one line per app, named by hand, and say all that the models say."""

from __future__ import annotations

import re
from io import StringIO

import pytest
from django.core.management import call_command
from django.db.migrations.loader import MigrationLoader

from tests.architecture.sources import APPS

AUTOMATIC = re.compile(r"\d{4}_(?:auto_\d|alter_|remove_|rename_|delete_)")


@pytest.fixture(scope="module")
def loader() -> MigrationLoader:
    return MigrationLoader(None)


@pytest.mark.parametrize("app", APPS)
def test_an_apps_migrations_are_linear(loader, app):
    own = {name: migration for (label, name), migration in loader.disk_migrations.items() if label == app}

    parents = [[parent for parent in migration.dependencies if parent[0] == app] for migration in own.values()]

    assert [len(found) for found in parents].count(0) == 1
    assert max(len(found) for found in parents) <= 1
    assert len(loader.graph.leaf_nodes(app)) == 1


@pytest.mark.parametrize("app", APPS)
def test_an_apps_migrations_are_named_by_hand(loader, app):
    assert [name for label, name in loader.disk_migrations if label == app and AUTOMATIC.match(name)] == []


@pytest.mark.parametrize("app", APPS)
def test_every_sql_or_code_step_can_be_undone(loader, app):
    one_way = [
        f"{name}: {operation.describe()}"
        for (label, name), migration in loader.disk_migrations.items()
        if label == app
        for operation in migration.operations
        if not operation.reversible
    ]

    assert one_way == []


@pytest.mark.django_db
def test_no_migration_is_missing():
    out = StringIO()

    try:
        call_command("makemigrations", "--check", "--dry-run", stdout=out)
    except SystemExit:
        pytest.fail(out.getvalue())

"""A throw-away database and folder for a run: nothing of the user's is read or written."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from urllib.parse import quote, urlencode

import psycopg
from django.conf import settings
from django.db import connection
from psycopg import sql

from config import confinement, env

COMMENT = "vitrine benchmark"
"""How a database that a killed run has left behind is told from every other."""


def run_inside(arguments: Sequence[str]) -> int:
    """Run `manage.py` with these arguments in a database and a home of its own; returns the exit status."""
    with _database() as name, _home() as home:
        environment = env.for_children(
            DATABASE_URL=_dump_url(name),
            # Nobody reads these messages: workers of the user's own platform must not hear of this catalog.
            BROKER_URL="memory://",
            CACHE_URL=str(settings.CACHES["default"].get("LOCATION", "")),
            VITRINE_HOME=str(home),
            S3_BUCKET="",
            LOG_LEVEL="ERROR",
        )
        command = [sys.executable, str(env.REPOSITORY / "manage.py"), *arguments]
        ending_with_us = partial(confinement.die_with_parent, signal.SIGTERM)
        return subprocess.run(
            command, env=environment, cwd=env.REPOSITORY, check=False,
            preexec_fn=ending_with_us,
        ).returncode  # fmt: skip


@contextmanager
def _database() -> Iterator[str]:
    """A new database in the cluster of the settings; dropped at the end, with what killed runs have left."""
    name = f"bench_{os.getpid()}"
    _drop_abandoned()
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        cursor.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(name), sql.Literal(COMMENT)))
    connection.close()
    try:
        # An open session says that this database is in use.
        with psycopg.connect(_dump_url(name)):
            yield name
    finally:
        with connection.cursor() as cursor:
            cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _drop_abandoned() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT d.datname FROM pg_database d WHERE shobj_description(d.oid, 'pg_database') = %s"
            " AND NOT EXISTS (SELECT FROM pg_stat_activity a WHERE a.datid = d.oid)",
            [COMMENT],
        )
        for (name,) in cursor.fetchall():
            cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))


@contextmanager
def _home() -> Iterator[Path]:
    home = Path(tempfile.mkdtemp(prefix="vitrine-bench-"))
    try:
        yield home
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _dump_url(name: str) -> str:
    """The address of a database of the settings' cluster, as DATABASE_URL wants it."""
    given = settings.DATABASES["default"]
    options = {key: value for key, value in given["OPTIONS"].items() if key not in {"application_name", "options"}}
    user = quote(given["USER"], safe="")
    password = f":{quote(given['PASSWORD'], safe='')}" if given["PASSWORD"] else ""
    host = given["HOST"]
    if host.startswith("/"):
        options["host"], host = host, ""
    port = f":{given['PORT']}" if given["PORT"] else ""
    query = f"?{urlencode(options)}" if options else ""
    return f"postgresql://{user}{password}@{host}{port}/{quote(name, safe='')}{query}"

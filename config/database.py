"""Turns addresses into Django's DATABASES and CACHES entries: pure functions; changes with the drivers' options."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from config import home as places

IDLE_IN_TRANSACTION_MS = 60_000
CONNECTION_MAX_AGE_S = 60


def embedded_database(home: Path) -> dict[str, Any]:
    """The DATABASES entry of the embedded server: its Unix socket under `home`."""
    return _entry(
        name=places.DATABASE_NAME,
        user=places.DATABASE_USER,
        password="",
        host=str(places.socket_dir(home)),
        port="",
        extra={},
    )


def database_from_url(url: str) -> dict[str, Any]:
    """Read `postgresql://user:password@host:port/name?sslmode=require`; `?host=/run/postgresql` names a socket folder.

    Raises:
        ValueError: another scheme, or no database name.
    """
    parts = urlsplit(url)
    name = unquote(parts.path.lstrip("/"))
    if parts.scheme not in {"postgres", "postgresql"} or not name:
        raise ValueError("DATABASE_URL must look like postgresql://user:password@host:port/name")
    extra = dict(parse_qsl(parts.query))
    host = extra.pop("host", "") or unquote(parts.hostname or "")
    return _entry(
        name=name,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        host=host,
        port=str(parts.port or ""),
        extra=extra,
    )


def cache_from_url(url: str) -> dict[str, Any]:
    """The CACHES entry of a Valkey/Redis address; memory of the process where there is none."""
    if not url:
        return {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    return {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": url, "KEY_PREFIX": "vitrine"}


def _entry(*, name: str, user: str, password: str, host: str, port: str, extra: dict[str, str]) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": user,
        "PASSWORD": password,
        "HOST": host,
        "PORT": port,
        "CONN_MAX_AGE": CONNECTION_MAX_AGE_S,
        "CONN_HEALTH_CHECKS": True,
        # A writer that hangs inside a transaction would hold up the journal's relay and vacuum.
        "OPTIONS": {
            "application_name": "vitrine",
            "options": f"-c idle_in_transaction_session_timeout={IDLE_IN_TRANSACTION_MS}",
            **extra,
        },
    }

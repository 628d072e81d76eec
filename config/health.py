"""What a load balancer asks: is the process up, and can it work?"""

from __future__ import annotations

from celery import current_app
from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache

BROKER_TIMEOUT_S = 2


@never_cache
def healthz(_request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})


@never_cache
def readyz(_request: HttpRequest) -> JsonResponse:
    """503 with the failing part named, where the database, the cache or the broker does not answer."""
    parts = {"database": _is_database_up(), "cache": _is_cache_up(), "broker": is_broker_up()}
    return JsonResponse({"ready": all(parts.values()), **parts}, status=200 if all(parts.values()) else 503)


def _is_database_up() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Exception:
        return False
    return True


def _is_cache_up() -> bool:
    try:
        cache.get("readyz")
    except Exception:
        return False
    return True


def is_broker_up() -> bool:
    try:
        with current_app.connection_for_write() as broker:
            broker.ensure_connection(max_retries=1, timeout=BROKER_TIMEOUT_S)
    except Exception:
        return False
    return True

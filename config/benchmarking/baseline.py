"""The platform's web process with one more address: a stored text, read and passed on, which is the least a view can do."""

import importlib

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path

from config.wsgi import application

__all__ = ["application"]

PATH = "benchmark/text"
TABLE = "benchmark_text"


def stored_text(_request: HttpRequest) -> HttpResponse:
    """One row of one column, as it is."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT body FROM {TABLE}")
        (body,) = cursor.fetchone()
    return HttpResponse(body, content_type="application/json")


# Only now: the address book imports models, and the line above has made the apps ready.
importlib.import_module(settings.ROOT_URLCONF).urlpatterns.insert(0, path(PATH, stored_text))

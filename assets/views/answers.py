"""What every answer of these views has: nothing in it runs, and a refusal is one plain sentence."""

from __future__ import annotations

from django.http import HttpResponse
from django.http.response import HttpResponseBase

from assets.services.originals import SANDBOX


def harden(response: HttpResponseBase) -> None:
    """Whatever the file is, a browser neither guesses its type nor runs it."""
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = SANDBOX


def answer_plain(status: int, sentence: str) -> HttpResponse:
    """One sentence, kept by nobody."""
    response = HttpResponse(sentence, status=status, content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = "no-store"
    harden(response)
    return response

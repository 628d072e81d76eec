"""`/hub/<view>/changes`: the feed of what was published and withdrawn."""

from __future__ import annotations

from collections.abc import Sequence

import orjson
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from channels.services.reading import MAX_LIMIT, Reader, Row
from channels.views.access import delivered, open_view
from channels.views.caching import JSON
from channels.views.products import SHAPING, Form, one_parameter, read_form, read_limit, refuse_unknown
from pim.errors import Refused

KNOWN = SHAPING | {"since", "limit", "include"}


@delivered("GET", "HEAD")
def changes(request: HttpRequest, view: str) -> HttpResponse:
    """What changed behind a token or a position, oldest first, each product once; `since=initial` begins with all."""
    access = open_view(request, view)
    refuse_unknown(request, KNOWN)
    since = one_parameter(request, "since")
    if not since:
        raise Refused("since_required", _("Say since when: a token, a position, or initial."), "/since")
    include = one_parameter(request, "include")
    if include not in {None, "body"}:
        raise Refused("invalid_value", _("Possible: body."), "/include")
    form = read_form(request, access)
    limit = read_limit(request, MAX_LIMIT, MAX_LIMIT)
    try:
        feed = access.reader.feed(since, limit=limit, parts=form.parts if include else ())
    except Refused as refusal:
        # To the reader a token is a cursor; here it came by another name.
        raise Refused(refusal.code, refusal.message, "/since") from None
    texts = _write_products(feed.rows, form, access.reader) if include else {}
    lines = ",".join(_write(row, texts.get(row.id)) for row in feed.rows)
    tail = orjson.dumps({"next": feed.next, "has_more": feed.has_more, "position": access.reader.position}).decode()
    response = HttpResponse(f'{{"changes":[{lines}],{tail[1:]}', content_type=JSON)
    response["Cache-Control"] = "no-store"
    return response


def _write_products(rows: Sequence[Row], form: Form, reader: Reader) -> dict[int, str]:
    """The documents of what is live in the locale asked for."""
    shown = [row for row in rows if row.is_live and (form.locale is None or form.locale in row.parts)]
    return {row.id: text for row, text in zip(shown, form.write_all(shown, reader), strict=True)}


def _write(row: Row, product: str | None) -> str:
    facts = {
        "op": "upsert" if row.is_live else "withdraw",
        "sku": row.sku,
        "uuid": row.uuid,
        "position": row.position,
        "at": row.published_at,
    }
    line = orjson.dumps(facts).decode()
    return line if product is None else f'{line[:-1]},"product":{product}}}'

"""`/hub/<view>/changes`: the feed of what was published and withdrawn."""

from __future__ import annotations

import orjson
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from channels.services.reading import MAX_LIMIT, Row
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
    feed = access.reader.feed(since, limit=limit, parts=form.parts if include else ())
    lines = ",".join(_write(row, form if include else None) for row in feed.rows)
    tail = orjson.dumps({"next": feed.next, "has_more": feed.has_more, "position": access.reader.position}).decode()
    response = HttpResponse(f'{{"changes":[{lines}],{tail[1:]}', content_type=JSON)
    response["Cache-Control"] = "no-store"
    return response


def _write(row: Row, form: Form | None) -> str:
    facts = {
        "op": "upsert" if row.is_live else "withdraw",
        "sku": row.sku,
        "uuid": row.uuid,
        "position": row.position,
        "at": row.published_at,
    }
    line = orjson.dumps(facts).decode()
    if form is None or not row.is_live or (form.locale is not None and form.locale not in row.parts):
        return line
    return f'{line[:-1]},"product":{form.write(row)}}}'

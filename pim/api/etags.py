"""Strong ETags of revisions, and the preconditions that name them."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.http import parse_etags, quote_etag
from django.utils.translation import gettext as _
from rest_framework.request import Request

from pim.errors import Conflict


def make_etag(own: int, above: Sequence[int] = (), *, variant: str = "") -> str:
    """`"<own>"`, then the revisions of what the document inherits from, then what makes its shape another one."""
    return quote_etag("-".join([str(own), *map(str, above), *([variant] if variant else [])]))


def is_unchanged(request: Request, etag: str) -> bool:
    """Whether `If-None-Match` names what the caller would get."""
    given = request.headers.get("If-None-Match")
    if not given or request.method not in {"GET", "HEAD"}:
        return False
    tags = parse_etags(given)
    return "*" in tags or etag in {tag.removeprefix("W/") for tag in tags}


def must_be_new(request: Request) -> bool:
    """`If-None-Match: *`: write only what is not there yet."""
    return request.headers.get("If-None-Match", "").strip() == "*"


def has_precondition(request: Request) -> bool:
    """Whether `If-Match` is given."""
    return bool(request.headers.get("If-Match", "").strip())


def check_match(request: Request, own: int, etag: str) -> None:
    """Compare the own revision in `If-Match` with the present one; what is inherited may have moved on.

    Raises:
        Conflict: `precondition_failed` (412), naming the present tag.
    """
    given = request.headers.get("If-Match", "").strip()
    if not given or given == "*":
        return
    seen = {tag.strip('"').partition("-")[0] for tag in parse_etags(given) if not tag.startswith("W/")}
    if str(own) not in seen:
        raise Conflict("precondition_failed", _("It has changed since: its tag is %s now.") % etag)

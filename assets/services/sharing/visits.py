"""A visit to a share link: the password, the terms, and the cookie that remembers both; all of it is written down."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.hashers import check_password
from django.core import signing
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from assets.choices import ShareEventKind
from assets.models import ShareEvent, ShareLink
from pim.errors import NotAllowed

VISIT_S = 12 * 3600
"""How long a visit lasts; then the password is asked for again."""

WINDOW = timedelta(minutes=15)
MAX_WRONG = 10
"""Wrong passwords from one address within the window."""
MAX_WRONG_ALL = 100
"""Wrong passwords for one link within the window, wherever they come from."""

_SALT = "assets.share.visit"
_PASSWORD = "password"  # noqa: S105 - what an event is about


@dataclass(frozen=True, slots=True)
class Visit:
    """What a visitor has shown and accepted so far; `session` names the visit and is never shown."""

    session: str
    has_password: bool = False
    has_accepted: bool = False

    def may_enter(self, share: ShareLink) -> bool:
        """Whether every step that the link asks for is done."""
        return (self.has_password or not share.password) and (self.has_accepted or not share.terms)


def begin_visit() -> Visit:
    """Of somebody who has come for the first time."""
    return Visit(secrets.token_urlsafe(24))


def read_visit(share: ShareLink, cookie: str) -> Visit | None:
    """The visit that a cookie tells of, as far as it still counts: another password or other terms are asked for anew."""
    try:
        kept = signing.loads(cookie, salt=_SALT, max_age=VISIT_S)
        session, address, password, terms = kept["id"], kept["a"], kept["p"], kept["t"]
    except (signing.BadSignature, KeyError, TypeError):
        return None
    if not isinstance(session, str) or not constant_time_compare(address, _mark("address", share.token_hash)):
        return None
    return Visit(
        session,
        has_password=constant_time_compare(password, _mark("password", share.password)),
        has_accepted=constant_time_compare(terms, _mark("terms", share.terms)),
    )


def write_visit(share: ShareLink, visit: Visit) -> str:
    """The visit as a cookie."""
    return signing.dumps(
        {
            "id": visit.session,
            "a": _mark("address", share.token_hash),
            "p": _mark("password", share.password) if visit.has_password else "",
            "t": _mark("terms", share.terms) if visit.has_accepted else "",
        },
        salt=_SALT,
    )


def try_password(share: ShareLink, visit: Visit, password: str, *, address: str | None) -> Visit:
    """Check the password; a wrong one costs one of the attempts that an address, and the link, have in a while.

    The attempt is counted before it is looked at, under the link's lock: a hundred at once are a hundred attempts.

    Raises:
        NotAllowed: `wrong_password`, `too_many_attempts`.
    """
    attempt = _count_attempt(share, address)
    if attempt is None:
        raise NotAllowed("too_many_attempts", _("Too many wrong passwords. Try again in a quarter of an hour."))
    if not check_password(password, share.password):
        raise NotAllowed("wrong_password", _("This is not the password."))
    attempt.delete()
    return Visit(visit.session, has_password=True, has_accepted=visit.has_accepted)


def accept_terms(share: ShareLink, visit: Visit, *, address: str | None) -> Visit:
    """Write down that the terms were accepted."""
    record_event(share, ShareEventKind.ACCEPTED, "", address=address)
    return Visit(visit.session, has_password=visit.has_password, has_accepted=True)


def record_event(share: ShareLink, kind: ShareEventKind, subject: str, *, address: str | None) -> None:
    """Write down what happened; `subject` names the file or the reason, cut to 300 characters."""
    ShareEvent.objects.create(share=share, kind=kind, subject=subject.replace("\x00", "")[:300], address=address)
    if kind != ShareEventKind.DENIED:
        ShareLink.objects.filter(pk=share.pk).update(last_used=timezone.now())


def _count_attempt(share: ShareLink, address: str | None) -> ShareEvent | None:
    """The denial that stands until the password turns out to be right; None: there were too many."""
    with transaction.atomic():
        ShareLink.objects.select_for_update().get(pk=share.pk)
        recent = ShareEvent.objects.filter(
            share=share, kind=ShareEventKind.DENIED, subject=_PASSWORD, created__gt=timezone.now() - WINDOW
        )
        if recent.count() >= MAX_WRONG_ALL or recent.filter(address=address).count() >= MAX_WRONG:
            return None
        return ShareEvent.objects.create(
            share=share, kind=ShareEventKind.DENIED, subject=_PASSWORD, address=address, created=timezone.now()
        )


def _mark(what: str, secret: str) -> str:
    """Tells whether something is still what it was, without telling what it is."""
    return salted_hmac(f"{_SALT}.{what}", secret, algorithm="sha256").hexdigest()[:32]

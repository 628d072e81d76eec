"""Share links are made, given a new address, and withdrawn; of an address only a hash is kept."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from assets.models import Asset, ShareItem, ShareLink
from assets.services.access import can, require
from assets.services.collections import find_collection, may_see
from assets.services.downloads.requests import ANY_USE, Use
from assets.services.downloads.selection import AssetSelection, resolve_selection
from assets.services.renditions.presets import get_presets
from pim import journal
from pim.choices import EntryKind
from pim.errors import NotAllowed, NotFound, Refused
from pim.models import User

SUBJECT = "share"
DEFAULT_DAYS = 30
MAX_DAYS = 365
MIN_PASSWORD = 8
TOKEN_LENGTH = 43
"""Characters of an address: 256 random bits in base64url."""


class ShareState(StrEnum):
    """What a link is good for now."""

    ACTIVE = "active"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    ORPHANED = "orphaned"


@dataclass(frozen=True, slots=True)
class NewShare:
    """What somebody wants to share, and how.

    Args:
        selection: a collection stays what it is at each moment; everything else is kept as single assets.
        expires_in_days: 1 to 365.
        password: empty: none is asked for.
        presets: codes of those that may be downloaded.
    """

    title: str
    selection: AssetSelection
    message: str = ""
    expires_in_days: int = DEFAULT_DAYS
    password: str = ""
    presets: Sequence[str] = ()
    allows_originals: bool = False
    terms: str = ""
    use: Use = ANY_USE


def create_share(wanted: NewShare, *, actor: User, origin: str) -> tuple[ShareLink, str]:
    """Make a link and return it with its token, which nobody can read again.

    Raises:
        NotAllowed: the actor may not share, or not give out originals.
        Refused: `title_missing`, `invalid_expiry`, `password_too_short`, `unknown_preset`, or what is wrong with the
            selection.
    """
    require(actor, "share")
    require(actor, "view")
    if wanted.allows_originals:
        require(actor, "download")
    _check(wanted)
    collection = None
    uuids: list[Any] = []
    if wanted.selection.collection is not None and not wanted.selection.assets:
        collection = find_collection(str(wanted.selection.collection), actor=actor)
    else:
        uuids = resolve_selection(wanted.selection, actor=actor)
        if not uuids:
            raise Refused("nothing_selected", _("Choose some assets first."), "/assets")
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        share = ShareLink.objects.create(
            token_hash=hash_token(token),
            title=wanted.title.strip(),
            message=wanted.message.strip(),
            owner=actor,
            collection=collection,
            presets=list(dict.fromkeys(wanted.presets)),
            allows_originals=wanted.allows_originals,
            channel=wanted.use.channel or "",
            territory=wanted.use.territory or "",
            medium=wanted.use.medium or "",
            terms=wanted.terms.strip(),
            password=make_password(wanted.password) if wanted.password else "",
            expires=timezone.now() + timedelta(days=wanted.expires_in_days),
        )
        pks = dict(Asset.objects.filter(uuid__in=uuids).values_list("uuid", "pk"))
        rows = [ShareItem(share=share, asset_id=pks[uuid], position=place) for place, uuid in enumerate(uuids)]
        ShareItem.objects.bulk_create(rows)
        _record(share, EntryKind.CREATE, _facts(share, len(rows)), actor, origin)
    return share, token


def renew_address(share: ShareLink, *, actor: User, origin: str) -> str:
    """Give a link a new address and return its token; the old one, and every visit under it, is over.

    Raises:
        NotAllowed: only who made the link may, or a superuser.
        Refused: `share_ended`.
    """
    if share.owner_id != actor.pk and not actor.is_superuser:
        raise NotAllowed("not_allowed", _("Only who made a link may give it a new address."))
    require(actor, "share")
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        row = ShareLink.objects.select_for_update(of=("self",)).select_related("owner", "collection").get(pk=share.pk)
        if state_of(row) != ShareState.ACTIVE:
            raise Refused("share_ended", _("This link is over. Make a new one."))
        row.token_hash = hash_token(token)
        row.save(update_fields=["token_hash"])
        _record(row, EntryKind.UPDATE, {"@address": [None, "renewed"]}, actor, origin)
    return token


def withdraw_share(share: ShareLink, *, actor: User, origin: str) -> None:
    """End a link at once, for good; one that is over already stays as it is.

    Raises:
        NotAllowed: it is somebody else's, and the actor may not change links.
    """
    if not may_withdraw(share, actor):
        raise NotAllowed("not_allowed", _("You may not withdraw this link."))
    now = timezone.now()
    with transaction.atomic():
        if ShareLink.objects.filter(pk=share.pk, revoked=None).update(revoked=now):
            _record(share, EntryKind.UPDATE, {"@revoked": [None, now.isoformat()]}, actor, origin)


def may_withdraw(share: ShareLink, actor: User) -> bool:
    """One's own, and with permission those of others."""
    return actor.is_active and (share.owner_id == actor.pk or actor.has_perm("assets.change_sharelink"))


def find_share(uuid: str) -> ShareLink:
    """Raises: NotFound."""
    rows = ShareLink.objects.select_related("owner", "collection")
    try:
        found = rows.filter(uuid=UUID(uuid)).first()
    except ValueError:
        found = None
    if found is None:
        raise NotFound("not_found", _("There is no such link."))
    return found


def find_by_token(token: str) -> ShareLink | None:
    """The link with this address, whatever its state. The token is 256 random bits: nothing is learnt from time."""
    if len(token) != TOKEN_LENGTH:
        return None
    return ShareLink.objects.select_related("owner", "collection").filter(token_hash=hash_token(token)).first()


def state_of(share: ShareLink, *, now: datetime | None = None) -> ShareState:
    """What a link is good for; it ends with the right of who made it to share, or to see the collection that is shared.

    Load it with its owner and collection.
    """
    if share.revoked is not None:
        return ShareState.WITHDRAWN
    if share.expires is not None and share.expires <= (now or timezone.now()):
        return ShareState.EXPIRED
    if share.owner is None or not can(share.owner, "share") or not may_see(share.collection, share.owner):
        return ShareState.ORPHANED
    return ShareState.ACTIVE


def describe_shares(shares: Iterable[ShareLink]) -> list[dict[str, Any]]:
    """Links as programs see them, loaded with owner and collection; without any secret."""
    return [
        {
            "uuid": str(share.uuid),
            "title": share.title,
            "message": share.message,
            "state": state_of(share).value,
            "owner": share.owner.get_username() if share.owner else None,
            "collection": str(share.collection.uuid) if share.collection else None,
            "presets": share.presets,
            "allows_originals": share.allows_originals,
            "channel": share.channel or None,
            "territory": share.territory or None,
            "medium": share.medium or None,
            "terms": share.terms,
            "has_password": bool(share.password),
            "expires": share.expires,
            "withdrawn": share.revoked,
            "last_used": share.last_used,
            "created": share.created,
        }
        for share in shares
    ]


def hash_token(token: str) -> str:
    """256 random bits need no salt, and a plain hash outlives a change of the secret key."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def _check(wanted: NewShare) -> None:
    if not wanted.title.strip():
        raise Refused("title_missing", _("Give the link a title: it is what people see first."), "/title")
    if len(wanted.title.strip()) > 200:
        raise Refused("title_too_long", _("A title has at most 200 characters."), "/title")
    if not 1 <= wanted.expires_in_days <= MAX_DAYS:
        raise Refused("invalid_expiry", _("A link lives for 1 to %d days.") % MAX_DAYS, "/expires_in_days")
    if wanted.password and len(wanted.password) < MIN_PASSWORD:
        raise Refused("password_too_short", _("A password has at least %d characters.") % MIN_PASSWORD, "/password")
    known = get_presets()
    for code in wanted.presets:
        if known.get(code) is None:
            raise Refused("unknown_preset", _("There is no preset “%s”.") % code[:100], "/presets")


def _facts(share: ShareLink, count: int) -> dict[str, list[Any]]:
    facts = {
        "@title": share.title,
        "@collection": share.collection.name if share.collection else None,
        "@assets": count or None,
        "@presets": share.presets or None,
        "@originals": share.allows_originals or None,
        "@expires": share.expires.isoformat() if share.expires else None,
    }
    return {name: [None, value] for name, value in facts.items() if value is not None}


def _record(share: ShareLink, kind: EntryKind, delta: Mapping[str, Sequence[Any]], actor: User, origin: str) -> None:
    revision = 1 if kind == EntryKind.CREATE else 2
    line = journal.Line(SUBJECT, share.uuid, share.title[:100], kind, revision, delta)
    journal.write_entries([line], actor=actor, origin=origin)

"""What people say to each other about an asset: threads that are opened, answered, resolved and opened again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from assets.models import Asset, AssetComment
from assets.services.access import require
from assets.services.writing import parse_focal
from pim import journal
from pim.choices import EntryKind
from pim.errors import NotAllowed, NotFound, Refused

if TYPE_CHECKING:
    from pim.models import User

SUBJECT = "asset_comment"
MAX_TEXT = 5_000


@dataclass(slots=True)
class Thread:
    """A comment with the answers to it, oldest first."""

    comment: AssetComment
    replies: list[AssetComment] = field(default_factory=list)


def write_comment(
    asset: Asset,
    text: object,
    *,
    actor: User,
    origin: str,
    region: object = None,
    reply_to: AssetComment | None = None,
    version: object = None,
) -> AssetComment:
    """Say something about an asset, on all of it or on a region; who may see it may speak.

    An answer to an answer joins the thread. `version` is the number it is about; None: the one that is shown.

    Raises:
        NotAllowed: the actor may not see assets.
        Refused: `text_missing`, `text_too_long`, `invalid_focal`, `region_on_reply`, `unknown_version`.
    """
    require(actor, "view", asset)
    cleaned = _clean_text(text)
    root = reply_to.reply_to or reply_to if reply_to is not None else None
    if root is not None and root.asset_id != asset.pk:
        raise Refused("unknown_comment", _("There is no such comment on this asset."), "/reply_to")
    if root is not None and region is not None:
        raise Refused("region_on_reply", _("An answer is about the region of its thread."), "/region")
    comment = AssetComment(
        asset=asset,
        reply_to=root,
        author=actor,
        text=cleaned,
        region=parse_focal(region, "/region") if region is not None else None,
        version_number=_find_version(asset, version if root is None else root.version_number),
    )
    with transaction.atomic():
        comment.save()
        comment.refresh_from_db(fields=["created"])
        delta: dict[str, list[Any]] = {"@text": [None, cleaned], "@region": [None, comment.region]}
        _note(comment, EntryKind.CREATE, delta, actor, origin)
    return comment


def resolve_comment(uuid: UUID | str, *, actor: User, origin: str, is_resolved: bool = True) -> AssetComment:
    """Say that a thread is dealt with, or that it is not; once is enough. Locks the comment.

    Raises:
        NotAllowed: the actor may not see assets.
        NotFound: there is no such comment.
        Refused: `not_a_thread`: it is an answer.
    """
    with transaction.atomic():
        comment = find_comment(uuid, lock=True)
        require(actor, "view", comment.asset)
        if comment.reply_to_id is not None:
            raise Refused("not_a_thread", _("Resolve the comment that was answered."), "/resolved")
        if (comment.resolved is not None) == is_resolved:
            return comment
        before = comment.resolved
        comment.resolved = timezone.now() if is_resolved else None
        comment.resolved_by = actor if is_resolved else None
        comment.save(update_fields=["resolved", "resolved_by"])
        delta = {"@resolved": [_iso(before), _iso(comment.resolved)]}
        _note(comment, EntryKind.UPDATE, delta, actor, origin)
    return comment


def delete_comment(uuid: UUID | str, *, actor: User, origin: str) -> AssetComment:
    """Take back what one has said, as long as nobody has answered. Locks the comment.

    Raises:
        NotAllowed: `not_yours`.
        NotFound: there is no such comment.
        Refused: `answered`.
    """
    with transaction.atomic():
        comment = find_comment(uuid, lock=True)
        require(actor, "view", comment.asset)
        if comment.author_id != actor.pk:
            raise NotAllowed("not_yours", _("Only who wrote a comment can delete it."))
        if comment.replies.exists():
            raise Refused("answered", _("Somebody has answered. Resolve the thread instead."))
        _note(comment, EntryKind.DELETE, {"@text": [comment.text, None]}, actor, origin)
        AssetComment.objects.filter(pk=comment.pk).delete()
    return comment


def find_comment(uuid: UUID | str, *, lock: bool = False) -> AssetComment:
    """One comment with its asset and author.

    Raises:
        NotFound: there is none.
    """
    found = comments().select_for_update(of=("self",)) if lock else comments()
    try:
        return found.get(uuid=UUID(str(uuid)))
    except (ValueError, AssetComment.DoesNotExist):
        raise NotFound("not_found", _("There is no such comment.")) from None


def comments() -> QuerySet[AssetComment]:
    """Comments with all that a face shows of them."""
    return AssetComment.objects.select_related("asset", "author", "resolved_by", "reply_to")


def list_threads(asset: Asset) -> list[Thread]:
    """The threads of an asset, oldest first; one query."""
    threads: dict[int, Thread] = {}
    for comment in comments().filter(asset=asset).order_by("created", "pk"):
        if comment.reply_to_id is None:
            threads[comment.pk] = Thread(comment)
        elif comment.reply_to_id in threads:
            threads[comment.reply_to_id].replies.append(comment)
    return list(threads.values())


def count_open_threads(asset: Asset) -> int:
    """How many threads wait for somebody."""
    return AssetComment.objects.filter(asset=asset, reply_to=None, resolved=None).count()


def describe_comments(found: Sequence[AssetComment]) -> list[Mapping[str, Any]]:
    """Comments loaded by `comments()`, as programs see them."""
    return [
        {
            "uuid": str(comment.uuid),
            "asset": str(comment.asset.uuid),
            "reply_to": str(comment.reply_to.uuid) if comment.reply_to else None,
            "version": comment.version_number,
            "author": comment.author.get_username() if comment.author else None,
            "text": comment.text,
            "region": comment.region,
            "resolved": comment.resolved,
            "resolved_by": comment.resolved_by.get_username() if comment.resolved_by else None,
            "created": comment.created,
        }
        for comment in found
    ]


def _clean_text(text: object) -> str:
    if not isinstance(text, str) or not text.strip() or "\x00" in text:
        raise Refused("text_missing", _("Write something first."), "/text")
    cleaned = text.strip()
    if len(cleaned) > MAX_TEXT:
        raise Refused("text_too_long", _("At most %d characters.") % MAX_TEXT, "/text")
    return cleaned


def _find_version(asset: Asset, number: object) -> int:
    if number is None:
        if asset.version is not None:
            return asset.version.number
        return asset.versions.values_list("number", flat=True).first() or 1
    if not isinstance(number, int) or not asset.versions.filter(number=number).exists():
        raise Refused("unknown_version", _("There is no version “%s”.") % number, "/version")
    return number


def _note(comment: AssetComment, kind: str, delta: Mapping[str, list[Any]], actor: User, origin: str) -> None:
    line = journal.Line(SUBJECT, comment.uuid, comment.asset.code, kind, 1, delta)
    journal.write_entries([line], actor=actor, origin=origin)


def _iso(moment: Any) -> str | None:
    return moment.isoformat() if moment else None

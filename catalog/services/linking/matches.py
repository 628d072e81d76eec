"""What has come of each file: kept while it waits for its SKU or for a decision, and as the trace of what was linked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from catalog.choices import LinkMode, MatchState, RowState
from catalog.models import AssetMatch, Product
from catalog.services.linking.examining import NamedFile, Planned, ProductRef, read_own_values
from catalog.services.linking.placing import place_files, write_places
from catalog.services.linking.rules import get_rules
from catalog.skus import sku_key
from pim.choices import Origin
from pim.errors import Conflict, NotAllowed, NotFound, Outcome, Refused
from pim.services.snapshot import get_structure

if TYPE_CHECKING:
    from pim.models import User

KEPT = {
    RowState.DONE: MatchState.LINKED,
    RowState.LINKED: MatchState.LINKED,
    RowState.WAITING: MatchState.WAITING,
    RowState.AMBIGUOUS: MatchState.AMBIGUOUS,
}
"""What is kept of a file, by what has come of it; everything else is forgotten."""

PERMISSION = "catalog.change_assetmatch"
ASKING = frozenset({MatchState.AMBIGUOUS, MatchState.WAITING})
FIELDS = ("state", "rule", "sku", "key", "position", "mode", "candidates", "loose_keys", "why", "message")


def store_matches(plans: Sequence[Planned]) -> None:
    """Keep what has come of files; what somebody has dismissed stays so until it is linked. Two statements."""
    dismissed = set(
        AssetMatch.objects.filter(
            asset_id__in=[plan.file.id for plan in plans], state=MatchState.DISMISSED
        ).values_list("asset_id", flat=True)
    )
    kept = [
        AssetMatch(
            asset_id=plan.file.id, state=KEPT[plan.state], rule=plan.rule, sku=plan.sku[:255], key=plan.key,
            position=plan.position, mode=plan.mode, candidates=plan.candidates, loose_keys=plan.loose_keys,
            why=plan.why, message=plan.message,
        )
        for plan in plans
        if plan.state in KEPT and (plan.file.id not in dismissed or KEPT[plan.state] == MatchState.LINKED)
    ]  # fmt: skip
    AssetMatch.objects.bulk_create(kept, update_conflicts=True, unique_fields=["asset"], update_fields=FIELDS)


def forget_matches(plans: Sequence[Planned]) -> None:
    """Let go of files that rules have nothing to say about any more."""
    gone = [plan.file.id for plan in plans if plan.state not in KEPT]
    AssetMatch.objects.filter(asset_id__in=gone).exclude(state=MatchState.DISMISSED).delete()


def settle_match(
    match: AssetMatch,
    sku: str,
    *,
    actor: User | None,
    origin: str = Origin.ADMIN,
    key: str = "",
    position: int | None = None,
    replaces: bool = False,
) -> Outcome:
    """Link a file that waits or needs a decision to the product that somebody has chosen.

    Args:
        key: the flat key where it goes; empty: where the rule says, if it says one place.
        position: among the new files; None: as the name says.
        replaces: whether it takes the place of what is there; a list loses the rest.

    Raises:
        NotAllowed: the actor may not decide about files.
        NotFound: there is no such product.
        Refused: `place_missing`, `not_of_assets`, or why the product does not take it.
        Conflict: `settled_already`; `holds_another` where something else stands in the place.
    """
    check_permission(actor)
    with transaction.atomic():
        locked = AssetMatch.objects.select_for_update(of=("self",)).select_related("asset__version").get(pk=match.pk)
        if locked.state not in ASKING | {MatchState.DISMISSED}:
            raise Conflict("settled_already", _("This file has been decided upon already."))
        plan = _chosen(locked, sku, key)
        plan.position = locked.position if position is None else position
        plan.mode = LinkMode.REPLACE if replaces else LinkMode.ADD
        placed = place_files([plan])
        written = write_places(placed, actor=actor, origin=origin, labels=get_rules().labels, permission=PERMISSION)
        if plan.state == RowState.TAKEN:
            raise Conflict(plan.why, plan.message, "/key")
        if plan.state == RowState.REFUSED:
            raise Refused(plan.why, plan.message, "/sku")
        plan.state = RowState.DONE
        store_matches([plan])
    return Outcome(updated=written, unchanged=1 - written)


def dismiss_matches(uuids: Sequence[str], *, actor: User | None, is_dismissed: bool = True) -> int:
    """Take files off the list of those that wait or need a decision, or put them back; returns how many.

    Raises:
        NotAllowed: the actor may not decide about files.
    """
    check_permission(actor)
    states = ASKING if is_dismissed else {MatchState.DISMISSED}
    found = AssetMatch.objects.filter(uuid__in=list(uuids), state__in=states)
    if is_dismissed:
        return found.update(state=MatchState.DISMISSED)
    back = found.update(state=MatchState.AMBIGUOUS)
    AssetMatch.objects.filter(uuid__in=list(uuids), state=MatchState.AMBIGUOUS, candidates=[]).update(
        state=MatchState.WAITING
    )
    return back


def find_match(uuid: str) -> AssetMatch:
    """A match by its uuid.

    Raises:
        NotFound.
    """
    try:
        key = UUID(uuid)
    except ValueError:
        key = None
    found = AssetMatch.objects.filter(uuid=key).select_related("asset__version").first() if key else None
    if found is None:
        raise NotFound("not_found", _("There is no such file to be linked."))
    return found


def check_permission(actor: User | None) -> None:
    """Raises: NotAllowed."""
    if actor is None or not actor.has_perm(PERMISSION):
        raise NotAllowed("not_allowed", _("You may not link files to products."))


def _chosen(match: AssetMatch, sku: str, key: str) -> Planned:
    product = Product.objects.with_skus([sku_key(sku)]).first()
    if product is None:
        raise NotFound("not_found", _("There is no product “%s”.") % sku, "/sku")
    offered = {each["key"] for each in match.candidates if each["sku"] == product.sku} or {match.key} - {""}
    place = key or (next(iter(offered)) if len(offered) == 1 else "")
    spec = get_structure().attributes.get(place.partition(":")[0])
    if not place or spec is None:
        raise Refused("place_missing", _("Say where the file goes."), "/key")
    if spec.type not in {"asset", "asset_list"}:
        raise Refused("not_of_assets", _("“%s” does not hold assets.") % spec.code, "/key")
    version = match.asset.version
    file = NamedFile(match.asset_id, str(match.asset.uuid), version.filename if version else match.asset.code)
    ref = ProductRef(product.pk, str(product.uuid), product.sku, product.revision)
    before = read_own_values([product.pk]).get(product.pk, {}).get(place)
    return Planned(
        file, RowState.LINK, "chosen", match.rule, ref, product.sku, spec.code, place, before=before,
        loose_keys=match.loose_keys,
    )  # fmt: skip

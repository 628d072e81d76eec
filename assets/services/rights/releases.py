"""The end of a consent: every use of what shows the person stops, and the journal says who ended it, when and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from assets import extensions
from assets.extensions import ProductUse, Target
from assets.models import Asset, Release
from assets.services.rights.forecasting import list_targets
from pim.choices import Origin
from pim.errors import NotAllowed, Refused
from pim.services.structure import StructureChange, write_structure

if TYPE_CHECKING:
    from pim.models import User

MAX_REASON = 1_000


@dataclass(frozen=True, slots=True)
class Impact:
    """What a withdrawal hits. `uses` are those by products that are sold; `places` are where one of them is live."""

    assets: Sequence[Asset]
    uses: Sequence[ProductUse]
    places: Sequence[tuple[Target, int]]

    @property
    def products(self) -> list[tuple[UUID, str]]:
        """(uuid, SKU), each once, in order."""
        return list(dict.fromkeys((use.product, use.sku) for use in self.uses))


def check_withdrawal(release: Release) -> Impact:
    """Say before a withdrawal what it would hit; a constant number of queries."""
    assets = list(Asset.objects.with_current().filter(release_rows__release=release).order_by("code_key"))
    uuids = [asset.uuid for asset in assets]
    uses = [use for source in extensions.product_uses.values() for use in source.read(uuids)]
    shown = [source.shown({use.product for use in uses}) for source in extensions.targets.values()]
    counts = {
        target: sum(target.code in codes for found in shown for codes in found.values()) for target in list_targets()
    }
    return Impact(assets, uses, [(target, count) for target, count in counts.items() if count])


def withdraw_release(release: Release, *, actor: User | None, reason: str, origin: str = Origin.ADMIN) -> Impact:
    """End a consent now, for every use.

    Files drawn of what it is about go and addresses that were handed out stop working when this commits; the views
    are told by the journal and withdraw the products, or show them without, within their next cycle. Returns what it
    hit. Withdrawing twice changes nothing.

    Raises:
        NotAllowed: the actor may not change releases.
        Refused: `reason_missing`, `reason_too_long`.
    """
    _require(actor)
    reason = reason.strip()
    if not reason:
        raise Refused("reason_missing", _("Say why the consent has ended: it is kept as evidence."), "/reason")
    if len(reason) > MAX_REASON:
        raise Refused("reason_too_long", _("At most %d characters.") % MAX_REASON, "/reason")
    with transaction.atomic():
        impact = check_withdrawal(release)
        if release.withdrawn is None:
            moment = timezone.now().replace(microsecond=0).isoformat()
            _write(release, moment, actor=actor, reason=reason, origin=origin)
    return impact


def reinstate_release(release: Release, *, actor: User | None, reason: str, origin: str = Origin.ADMIN) -> None:
    """Take a withdrawal back: the consent was given again. What it covers may be shown again.

    Raises:
        NotAllowed: the actor may not change releases.
        Refused: `reason_missing`.
    """
    _require(actor)
    if not reason.strip():
        raise Refused("reason_missing", _("Say how the consent was given again: it is kept as evidence."), "/reason")
    if release.withdrawn is not None:
        _write(release, None, actor=actor, reason=reason.strip(), origin=origin)


def _write(release: Release, moment: str | None, *, actor: User | None, reason: str, origin: str) -> None:
    change = StructureChange(release.code, {"withdrawn": moment})
    write_structure("release", [change], actor=actor, origin=origin, message=reason, atomic=True)
    release.refresh_from_db()


def _require(actor: User | None) -> None:
    if actor is not None and not (actor.is_active and actor.has_perm("assets.change_release")):
        raise NotAllowed("not_allowed", _("You may not change releases."))

"""The gate: whether a product is fit to be shown in a view, in which locales, and if not, why not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from channels.mapping.terms import AssetState, ViewTerms


class Reason(StrEnum):
    """Why a product is not live; the words for people are in channels.services.explaining."""

    INACTIVE_VIEW = "inactive_view"
    DELETED = "deleted"
    NOT_SELECTED = "not_selected"
    SELECTION_BROKEN = "selection_broken"
    DISABLED = "disabled"
    NOT_APPROVED = "not_approved"
    NO_FAMILY = "no_family"
    INCOMPLETE = "incomplete"
    ASSET_NOT_READY = "asset_not_ready"
    ASSET_NOT_ALLOWED = "asset_not_allowed"


@dataclass(frozen=True, slots=True)
class OwnerState:
    """A product or one of its ancestors: what the gate asks of each."""

    sku: str
    is_enabled: bool
    is_approved: bool
    stage: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything the gate looks at. `lineage` is root first, the product last.

    `percentages` and `missing` are by locale; None where the product has no family.
    """

    lineage: Sequence[OwnerState]
    is_selected: bool
    percentages: Mapping[str, int] | None
    missing: Mapping[str, Sequence[str]] = field(default_factory=dict)
    assets: Mapping[str, AssetState | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the gate says: the live locales, none where withheld; reasons also name locales that are not live.

    `changes_at` is when the verdict may change without anybody's doing.
    """

    locales: tuple[str, ...]
    reasons: tuple[dict[str, Any], ...]
    changes_at: datetime | None = None


def judge(terms: ViewTerms, standing: Standing) -> Verdict:
    """Decide: selected ∧ enabled ∧ approved with all ancestors ∧ complete per locale ∧ files ready ∧ rights."""
    blocking = [*_judge_owners(terms, standing), *_judge_assets(standing)]
    passing, lacking = _judge_locales(terms, standing)
    moments = [state.changes_at for state in standing.assets.values() if state and state.changes_at]
    too_few = not passing or (terms.requires_every_locale and len(passing) < len(terms.locales))
    locales = () if blocking or too_few else passing
    return Verdict(locales, (*blocking, *lacking), min(moments, default=None))


def _judge_owners(terms: ViewTerms, standing: Standing) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    if not standing.is_selected:
        found.append({"code": Reason.NOT_SELECTED})
    for owner in standing.lineage:
        if not owner.is_enabled:
            found.append({"code": Reason.DISABLED, "sku": owner.sku})
        if terms.requires_approval and not owner.is_approved:
            found.append({"code": Reason.NOT_APPROVED, "sku": owner.sku, "stage": owner.stage})
    return found


def _judge_assets(standing: Standing) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for uuid, state in standing.assets.items():
        if state is None or not state.is_ready:
            found.append({"code": Reason.ASSET_NOT_READY, "asset": uuid})
        elif state.reasons:
            found.append({"code": Reason.ASSET_NOT_ALLOWED, "asset": uuid, "why": list(state.reasons)})
    return found


def _judge_locales(terms: ViewTerms, standing: Standing) -> tuple[tuple[str, ...], list[dict[str, Any]]]:
    if terms.completeness == 0:
        return terms.locales, []
    if standing.percentages is None:
        return (), [{"code": Reason.NO_FAMILY}]
    passing, lacking = [], []
    for locale in terms.locales:
        percentage = standing.percentages.get(locale, 0)
        if percentage >= terms.completeness:
            passing.append(locale)
            continue
        missing = list(standing.missing.get(locale, ()))
        lacking.append({"code": Reason.INCOMPLETE, "locale": locale, "percentage": percentage, "missing": missing})
    return tuple(passing), lacking

"""What the stages mean to the catalog and to the DAM: their write paths ask here, once per row."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from assets.extensions import PlainStages as PlainAssetStages
from catalog.extensions import PlainStages, ProductFacts
from pim.choices import Origin
from pim.errors import Problem
from pim.models import User
from workflows.choices import SubjectType
from workflows.services.callers import caller_of
from workflows.services.snapshot import get_workflows, last_workflows
from workflows.stages.machine import check_edit
from workflows.stages.specs import StageSpec, WorkflowSpec

if TYPE_CHECKING:
    from assets.models import Asset

UNGUARDED = frozenset({Origin.UNDO.value, Origin.SYSTEM.value})
"""Origins that put back or derive content, whatever its stage."""


class WorkflowStages:
    """The stage rules of one type of subject, as its workflow has them; without a workflow, the plain ones."""

    def __init__(self, subject_type: str) -> None:
        self._subject_type = subject_type
        self._plain = PlainStages() if subject_type == SubjectType.PRODUCT else PlainAssetStages()

    def initial(self) -> str:
        """The stage of a new subject."""
        workflow = self._workflow()
        return workflow.initial.code if workflow else self._plain.initial()

    def exists(self, stage: str) -> bool:
        """Whether there is such a stage."""
        workflow = self._workflow()
        return stage in workflow.stages if workflow else self._plain.exists(stage)

    def is_approved(self, stage: str) -> bool:
        """Whether what stands in this stage is released as it is."""
        found = self._stage(stage)
        return found is not None and found.is_approved

    def keeps_edition(self, stage: str) -> bool:
        """Whether what stands in this stage goes on being published by its approved copy."""
        found = self._stage(stage)
        return found is not None and found.keeps_edition

    def after_edit(self, stage: str) -> str:
        """Where a subject goes when a reviewed value changes in this stage."""
        found = self._stage(stage)
        return found.after_edit or stage if found else stage

    def label(self, stage: str) -> str:
        """How people call a stage, in the active language."""
        found = self._stage(stage)
        return found.label if found else stage

    def choices(self) -> list[tuple[str, str]]:
        """All stages in order, with their names."""
        workflow = self._workflow()
        return [(stage.code, stage.label) for stage in workflow.stages.values()] if workflow else []

    def _stage(self, code: str) -> StageSpec | None:
        workflow = self._workflow()
        return workflow.stages.get(code) if workflow else None

    def _workflow(self) -> WorkflowSpec | None:
        return last_workflows().by_subject.get(self._subject_type)


class ProductLocks:
    """Keeps products in locked stages from being edited by others than the stage's editors."""

    def check(self, products: Sequence[ProductFacts], *, actor: User | None, origin: str) -> Mapping[int, Problem]:
        """See `catalog.extensions.EditGuard`; two queries at most, whatever the number of products."""
        if origin in UNGUARDED:
            return {}
        problems = explain_locks({product.stage for product in products}, SubjectType.PRODUCT, actor=actor)
        return {product.id: problems[product.stage] for product in products if product.stage in problems}


class AssetLocks:
    """Keeps assets in locked stages from being edited."""

    def check(self, assets: Sequence[Asset], *, actor: User | None, origin: str) -> Mapping[int, Problem]:
        """See `assets.extensions.EditGuard`; not asked about a change of nothing but the stage."""
        if origin in UNGUARDED:
            return {}
        problems = explain_locks({asset.stage for asset in assets}, SubjectType.ASSET, actor=actor)
        return {asset.pk: problems[asset.stage] for asset in assets if asset.stage in problems}


def explain_locks(stages: Collection[str], subject_type: str, *, actor: User | None) -> dict[str, Problem]:
    """Why the actor may not edit what stands in these stages: `{stage: problem}` for those that are locked to them."""
    if actor is None or actor.is_superuser:
        return {}
    workflow = get_workflows().by_subject.get(subject_type)
    locked = [spec for code in stages if workflow and (spec := workflow.stages.get(code)) and spec.is_locked]
    if not locked:
        return {}
    caller = caller_of(actor, subject_type)
    return {spec.code: problem for spec in locked if (problem := check_edit(spec, caller))}

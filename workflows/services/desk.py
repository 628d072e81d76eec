"""The desk that the catalog's screens go to when a product is to change its stage."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from catalog.extensions import ShownStage, StageWay
from pim.choices import Origin
from pim.errors import Outcome, Problem
from pim.values.specs import Json
from workflows.choices import SubjectType
from workflows.services.callers import caller_of
from workflows.services.jobs import start_transition_job
from workflows.services.snapshot import get_workflows
from workflows.services.transitions import available_transitions, raise_refusal, transition_products
from workflows.stages.machine import check_caller
from workflows.stages.specs import TransitionSpec

if TYPE_CHECKING:
    from catalog.models import Product
    from pim.models import Job, User


class ProductDesk:
    """See `catalog.extensions.StageDesk`."""

    def stages(self) -> Sequence[ShownStage]:
        """All stages of products, in order."""
        workflow = get_workflows().by_subject.get(SubjectType.PRODUCT)
        if workflow is None:
            return ()
        return [ShownStage(spec.code, spec.label, spec.colour, spec.is_final) for spec in workflow.stages.values()]

    def ways_of(self, product: Product, *, actor: User) -> Sequence[StageWay]:
        """The ways out of a product's stage, those that are blocked included."""
        return [_way(found.transition, found.problems) for found in available_transitions(product, actor)]

    def all_ways(self, *, actor: User) -> Sequence[StageWay]:
        """The ways that this person may take with some product."""
        return [_way(spec) for spec in self._open_to(actor)]

    def waiting_stages(self, *, actor: User) -> Sequence[str]:
        """Stages from which this person's group, and not just anybody, approves."""
        workflow = get_workflows().by_subject.get(SubjectType.PRODUCT)
        if workflow is None:
            return ()
        stages = workflow.stages
        ways = [spec for spec in self._open_to(actor) if spec.groups and stages[spec.target].is_approved]
        return [
            code for code, stage in stages.items() if any(code in way.sources for way in ways) and not stage.is_final
        ]

    def take(
        self,
        sku: str,
        way: str,
        *,
        actor: User,
        comment: str = "",
        include_ancestors: bool = False,
        include_variants: bool = False,
    ) -> Outcome:
        """Move one product, and with it what is above or below."""
        outcome = transition_products(
            [sku],
            way,
            actor=actor,
            origin=Origin.ADMIN,
            comment=comment,
            include_ancestors=include_ancestors,
            include_variants=include_variants,
        )
        if not outcome.written:
            raise_refusal(outcome)
        return outcome

    def start(
        self,
        way: str,
        *,
        actor: User,
        skus: Sequence[str] | None = None,
        where: Json = None,
        comment: str = "",
        include_ancestors: bool = False,
        include_variants: bool = False,
    ) -> Job:
        """Move many in a job."""
        return start_transition_job(
            SubjectType.PRODUCT,
            way,
            actor=actor,
            origin=Origin.ADMIN,
            keys=skus,
            filter=where,
            comment=comment,
            include_ancestors=include_ancestors,
            include_variants=include_variants,
        )

    def _open_to(self, actor: User) -> list[TransitionSpec]:
        workflow = get_workflows().by_subject.get(SubjectType.PRODUCT)
        if workflow is None:
            return []
        caller = caller_of(actor, SubjectType.PRODUCT)
        return [spec for spec in workflow.transitions.values() if check_caller(spec, caller) is None]


def _way(spec: TransitionSpec, problems: tuple[Problem, ...] = ()) -> StageWay:
    return StageWay(spec.code, spec.label, spec.target, spec.asks_comment, problems)

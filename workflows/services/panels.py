"""What the DAM asks about stages: the buttons on an asset's page, and moves of many assets at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from assets.extensions import StageAction, StageWay
from pim.choices import Origin
from pim.values.specs import Json
from workflows.choices import SubjectType
from workflows.services.callers import caller_of
from workflows.services.jobs import start_transition_job
from workflows.services.snapshot import get_workflows
from workflows.services.transitions import available_transitions
from workflows.stages.machine import check_caller

if TYPE_CHECKING:
    from assets.models import Asset
    from pim.models import Job, User


class AssetPanel:
    """See `assets.extensions.StagePanel`."""

    def actions(self, asset: Asset, *, user: Any) -> Sequence[StageAction]:
        """A button for each way out of the stage; what blocks it stands beside it."""
        url = reverse("admin:workflows_move", args=[SubjectType.ASSET.value, asset.uuid])
        return [
            StageAction(
                label=way.transition.label,
                url=url,
                is_allowed=way.is_allowed,
                reasons=[problem.message for problem in way.problems],
                fields={"transition": way.transition.code},
            )
            for way in available_transitions(asset, user)
        ]


class AssetDesk:
    """See `assets.extensions.StageDesk`."""

    def all_ways(self, *, actor: User) -> Sequence[StageWay]:
        """The ways that this person may take with some asset."""
        workflow = get_workflows().by_subject.get(SubjectType.ASSET)
        if workflow is None:
            return ()
        caller = caller_of(actor, SubjectType.ASSET)
        return [
            StageWay(spec.code, spec.label, spec.target, spec.asks_comment)
            for spec in workflow.transitions.values()
            if check_caller(spec, caller) is None
        ]

    def start(
        self, way: str, *, actor: User, keys: Sequence[str] | None = None, where: Json = None, comment: str = ""
    ) -> Job:
        """Move many in a job."""
        return start_transition_job(
            SubjectType.ASSET, way, actor=actor, origin=Origin.ADMIN, keys=keys, filter=where, comment=comment
        )

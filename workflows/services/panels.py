"""The stage buttons that the DAM draws on an asset's page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from assets.extensions import StageAction
from workflows.choices import SubjectType
from workflows.services.transitions import available_transitions

if TYPE_CHECKING:
    from assets.models import Asset


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

"""`/api/v1/workflows/`: the rules as they stand, read and written whole."""

from __future__ import annotations

from typing import ClassVar

from pim.api.structure import StructureViewSet
from workflows.models import Workflow


class WorkflowViewSet(StructureViewSet):
    """Stages and transitions of products and of assets, in order; there is one workflow for each type."""

    kind_code: ClassVar[str] = "workflow"
    model: ClassVar[type[Workflow]] = Workflow
    permission_model: ClassVar[str] = "workflows.workflow"
    filters: ClassVar = ("subject_type",)

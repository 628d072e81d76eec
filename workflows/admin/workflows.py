"""Workflows as pages: drawn as a graph, edited as cards."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from pim.admin.base import StructureAdmin
from pim.forms.structure import StructureForm
from workflows.admin.moves import move_subject
from workflows.choices import SubjectType
from workflows.forms.workflows import WorkflowForm
from workflows.models import Workflow
from workflows.services.snapshot import read_workflow
from workflows.stages.drawing import draw_workflow


@admin.register(Workflow)
class WorkflowAdmin(StructureAdmin[Workflow]):
    """Stages and transitions of one type of subject; there can be no more workflows than types."""

    kind = "workflow"
    form_class = WorkflowForm
    form_template = "workflows/workflow_form.html"
    list_display = ("label", "code", "subject_type", "stages_count", "transitions_count")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Workflow]:
        return (
            super()
            .get_queryset(request)
            .annotate(n_stages=Count("stages", distinct=True), n_transitions=Count("transitions", distinct=True))
        )

    def get_urls(self) -> list[URLPattern]:
        move = self.admin_site.admin_view(move_subject)
        return [path("move/<str:subject_type>/<uuid:uuid>/", move, name="workflows_move"), *super().get_urls()]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and Workflow.objects.count() < len(SubjectType.values)

    @admin.display(description=_("Stages"))
    def stages_count(self, obj: Any) -> int:
        """How many stages it has."""
        return int(obj.n_stages)

    @admin.display(description=_("Transitions"))
    def transitions_count(self, obj: Any) -> int:
        """How many ways lead between them."""
        return int(obj.n_transitions)

    def form_context(self, request: HttpRequest, form: StructureForm, obj: Workflow | None) -> dict[str, Any]:
        return {"drawing": draw_workflow(read_workflow(obj)) if obj is not None else None}

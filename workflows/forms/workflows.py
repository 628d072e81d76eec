"""The form of a workflow: its stages and its transitions as cards."""

from __future__ import annotations

from typing import ClassVar

from django import forms
from django.contrib.auth.models import Group
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pim.errors import DomainError
from pim.forms.fields import CodeField, TextsWidget
from pim.forms.structure import Section, StructureForm
from workflows.choices import StageColour, SubjectType
from workflows.forms.records import Column, JsonWidget, RecordsField
from workflows.stages.guards import guard_kinds


class WorkflowForm(StructureForm):
    """What `WorkflowKind` keeps; a new stage can be named by transitions once it is saved."""

    sections: ClassVar[tuple[Section, ...]] = (
        ("", ("code", "labels", "subject_type")),
        (gettext_lazy("Stages"), ("stages",)),
        (gettext_lazy("Transitions"), ("transitions",)),
    )
    fixed: ClassVar[frozenset[str]] = frozenset({"code", "subject_type"})

    external_code = None  # type: ignore[assignment]  # Django's way of dropping an inherited field
    subject_type = CodeField(label=gettext_lazy("Governs"), required=True, choices=SubjectType.choices)  # type: ignore[arg-type]  # lazy labels

    def prepare(self) -> None:
        """Offer the stages that exist and the groups of people."""
        locales = sorted(self.structure.locales)
        groups = [(name, name) for name in Group.objects.order_by("name").values_list("name", flat=True)]
        stages = [(stage["code"], stage["code"]) for stage in self.state.get("stages", ())]
        self.fields["stages"] = RecordsField(
            columns=_stage_columns(locales, groups, stages), title=gettext_lazy("Stage"), label=gettext_lazy("Stages")
        )
        self.fields["transitions"] = RecordsField(
            columns=_transition_columns(locales, groups, stages),
            title=gettext_lazy("Transition"),
            label=gettext_lazy("Transitions"),
        )

    def add_problems(self, error: DomainError) -> None:
        """Findings about a card name the card: `/transitions/2/from` becomes “approve: …”."""
        for problem in error.problems:
            part, _slash, rest = problem.pointer.strip("/").partition("/")
            place = rest.partition("/")[0]
            records = self.cleaned_data.get(part) if hasattr(self, "cleaned_data") else None
            if part in {"stages", "transitions"} and records and place.isdigit() and int(place) < len(records):
                code = records[int(place)]["code"]
                self.add_error(part, _("%(code)s: %(message)s") % {"code": code, "message": problem.message})
            else:
                self.add_error(self.find_field(problem.pointer), str(problem.message))


def _stage_columns(
    locales: list[str], groups: list[tuple[str, str]], stages: list[tuple[str, str]]
) -> tuple[Column, ...]:
    return (
        Column("code", gettext_lazy("Code"), forms.TextInput(attrs={"maxlength": 50})),
        Column("labels", gettext_lazy("Labels"), TextsWidget(locales)),
        Column("colour", gettext_lazy("Colour"), forms.Select(choices=StageColour.choices)),
        Column("is_initial", gettext_lazy("First stage"), forms.CheckboxInput()),
        Column("is_approved", gettext_lazy("Approved: what stands here is released"), forms.CheckboxInput()),
        Column("keeps_edition", gettext_lazy("Published content stays published here"), forms.CheckboxInput()),
        Column("is_final", gettext_lazy("Final"), forms.CheckboxInput()),
        Column(
            "after_edit",
            gettext_lazy("After an edit, content goes to"),
            forms.Select(choices=[("", gettext_lazy("nowhere: it stays")), *stages]),
        ),
        Column("is_locked", gettext_lazy("Locked: only its editors edit here"), forms.CheckboxInput()),
        Column("editors", gettext_lazy("Editors"), forms.CheckboxSelectMultiple(choices=groups)),
    )


def _transition_columns(
    locales: list[str], groups: list[tuple[str, str]], stages: list[tuple[str, str]]
) -> tuple[Column, ...]:
    kinds = ", ".join(guard_kinds.codes())
    example = '[{"kind": "complete", "percent": 100, "channel": "print", "locales": ["de_DE"]}]'
    return (
        Column("code", gettext_lazy("Code"), forms.TextInput(attrs={"maxlength": 50})),
        Column("labels", gettext_lazy("Labels"), TextsWidget(locales)),
        Column("from", gettext_lazy("From"), forms.CheckboxSelectMultiple(choices=stages)),
        Column("to", gettext_lazy("To"), forms.Select(choices=stages)),
        Column(
            "groups",
            gettext_lazy("Who may take it"),
            forms.CheckboxSelectMultiple(choices=groups),
            gettext_lazy("Nobody ticked: everybody who may edit."),
        ),
        Column(
            "guards",
            gettext_lazy("Guards"),
            JsonWidget(),
            _("A JSON list of: %(kinds)s. Example: %(example)s") % {"kinds": kinds, "example": example},
        ),
        Column("asks_comment", gettext_lazy("Asks for a comment"), forms.CheckboxInput()),
    )

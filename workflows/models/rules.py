"""Stages and transitions as data: the rules that people draw up in the admin."""

from typing import Any, ClassVar

from django.contrib.auth.models import Group
from django.db import models
from django.utils.translation import gettext_lazy as _

from pim.models.coded import Coded, Labels, unique_code
from pim.values.labels import label_of
from workflows.choices import StageColour, SubjectType


class Workflow(Coded):
    """The stages of one type of subject and the ways between them; one workflow for each type."""

    subject_type = models.CharField(_("governs"), max_length=10, choices=SubjectType.choices, unique=True)

    class Meta(Coded.Meta):
        verbose_name = _("workflow")
        verbose_name_plural = _("workflows")
        ordering: ClassVar = ["-subject_type"]
        constraints: ClassVar = [unique_code("workflow")]


class Stage(models.Model):
    """A place of a workflow where a subject may stand; subjects carry its code."""

    workflow = models.ForeignKey(Workflow, on_delete=models.CASCADE, related_name="stages", verbose_name=_("workflow"))
    code = models.CharField(_("code"), max_length=50)
    labels: models.JSONField[Labels, Labels] = models.JSONField(_("labels"), default=dict, blank=True)
    colour = models.CharField(_("colour"), max_length=10, choices=StageColour.choices, default=StageColour.GREY)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_initial = models.BooleanField(_("first stage"), default=False)
    is_approved = models.BooleanField(_("approved"), default=False, help_text=_("What stands here is released."))
    keeps_edition = models.BooleanField(
        _("keeps the approved copy"), default=True, help_text=_("Published content stays published in this stage.")
    )
    after_edit = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("after an edit"),
        help_text=_("Where content goes when a reviewed value changes."),
    )
    is_final = models.BooleanField(_("final"), default=False)
    is_locked = models.BooleanField(_("locked"), default=False, help_text=_("Only its editors may edit what is here."))
    editors = models.ManyToManyField(
        Group, through="workflows.StageEditor", blank=True, related_name="+", verbose_name=_("editors")
    )

    class Meta:
        verbose_name = _("stage")
        verbose_name_plural = _("stages")
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workflow", "code"], name="stage_code_unique"),
            models.UniqueConstraint(fields=["workflow"], condition=models.Q(is_initial=True), name="stage_one_initial"),
        ]

    def __str__(self) -> str:
        return label_of(self.labels, self.code)


class Transition(models.Model):
    """A way from some stages of a workflow to one other, with who may take it and what it demands."""

    workflow = models.ForeignKey(
        Workflow, on_delete=models.CASCADE, related_name="transitions", verbose_name=_("workflow")
    )
    code = models.CharField(_("code"), max_length=50)
    labels: models.JSONField[Labels, Labels] = models.JSONField(_("labels"), default=dict, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    sources = models.ManyToManyField(Stage, related_name="ways_out", verbose_name=_("from"))
    target = models.ForeignKey(Stage, on_delete=models.RESTRICT, related_name="ways_in", verbose_name=_("to"))
    groups = models.ManyToManyField(
        Group,
        through="workflows.TransitionGroup",
        blank=True,
        related_name="+",
        verbose_name=_("groups"),
        help_text=_("Empty: whoever may edit."),
    )
    guards: models.JSONField[list[dict[str, Any]], list[dict[str, Any]]] = models.JSONField(
        _("guards"), default=list, blank=True
    )
    asks_comment = models.BooleanField(_("asks for a comment"), default=False)

    class Meta:
        verbose_name = _("transition")
        verbose_name_plural = _("transitions")
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workflow", "code"], name="transition_code_unique"),
        ]

    def __str__(self) -> str:
        return label_of(self.labels, self.code)


class StageEditor(models.Model):
    """A group that edits in a locked stage. It cannot be deleted meanwhile: the stage would close to everybody."""

    stage = models.ForeignKey(Stage, on_delete=models.CASCADE, related_name="+")
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["stage", "group"], name="stage_editor_unique")]

    def __str__(self) -> str:
        return f"{self.group_id} edits in {self.stage_id}"


class TransitionGroup(models.Model):
    """A group that may take a transition. It cannot be deleted meanwhile: the transition would open to everybody."""

    transition = models.ForeignKey(Transition, on_delete=models.CASCADE, related_name="+")
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["transition", "group"], name="transition_group_unique")
        ]

    def __str__(self) -> str:
        return f"{self.group_id} takes {self.transition_id}"

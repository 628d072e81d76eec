"""Long work that people watch: its progress, its findings and its lease."""

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from pim.choices import IssueLevel, JobState


class Job(models.Model):
    """One piece of long work, done in chunks; the row holds all that a resume needs."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=50)
    parameters: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="jobs", verbose_name=_("by")
    )
    state = models.CharField(_("state"), max_length=10, choices=JobState.choices, default=JobState.QUEUED)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(null=True)
    counters: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    checkpoint: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    result: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_owner = models.CharField(max_length=100, blank=True)
    lease_until = models.DateTimeField(null=True)
    is_cancel_requested = models.BooleanField(default=False)
    error = models.TextField(blank=True)
    undo_of = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="undos")
    created = models.DateTimeField(_("created"), auto_now_add=True)
    started = models.DateTimeField(null=True)
    finished = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            models.Index(
                fields=["lease_until"], name="job_running_lease", condition=models.Q(state__in=["queued", "running"])
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.uuid}"


class JobIssue(models.Model):
    """One finding of a job, with the place it is about."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="issues")
    file = models.CharField(max_length=255, blank=True)
    line = models.PositiveIntegerField(null=True)
    column = models.CharField(max_length=255, blank=True)
    level = models.CharField(max_length=10, choices=IssueLevel.choices)
    code = models.CharField(max_length=60)
    message = models.TextField()
    key = models.CharField(max_length=255, blank=True)

    class Meta:
        verbose_name = _("issue")
        verbose_name_plural = _("issues")
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {self.code}"

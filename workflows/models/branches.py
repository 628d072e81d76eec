"""Parallel branches beside a subject's stage, such as one translation among many."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from workflows.choices import SubjectType


class Branch(models.Model):
    """Where one branch of a subject stands; the subject's own stage is the trunk."""

    subject_type = models.CharField(max_length=10, choices=SubjectType.choices)
    subject_uuid = models.UUIDField()
    branch = models.CharField(max_length=50)
    locale = models.CharField(max_length=100, blank=True)
    state = models.CharField(max_length=50)

    class Meta:
        verbose_name = _("branch")
        verbose_name_plural = _("branches")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["subject_type", "subject_uuid", "branch", "locale"], name="branch_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.branch} {self.locale} of {self.subject_uuid}: {self.state}"

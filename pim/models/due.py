"""Time as an event: what becomes due, and when."""

from typing import Any, ClassVar

from django.db import models


class Due(models.Model):
    """A dated fact (a licence that ends, an embargo that lifts) that beat journals when its moment comes."""

    at = models.DateTimeField(db_index=True)
    kind = models.CharField(max_length=50)
    subject_type = models.CharField(max_length=50)
    subject_uuid = models.UUIDField()
    key = models.CharField(max_length=255, blank=True)
    parameters: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "subject_type", "subject_uuid"], name="due_subject_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key} at {self.at}"

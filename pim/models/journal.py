"""The journal: history, audit log, undo log and outbox in one append-only table."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Now


class Entry(models.Model):
    """One change of one subject; `delta` is `{key: [before, after]}`, what is not a value starts with `@`."""

    at = models.DateTimeField(db_default=Now())
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="+",
        db_index=False,
    )
    origin = models.CharField(max_length=30)
    job = models.ForeignKey(
        "pim.Job", null=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="entries", db_index=False
    )
    request_id = models.CharField(max_length=64, blank=True, db_default="")
    caused_by = models.BigIntegerField(null=True)
    message = models.TextField(blank=True, db_default="")
    subject_type = models.CharField(max_length=50)
    subject_uuid = models.UUIDField()
    key = models.CharField(max_length=255)
    kind = models.CharField(max_length=30)
    revision = models.PositiveIntegerField()
    delta: models.JSONField[dict[str, list[Any]], dict[str, list[Any]]] = models.JSONField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["subject_uuid", "id"], name="entry_subject"),
            models.Index(fields=["job", "id"], name="entry_job", condition=models.Q(job__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_type} {self.key} r{self.revision}"


class JournalText(models.Model):
    """A text above 16 kB that deltas name by its hash, kept once."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    text = models.TextField()

    def __str__(self) -> str:
        return self.sha256


class Pending(models.Model):
    """An entry that the relay has not yet put into the stream."""

    entry = models.BigIntegerField(primary_key=True)

    def __str__(self) -> str:
        return str(self.entry)


class Stream(models.Model):
    """The entries in an order in which each position becomes visible after all smaller ones."""

    position = models.BigAutoField(primary_key=True)
    entry = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.position}: {self.entry}"


class Cursor(models.Model):
    """How far a consumer has read the stream."""

    consumer = models.CharField(max_length=50, primary_key=True)
    position = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.consumer} at {self.position}"

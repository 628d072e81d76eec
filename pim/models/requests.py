"""Requests of programs that may be repeated without being done twice."""

from typing import ClassVar

from django.conf import settings
from django.db import models


class IdempotentRequest(models.Model):
    """A write under an `Idempotency-Key`, and what it was answered; without status it is still being answered."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    headers: models.JSONField[dict[str, str], dict[str, str]] = models.JSONField(default=dict)
    answer = models.BinaryField(default=b"")
    created = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "key"], name="idempotent_request_unique")]

    def __str__(self) -> str:
        return self.key

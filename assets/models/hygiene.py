"""What the health of the library is judged by: look-alikes, and files in storage that nothing knows."""

import uuid
from typing import Any, ClassVar

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from assets.models.assets import Asset


class NearDuplicate(models.Model):
    """Two assets whose pictures look alike; `first` is the older. `distance` counts differing bits of 64."""

    first = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="+")
    distance = models.PositiveSmallIntegerField()
    is_dismissed = models.BooleanField(default=False)
    created = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("near-duplicate")
        verbose_name_plural = _("near-duplicates")
        constraints: ClassVar = [models.UniqueConstraint(fields=["first", "second"], name="nearduplicate_unique")]

    def __str__(self) -> str:
        return f"{self.first_id} ~ {self.second_id}"


class OrphanFile(models.Model):
    """A file in storage that no row knows; it is deleted when it is still unknown after the time of grace."""

    storage_key = models.CharField(max_length=255, unique=True)
    size_bytes = models.PositiveBigIntegerField(default=0)
    first_seen = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("orphaned file")
        verbose_name_plural = _("orphaned files")

    def __str__(self) -> str:
        return self.storage_key


class HygieneReport(models.Model):
    """The health of the library as it was counted at one moment; `figures` is what `assets.services.hygiene` counts."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    figures: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    counted_ms = models.PositiveIntegerField(default=0)
    created = models.DateTimeField(_("counted"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("hygiene report")
        verbose_name_plural = _("hygiene")
        ordering: ClassVar = ["-created", "-pk"]

    def __str__(self) -> str:
        return f"{self.created:%Y-%m-%d %H:%M}"

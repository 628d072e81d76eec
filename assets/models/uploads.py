"""Files on their way in: batches, and what has arrived of each file."""

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from assets.choices import UploadState
from assets.models.assets import Asset
from pim.models import Job


class UploadBatch(models.Model):
    """Files that somebody sends together; `fields` is what is set on each asset they become (see `AssetChange`)."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+")
    fields: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict, blank=True)
    keeps_paths = models.BooleanField(_("make folders as they were"), default=False)
    unpacks = models.BooleanField(_("unpack archives"), default=False)
    created = models.DateTimeField(_("begun"), db_default=Now(), editable=False)
    updated = models.DateTimeField(_("changed"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("upload")
        verbose_name_plural = _("uploads")
        indexes: ClassVar = [models.Index(fields=["owner", "-created"], name="uploadbatch_owner")]

    def __str__(self) -> str:
        return str(self.uuid)


class Upload(models.Model):
    """One file of a batch. Which of its parts have arrived is what the storage says.

    A file of an address has `source_url`; an archive that is being unpacked has a `job`.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    batch = models.ForeignKey(UploadBatch, on_delete=models.CASCADE, related_name="uploads")
    filename = models.CharField(_("file name"), max_length=255)
    path = models.CharField(_("folder path"), max_length=1000, blank=True)
    size_bytes = models.PositiveBigIntegerField(_("size"))
    sha256 = models.CharField("SHA-256", max_length=64, blank=True)
    part_size_bytes = models.PositiveIntegerField()
    storage_key = models.CharField(max_length=255)
    multipart_id = models.CharField(max_length=1024, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=UploadState.choices, default=UploadState.OPEN)
    error = models.TextField(_("error"), blank=True)
    is_duplicate = models.BooleanField(default=False)
    source_url = models.CharField(_("address"), max_length=2000, blank=True)
    job = models.ForeignKey(Job, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    asset = models.ForeignKey(Asset, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    created = models.DateTimeField(db_default=Now(), editable=False)
    updated = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("uploaded file")
        verbose_name_plural = _("uploaded files")
        indexes: ClassVar = [models.Index(fields=["state", "updated"], name="upload_state")]

    def __str__(self) -> str:
        return self.filename

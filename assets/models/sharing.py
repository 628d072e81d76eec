"""Files on their way out: share links, what happened on them, and single-use downloads."""

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from assets.choices import ShareEventKind
from assets.models.assets import Asset
from assets.models.collections import Collection


class ShareLink(models.Model):
    """A page for people without an account: certain assets, in certain presets, for a while.

    It shows a collection as it is at that moment, or its items. `channel`, `territory` and `medium` are those for
    which the verdict is asked. Of the address only a hash is kept; of the password too.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    title = models.CharField(_("title"), max_length=200)
    message = models.TextField(_("message"), blank=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    collection = models.ForeignKey(Collection, null=True, blank=True, on_delete=models.CASCADE, related_name="shares")
    presets = ArrayField(models.CharField(max_length=100), default=list, blank=True, verbose_name=_("presets"))
    allows_originals = models.BooleanField(_("originals too"), default=False)
    channel = models.CharField(_("channel"), max_length=100, blank=True)
    territory = models.CharField(_("territory"), max_length=2, blank=True)
    medium = models.CharField(_("medium"), max_length=20, blank=True)
    terms = models.TextField(_("terms to accept"), blank=True)
    password = models.CharField(max_length=255, blank=True)
    expires = models.DateTimeField(_("expires"), null=True, blank=True)
    revoked = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    last_used = models.DateTimeField(_("last used"), null=True, blank=True)
    created = models.DateTimeField(_("created"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("share link")
        verbose_name_plural = _("share links")
        ordering: ClassVar = ["-created", "-pk"]

    def __str__(self) -> str:
        return self.title


class ShareItem(models.Model):
    """One asset of a share link without a collection."""

    share = models.ForeignKey(ShareLink, on_delete=models.CASCADE, related_name="items")
    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="share_items")
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["position", "pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["share", "asset"], name="shareitem_unique")]

    def __str__(self) -> str:
        return f"{self.asset_id} by {self.share_id}"


class ShareEvent(models.Model):
    """Something that happened on a share link; `subject` names the file or the reason."""

    share = models.ForeignKey(ShareLink, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(_("event"), max_length=10, choices=ShareEventKind.choices)
    subject = models.CharField(max_length=300, blank=True)
    address = models.GenericIPAddressField(_("from"), null=True)
    created = models.DateTimeField(_("when"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("share event")
        verbose_name_plural = _("share events")
        ordering: ClassVar = ["-created", "-pk"]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"


class DownloadTicket(models.Model):
    """A ZIP that may be fetched once, by the one who asked for it: an account or a share link.

    `request` is what to pack: {"assets": [uuid], "preset", "layout", "channel", "territory", "medium"}.
    """

    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+")
    share = models.ForeignKey(ShareLink, null=True, on_delete=models.CASCADE, related_name="tickets")
    request: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField()
    expires = models.DateTimeField()
    used = models.DateTimeField(null=True)
    created = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("download")
        verbose_name_plural = _("downloads")

    def __str__(self) -> str:
        return f"download of {len(self.request.get('assets', []))} assets"

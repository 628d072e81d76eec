"""Collections: sets of assets that people put together, or that a search keeps together."""

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from assets.models.assets import Asset


class Collection(models.Model):
    """A named set of assets. A smart one has a `query` (the filter language) and no items."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=200)
    description = models.TextField(_("description"), blank=True)
    query: models.JSONField[dict[str, Any] | None, dict[str, Any] | None] = models.JSONField(
        _("search"), null=True, blank=True
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("owner")
    )
    is_shared = models.BooleanField(_("shared with the team"), default=True)
    revision = models.PositiveIntegerField(default=0, editable=False)
    created = models.DateTimeField(_("created"), db_default=Now(), editable=False)
    updated = models.DateTimeField(_("changed"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("collection")
        verbose_name_plural = _("collections")
        ordering: ClassVar = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_smart(self) -> bool:
        """Whether a search decides what is in it."""
        return self.query is not None


class CollectionItem(models.Model):
    """An asset's place in a manual collection."""

    collection = models.ForeignKey(Collection, on_delete=models.CASCADE, related_name="items")
    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="collection_items")
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["position", "pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["collection", "asset"], name="collectionitem_unique")]

    def __str__(self) -> str:
        return f"{self.asset_id} in {self.collection_id}"

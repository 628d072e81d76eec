"""How files find their products: naming rules, runs of them, and files that wait or need a decision."""

import secrets
import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Now
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from assets.models import Asset
from catalog.choices import LinkingState, LinkMode, MatchState, RowState
from pim.models import Attribute, Job
from pim.models.coded import Coded, unique_code

Json = dict[str, Any]


class NamingRule(Coded):
    """How the names of files say to which product, attribute and position they belong.

    `roles` is `[{"text", "attribute", "channel", "locale"}]`: what a role in a name means. Rules of a smaller
    `position` go first.
    """

    template = models.CharField(_("template"), max_length=500, blank=True)
    pattern = models.CharField(_("regular expression"), max_length=500, blank=True)
    prefix = models.CharField(_("prefix"), max_length=50, blank=True)
    suffix = models.CharField(_("suffix"), max_length=50, blank=True)
    ignores_separators = models.BooleanField(_("separators do not count"), default=False)
    ignores_zeros = models.BooleanField(_("zeros at the front do not count"), default=False)
    roles: models.JSONField[list[Json], list[Json]] = models.JSONField(_("roles"), default=list, blank=True)
    attribute = models.ForeignKey(
        Attribute, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("attribute")
    )
    mode = models.CharField(_("mode"), max_length=7, choices=LinkMode.choices, default=LinkMode.ADD)
    position = models.PositiveIntegerField(_("order"), default=0)
    is_active = models.BooleanField(_("active"), default=True)
    is_automatic = models.BooleanField(_("links new files by itself"), default=False)

    class Meta(Coded.Meta):
        verbose_name = _("naming rule")
        verbose_name_plural = _("naming rules")
        ordering: ClassVar = ["position", "code"]
        constraints: ClassVar = [unique_code("namingrule")]


def make_token() -> str:
    """What somebody must show who wants a preview applied."""
    return secrets.token_urlsafe(24)


class Linking(models.Model):
    """One run of the naming rules over a set of files: a preview, which can be applied once, as it is.

    `selection` says which files (see `catalog.services.linking.selecting`); `counts` is `{state: rows}`.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("by")
    )
    selection: models.JSONField[Json, Json] = models.JSONField(_("files"), default=dict)
    rules = ArrayField(models.CharField(max_length=100), default=list, blank=True, verbose_name=_("rules"))
    state = models.CharField(
        _("state"), max_length=8, choices=LinkingState.choices, default=LinkingState.PLANNING, editable=False
    )
    token = models.CharField(max_length=64, default=make_token, editable=False)
    counts: models.JSONField[dict[str, int], dict[str, int]] = models.JSONField(default=dict, editable=False)
    planning = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="+", editable=False)
    job = models.ForeignKey(
        Job, null=True, on_delete=models.SET_NULL, related_name="+", editable=False, verbose_name=_("job")
    )
    created = models.DateTimeField(_("made"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("linking")
        verbose_name_plural = _("linkings")
        ordering: ClassVar = ["-created", "-pk"]

    def __str__(self) -> str:
        return date_format(localtime(self.created), "SHORT_DATETIME_FORMAT")


class LinkingRow(models.Model):
    """What a linking would make of one file.

    `key` is the flat key of the product's value; `before` what stood there when the preview was made. `candidates` is
    `[{"product": uuid, "sku", "key", "position", "rule", "mode"}]`, several where the row is ambiguous.
    """

    linking = models.ForeignKey(Linking, on_delete=models.CASCADE, related_name="rows")
    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=9, choices=RowState.choices)
    rule = models.CharField(max_length=100, blank=True)
    product_uuid = models.UUIDField(null=True)
    sku = models.CharField(max_length=255, blank=True)
    attribute = models.CharField(max_length=100, blank=True)
    key = models.CharField(max_length=320, blank=True)
    position = models.PositiveIntegerField(null=True)
    mode = models.CharField(max_length=7, choices=LinkMode.choices, default=LinkMode.ADD)
    confidence = models.PositiveSmallIntegerField(default=0)
    before: models.JSONField[Any, Any] = models.JSONField(null=True)
    candidates: models.JSONField[list[Json], list[Json]] = models.JSONField(default=list)
    loose_keys = ArrayField(models.CharField(max_length=255), default=list)
    why = models.CharField(max_length=40, blank=True)
    message = models.TextField(blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["linking", "state", "id"], name="linkingrow_state"),
            models.Index(fields=["linking", "product_uuid", "key"], name="linkingrow_place"),
        ]
        constraints: ClassVar = [models.UniqueConstraint(fields=["linking", "asset"], name="linkingrow_unique")]

    def __str__(self) -> str:
        return f"{self.asset_id} → {self.sku}"


class AssetMatch(models.Model):
    """What the names of files have come to, file by file: linked, waiting for a SKU, or for somebody's decision.

    `loose_keys` are those of every SKU that the name may mean, so that the product is recognised when it comes.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    asset = models.OneToOneField(Asset, on_delete=models.CASCADE, related_name="+", verbose_name=_("file"))
    state = models.CharField(_("state"), max_length=9, choices=MatchState.choices)
    rule = models.CharField(_("rule"), max_length=100, blank=True)
    sku = models.CharField(_("SKU"), max_length=255, blank=True)
    key = models.CharField(max_length=320, blank=True)
    position = models.PositiveIntegerField(null=True)
    mode = models.CharField(max_length=7, choices=LinkMode.choices, default=LinkMode.ADD)
    candidates: models.JSONField[list[Json], list[Json]] = models.JSONField(default=list)
    loose_keys = ArrayField(models.CharField(max_length=255), default=list)
    why = models.CharField(max_length=40, blank=True)
    message = models.TextField(blank=True)
    created = models.DateTimeField(_("since"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("file to be linked")
        verbose_name_plural = _("files to be linked")
        indexes: ClassVar = [
            models.Index(fields=["state", "-id"], name="assetmatch_state"),
            GinIndex(fields=["loose_keys"], name="assetmatch_keys"),
        ]

    def __str__(self) -> str:
        return f"{self.asset_id}: {self.state}"

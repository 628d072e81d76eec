"""Assets and the versions of their files."""

import uuid
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from assets.choices import AssetKind, DigitalSource, VersionState
from assets.models.families import AssetFamily
from assets.models.folders import Folder
from assets.models.rights import License, Release
from assets.querysets import AssetQuerySet, VersionQuerySet
from assets.render import FocalRectangle
from pim.models import Category

DEFAULT_STAGE = "received"


class Asset(models.Model):
    """A picture or document as people speak of it; its bytes are in its versions."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField(_("code"), max_length=100)
    code_key = models.CharField(max_length=100, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=10, choices=AssetKind.choices, default=AssetKind.OTHER)
    stage = models.CharField(_("stage"), max_length=50, default=DEFAULT_STAGE)
    version = models.OneToOneField(
        "AssetVersion",
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("current version"),
    )
    focal: models.JSONField[dict[str, float] | None, dict[str, float] | None] = models.JSONField(
        _("focal rectangle"),
        null=True,
        blank=True,
        help_text=_("left, top, width, height as fractions of the picture."),
    )
    crops: models.JSONField[dict[str, dict[str, float]], dict[str, dict[str, float]]] = models.JSONField(
        _("crops"), default=dict, blank=True, help_text=_("By preset, where the focal rectangle does not serve.")
    )
    family = models.ForeignKey(
        AssetFamily, null=True, blank=True, on_delete=models.PROTECT, related_name="assets", verbose_name=_("family")
    )
    folder = models.ForeignKey(
        Folder, null=True, blank=True, on_delete=models.PROTECT, related_name="assets", verbose_name=_("folder")
    )
    keywords = ArrayField(models.CharField(max_length=100), default=list, blank=True, verbose_name=_("keywords"))
    categories = models.ManyToManyField(
        Category, through="assets.AssetCategory", related_name="+", verbose_name=_("categories")
    )
    digital_source = models.CharField(_("digital source"), max_length=50, choices=DigitalSource.choices, blank=True)
    license = models.ForeignKey(
        License, null=True, blank=True, on_delete=models.PROTECT, related_name="assets", verbose_name=_("licence")
    )
    releases = models.ManyToManyField(
        Release, through="assets.AssetRelease", related_name="assets", verbose_name=_("releases")
    )
    valid_from = models.DateField(
        _("usable from"), null=True, blank=True, help_text=_("Embargo: the first day of use.")
    )
    valid_until = models.DateField(_("usable until"), null=True, blank=True, help_text=_("The last day of use."))
    revision = models.PositiveIntegerField(default=0, editable=False)
    created = models.DateTimeField(_("created"), db_default=Now(), editable=False)
    updated = models.DateTimeField(_("changed"), db_default=Now(), editable=False)

    objects = AssetQuerySet.as_manager()

    class Meta:
        verbose_name = _("asset")
        verbose_name_plural = _("assets")
        permissions: ClassVar = [("download_asset", "Can download originals")]
        indexes: ClassVar = [
            models.Index(OpClass("code_key", name="text_pattern_ops"), name="asset_code_starts"),
            models.Index(fields=["-updated", "-id"], name="asset_updated"),
            models.Index(fields=["-created", "-id"], name="asset_created"),
            models.Index(
                fields=["valid_until"], name="asset_valid_until", condition=models.Q(valid_until__isnull=False)
            ),
            models.Index(fields=["valid_from"], name="asset_valid_from", condition=models.Q(valid_from__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def focal_rectangle(self) -> FocalRectangle | None:
        """What must stay visible when a preset crops."""
        return FocalRectangle(**self.focal) if self.focal else None


class AssetVersion(models.Model):
    """One uploaded file of an asset. `number` counts from 1 within the asset; rows are never changed once ready.

    Width and height are those of the picture that renditions are drawn from: the file itself, or the picture made of
    it (`preview_key`: a page, a poster, a rasterised drawing). `palette` holds its main colours as 0xRRGGBB, the
    largest share first; `measures` is what picture rules ask for (see `assets.probe.measures`). `content_sha256` is
    equal for files that differ in metadata alone (see `assets.probe.hashing`).
    """

    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("number"))
    state = models.CharField(_("state"), max_length=12, choices=VersionState.choices, default=VersionState.QUARANTINED)
    error = models.TextField(_("error"), blank=True)
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    storage_key = models.CharField(max_length=255, db_index=True)
    filename = models.CharField(_("file name"), max_length=255)
    size_bytes = models.PositiveBigIntegerField(_("size"), default=0)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True, db_index=True)
    media_type = models.CharField(_("media type"), max_length=100, blank=True)
    width_px = models.PositiveIntegerField(_("width"), null=True)
    height_px = models.PositiveIntegerField(_("height"), null=True)
    duration_ms = models.PositiveBigIntegerField(_("duration"), null=True)
    pages = models.PositiveIntegerField(_("pages"), null=True)
    preview_key = models.CharField(max_length=255, blank=True)
    dhash = models.BigIntegerField(null=True)
    content_sha256 = models.CharField(max_length=64, blank=True, default="", db_index=True)
    palette = ArrayField(models.PositiveIntegerField(), default=list)
    measures: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(_("measures"), default=dict)
    metadata: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(_("metadata"), default=dict)
    created = models.DateTimeField(_("uploaded"), db_default=Now())

    objects = VersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["asset", "number"], name="assetversion_number_unique")]
        indexes: ClassVar = [
            models.Index(fields=["id"], name="assetversion_broken", condition=~models.Q(error="")),
        ]

    def __str__(self) -> str:
        return f"{self.filename} v{self.number}"

    @property
    def is_picture(self) -> bool:
        """Whether renditions can be drawn of it."""
        return self.width_px is not None


class AssetValues(models.Model):
    """An asset's texts in one locale, by flat key (`alt:de_DE`, `label:de_DE`); locale 0 holds what has no locale."""

    pk = models.CompositePrimaryKey("asset_id", "locale")
    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="values_rows", db_index=False)
    locale = models.PositiveSmallIntegerField()
    values: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField()

    def __str__(self) -> str:
        return f"values of {self.asset_id} in locale {self.locale}"


class AssetCategory(models.Model):
    """That an asset is filed under a category of the shared taxonomy."""

    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="category_rows", db_index=False)
    category = models.ForeignKey(Category, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["asset", "category"], name="assetcategory_unique")]

    def __str__(self) -> str:
        return f"{self.asset_id} in {self.category_id}"


class AssetRelease(models.Model):
    """That a person or property on an asset has given this consent."""

    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="release_rows", db_index=False)
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="asset_rows")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["asset", "release"], name="assetrelease_unique")]

    def __str__(self) -> str:
        return f"{self.asset_id} under {self.release_id}"

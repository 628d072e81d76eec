"""Rendition presets and the renditions drawn by them."""

from typing import Any, ClassVar

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from assets.choices import RenditionState
from pim.models.coded import Coded, unique_code


class RenditionPreset(Coded):
    """A named way to draw pictures; `settings` is what `assets.render.parse_preset` reads.

    `in_force` are the settings by which addresses are still given out while the files of new ones are being drawn;
    None: `settings` themselves.
    """

    settings: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(_("settings"), default=dict)
    in_force: models.JSONField[dict[str, Any] | None, dict[str, Any] | None] = models.JSONField(
        _("settings in force"), null=True, blank=True, editable=False
    )
    is_eager = models.BooleanField(
        _("drawn at once"), default=False, help_text=_("Draw it when a file arrives, not when it is first asked for.")
    )

    class Meta(Coded.Meta):
        verbose_name = _("rendition preset")
        verbose_name_plural = _("rendition presets")
        ordering: ClassVar = ["code"]
        constraints: ClassVar = [unique_code("renditionpreset")]


class Rendition(models.Model):
    """One file drawn from one source by one preset in one format.

    It belongs to the source's bytes, not to an asset: versions with the same bytes share it. `recipe` holds the
    preset, the crop and what else decides the bytes as they were, so that the digest can always be drawn again.

    Until `not_before` nobody else draws it: somebody does so now, or, where there is an `error`, waits to try again.
    """

    digest = models.CharField(max_length=64, unique=True)
    source_sha256 = models.CharField(max_length=64, db_index=True)
    preset = models.CharField(_("preset"), max_length=100)
    fmt = models.CharField(_("format"), max_length=10)
    is_guarded = models.BooleanField(default=False)
    recipe: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField()
    state = models.CharField(_("state"), max_length=10, choices=RenditionState.choices, default=RenditionState.PENDING)
    width_px = models.PositiveIntegerField(_("width"), null=True)
    height_px = models.PositiveIntegerField(_("height"), null=True)
    size_bytes = models.PositiveBigIntegerField(_("size"), null=True)
    error = models.TextField(_("error"), blank=True)
    drawn_ms = models.PositiveIntegerField(_("time to draw"), null=True)
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    not_before = models.DateTimeField(null=True, editable=False)
    updated = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("rendition")
        verbose_name_plural = _("renditions")
        indexes: ClassVar = [
            models.Index(fields=["preset", "state"], name="rendition_preset_state"),
            models.Index(
                fields=["not_before"],
                name="rendition_waiting",
                condition=models.Q(state=RenditionState.PENDING, attempts__gt=0),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.preset}.{self.fmt} of {self.source_sha256[:12]}"

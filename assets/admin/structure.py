"""Licences and rendition presets."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from assets.forms.structure import LicenseForm, PresetForm
from assets.models import License, RenditionPreset
from pim.admin.base import StructureAdmin


@admin.register(License)
class LicenseAdmin(StructureAdmin[License]):
    """Licences and how long they hold."""

    kind = "license"
    form_class = LicenseForm
    list_display = ("label", "code", "holder", "valid_from", "valid_until", "channel_codes")

    @admin.display(description=_("Channels"))
    def channel_codes(self, obj: License) -> str:
        """Those it covers."""
        return ", ".join(obj.channels) or str(_("all"))


@admin.register(RenditionPreset)
class RenditionPresetAdmin(StructureAdmin[RenditionPreset]):
    """Presets by which pictures are drawn."""

    kind = "rendition_preset"
    form_class = PresetForm
    list_display = ("label", "code", "shape", "format_names", "is_eager")

    @admin.display(description=_("Shape"))
    def shape(self, obj: RenditionPreset) -> str:
        """Fit and box."""
        settings = obj.settings
        box = " × ".join(str(settings.get(side) or "…") for side in ("width", "height"))
        return f"{settings.get('fit')} {box}"

    @admin.display(description=_("Formats"))
    def format_names(self, obj: RenditionPreset) -> str:
        """Of its files."""
        return ", ".join(obj.settings.get("formats", []))

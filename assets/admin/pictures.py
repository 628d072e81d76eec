"""Picture rules of channels."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext as _gettext
from django.utils.translation import gettext_lazy as _

from assets.forms.pictures import COLOUR_LABELS, PictureRuleForm
from assets.models import PictureRule
from pim.admin.base import StructureAdmin


@admin.register(PictureRule)
class PictureRuleAdmin(StructureAdmin[PictureRule]):
    """What channels ask of pictures."""

    kind = "picture_rule"
    form_class = PictureRuleForm
    list_display = ("label", "code", "channel", "attribute_codes", "asks")
    list_filter = (("channel", admin.RelatedOnlyFieldListFilter),)

    @admin.display(description=_("Attributes"))
    def attribute_codes(self, rule: PictureRule) -> str:
        """Those it is about."""
        return ", ".join(attribute.label for attribute in rule.attributes.all()) or _gettext("all")

    @admin.display(description=_("Asks"))
    def asks(self, rule: PictureRule) -> str:
        """In short."""
        sides = f"≥ {rule.min_width_px or '…'} × {rule.min_height_px or '…'} px"
        parts = (
            sides if rule.min_width_px or rule.min_height_px else "",
            rule.aspect,
            _gettext("%d%% white") % rule.min_white_share if rule.min_white_share else "",
            _gettext("subject %d%%") % rule.min_subject_fill if rule.min_subject_fill else "",
            "/".join(str(COLOUR_LABELS.get(name, name)) for name in rule.colour_spaces),
            "/".join(name.removeprefix("image/").upper() for name in rule.media_types),
            f"≤ {rule.max_bytes / 2**20:.3g} MiB" if rule.max_bytes else "",
        )
        return " · ".join(part for part in parts if part) or "–"

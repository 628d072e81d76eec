"""The form of a channel view."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from assets.rights.territories import territory_choices
from assets.services.renditions.presets import get_presets
from channels.choices import LocaleRule
from pim.extensions import State
from pim.forms.fields import CodeField, CodesField
from pim.forms.structure import Section, StructureForm, label_choices


class ChannelViewForm(StructureForm):
    """What a consumer sees, and when it is fit to be seen."""

    sections: ClassVar[tuple[Section, ...]] = (
        ("", ("code", "labels", "external_code", "is_active")),
        (
            _("What it shows"),
            ("channel", "locales", "currencies", "selection", "territory", "image_preset", "uses_fallback"),
        ),
        (_("When a product is live"), ("requires_approval", "completeness", "locale_rule")),
        (_("How it is read"), ("page_limit", "cache_age_s", "is_introspectable")),
    )
    fixed: ClassVar[frozenset[str]] = frozenset({"code", "channel"})

    is_active = forms.BooleanField(label=_("Active"), required=False)
    channel = CodeField(label=_("Channel"), required=True)
    locales = CodesField(label=_("Locales"), help_text=_("None ticked: all of the channel's."))
    currencies = CodesField(label=_("Currencies"), help_text=_("None ticked: all of the channel's."))
    selection = forms.JSONField(
        label=_("Selection"),
        required=False,
        help_text=_("A filter. Empty: every product in the channel's category tree."),
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
    )
    territory = CodeField(
        label=_("Territory"),
        blank=_("none in particular"),
        help_text=_("The country it serves. Pictures whose rights exclude it are not shown."),
    )
    image_preset = CodeField(label=_("Picture preset"), required=True)
    uses_fallback = forms.BooleanField(label=_("Fills gaps from fallback locales"), required=False)
    requires_approval = forms.BooleanField(label=_("Approved products only"), required=False)
    completeness = forms.IntegerField(label=_("Completeness in percent"), min_value=0, max_value=100)
    locale_rule = CodeField(label=_("Live when"), required=True)
    page_limit = forms.IntegerField(label=_("Largest page"), min_value=1, max_value=100)
    cache_age_s = forms.IntegerField(label=_("Cache age in seconds"), min_value=0)
    is_introspectable = forms.BooleanField(label=_("GraphQL introspection"), required=False)

    def prepare(self) -> None:
        """Offer what the channel speaks; before there is a channel, what any channel speaks."""
        fields: dict[str, Any] = self.fields
        channels = self.structure.channels
        fields["channel"].choices = label_choices(channels)
        own = channels.get(str(self.state.get("channel")))
        chosen = [own] if own else list(channels.values())
        fields["locale_rule"].choices = LocaleRule.choices
        fields["territory"].choices = [("", _("none in particular")), *territory_choices()]
        for name in ("locales", "currencies"):
            codes = sorted({code for channel in chosen for code in getattr(channel, name)})
            fields[name].choices = [(code, code) for code in codes]
        fields["image_preset"].choices = [
            (code, code) for code, preset in sorted(get_presets().by_code.items()) if preset.formats
        ]

    def gather(self) -> State:
        """An empty selection is an empty filter."""
        state = super().gather()
        state["selection"] = state["selection"] or {}
        state["territory"] = state["territory"] or ""
        return state

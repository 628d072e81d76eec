"""Forms of licences, releases and of the end of a consent."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from assets.choices import Medium, ReleaseKind
from assets.forms.structure import DayField
from assets.rights.territories import REGIONS, territory_choices
from assets.services.rights.releases import MAX_REASON
from pim.extensions import State
from pim.forms.fields import CodeField, CodesField, TemplateWidget, posted_list
from pim.forms.structure import Section, StructureForm, label_choices


class TerritoriesWidget(TemplateWidget):
    """All countries as check boxes, found by typing; regions tick many at once."""

    template_name = "assets/widgets/territories.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        chosen = set(value or ())
        context["widget"]["countries"] = [
            {"code": code, "name": label, "is_on": code in chosen} for code, label in territory_choices()
        ]
        context["widget"]["regions"] = [{"name": label, "codes": " ".join(codes)} for label, codes in REGIONS]
        return context

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        return posted_list(data, name)

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return False

    def id_for_label(self, id_: str) -> str:
        return ""


class GrantForm(StructureForm):
    """What licences and releases have in common: the window and the places."""

    valid_from = DayField(label=_("Valid from"), required=False)
    valid_until = DayField(
        label=_("Valid until"),
        required=False,
        help_text=_("The last day of use. Pictures with an end are served by addresses that end with it."),
    )
    channels = CodesField(label=_("Channels"), help_text=_("None ticked: every channel."))
    territories = CodesField(
        label=_("Territories"), widget=TerritoriesWidget, help_text=_("None ticked: every country.")
    )

    def prepare(self) -> None:
        """Offer the channels, media and countries there are; a form's own `media` is its scripts."""
        fields: dict[str, Any] = self.fields
        media = [(code, str(label)) for code, label in Medium.choices]
        fields["media"] = CodesField(label=_("Media"), choices=media, help_text=_("None ticked: every medium."))
        fields["channels"].choices = label_choices(self.structure.channels)
        # A widget of its own shows them; the choices are what is accepted.
        fields["territories"].choices = territory_choices()


class LicenseForm(GrantForm):
    """A licence."""

    sections: ClassVar[tuple[Section, ...]] = (
        ("", ("code", "labels", "holder", "external_code")),
        (_("When it holds"), ("valid_from", "valid_until")),
        (_("Where it holds"), ("channels", "media", "territories")),
        (_("What is written into every file"), ("credit_line", "copyright_notice", "usage_terms", "statement_url")),
        (_("What it asks"), ("needs_watermark", "cost", "cost_currency")),
    )

    holder = forms.CharField(label=_("Holder"), required=False, max_length=255)
    credit_line = forms.CharField(
        label=_("Credit line"), required=False, max_length=255, help_text=_("What must stand beside the picture.")
    )
    copyright_notice = forms.CharField(
        label=_("Copyright notice"), required=False, max_length=255, help_text=_("Empty: what the file itself says.")
    )
    usage_terms = forms.CharField(label=_("Usage terms"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    statement_url = forms.URLField(label=_("Web statement of rights"), required=False, assume_scheme="https")
    needs_watermark = forms.BooleanField(
        label=_("Watermarked"),
        required=False,
        help_text=_("Renditions carry a watermark, whatever their preset says."),
    )
    cost = forms.DecimalField(label=_("Cost"), required=False, min_value=0, max_digits=12, decimal_places=2)
    cost_currency = CodeField(label=_("Currency of the cost"))

    def prepare(self) -> None:
        """With the currencies."""
        super().prepare()
        fields: dict[str, Any] = self.fields
        currencies = sorted({code for channel in self.structure.channels.values() for code in channel.currencies})
        kept = self.state.get("cost_currency")
        names = currencies if not kept or kept in currencies else [*currencies, kept]
        fields["cost_currency"].choices = [("", "—"), *((code, code) for code in names)]

    def gather(self) -> State:
        """The cost as the state writes it."""
        state = super().gather()
        state["cost"] = None if state["cost"] is None else f"{state['cost']:.2f}"
        state["cost_currency"] = state["cost_currency"] or ""
        return state


class ReleaseForm(GrantForm):
    """A release; its end for every use has a page of its own."""

    sections: ClassVar[tuple[Section, ...]] = (
        ("", ("code", "labels", "kind", "person", "email", "external_code")),
        (_("When it holds"), ("valid_from", "valid_until")),
        (_("Where it holds"), ("channels", "media", "territories")),
        (_("Notes"), ("notes",)),
    )

    kind = CodeField(label=_("Kind"), required=True)
    person = forms.CharField(label=_("Name"), max_length=255, help_text=_("The person, or the owner of the property."))
    email = forms.EmailField(label=_("Email"), required=False)
    notes = forms.CharField(
        label=_("Notes"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Where the signed paper is kept, what was agreed."),
    )

    def prepare(self) -> None:
        """With the kinds."""
        super().prepare()
        fields: dict[str, Any] = self.fields
        fields["kind"].choices = ReleaseKind.choices


class WithdrawalForm(forms.Form):
    """Why a consent ends, or begins again."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=MAX_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Kept in the journal as evidence, with your name and the moment."),
    )

"""The dialogs of sharing and downloading."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from assets.choices import Medium
from assets.models import RenditionPreset
from assets.services.downloads.files import ORIGINAL
from assets.services.downloads.requests import Use
from assets.services.downloads.selection import AssetSelection
from assets.services.renditions.presets import get_presets
from assets.services.sharing.links import DEFAULT_DAYS, MAX_DAYS, MIN_PASSWORD, NewShare
from assets.services.sharing.showing import HOUSE_LABELS
from pim.errors import DomainError
from pim.services.snapshot import get_structure
from pim.values.labels import label_of

LAYOUTS = (
    ("flat", _("All in one folder")),
    ("folder", _("As in the library's folders")),
    ("product", _("By product and role")),
    ("custom", _("As I write it")),
)


class UseForm(forms.Form):
    """For what files are wanted: the rights are judged for exactly that."""

    channel = forms.ChoiceField(label=_("Channel"), required=False)
    territory = forms.CharField(
        label=_("Country"),
        required=False,
        max_length=2,
        help_text=_("Two letters, as DE. Empty: asked for no country."),
    )
    medium = forms.ChoiceField(label=_("Medium"), required=False, choices=[("", _("any")), *Medium.choices])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        channels = get_structure().channels.values()
        fields: dict[str, Any] = self.fields
        fields["channel"].choices = [
            ("", _("none: inside the house")),
            *((channel.code, label_of(channel.labels, channel.code)) for channel in channels),
        ]

    def read_use(self) -> Use:
        """Raises: Refused."""
        given = self.cleaned_data
        return Use.read(channel=given["channel"], territory=given["territory"], medium=given["medium"])

    def add_problems(self, error: DomainError) -> None:
        """Put a refusal's findings beside the fields they point at, else above the form."""
        for problem in error.problems:
            name = problem.pointer.strip("/").split("/")[0]
            self.add_error(name if name in self.fields else None, str(problem.message))


class ShareForm(UseForm):
    """A new share link."""

    title = forms.CharField(label=_("Title"), max_length=200, help_text=_("What people see first."))
    message = forms.CharField(label=_("Message"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    presets = forms.MultipleChoiceField(
        label=_("May be downloaded as"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked: people may look, and take nothing."),
    )
    allows_originals = forms.BooleanField(label=_("Originals too"), required=False)
    expires_in_days = forms.IntegerField(label=_("Open for days"), min_value=1, max_value=MAX_DAYS)
    password = forms.CharField(
        label=_("Password"),
        required=False,
        min_length=MIN_PASSWORD,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("Empty: the address alone opens the page. Send a password by another way than the link."),
    )
    terms = forms.CharField(
        label=_("Terms to accept"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Shown before anything else; who accepted them, and when, is noted."),
    )

    field_order = ("title", "message", "presets", "allows_originals", "expires_in_days", "password", "terms")

    def __init__(self, *args: Any, may_give_originals: bool, **kwargs: Any) -> None:
        super().__init__(*args, initial={"expires_in_days": DEFAULT_DAYS, **kwargs.pop("initial", {})}, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["presets"].choices = preset_choices()
        if not may_give_originals:
            del fields["allows_originals"]

    def read_share(self, selection: AssetSelection) -> NewShare:
        """Raises: Refused."""
        given = self.cleaned_data
        return NewShare(
            title=given["title"],
            selection=selection,
            message=given["message"],
            expires_in_days=given["expires_in_days"],
            password=given["password"],
            presets=given["presets"],
            allows_originals=given.get("allows_originals", False),
            terms=given["terms"],
            use=self.read_use(),
        )


class DownloadForm(UseForm):
    """How assets are packed."""

    preset = forms.ChoiceField(label=_("As"), required=False)
    layout = forms.ChoiceField(label=_("Folders"), choices=LAYOUTS, required=False)
    template = forms.CharField(
        label=_("Written out"),
        required=False,
        max_length=200,
        help_text=_(
            "Such as {sku}/{role}-{number}; also {filename} {name} {ext} {code} {uuid} {folder} {preset} {kind}."
        ),
    )

    field_order = ("preset", "layout", "template")

    def __init__(self, *args: Any, may_have_originals: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        originals = [(ORIGINAL, _("Originals"))] if may_have_originals else []
        fields["preset"].choices = [*originals, *preset_choices()]

    @property
    def chosen_layout(self) -> str:
        """The layout, by name or as it was written."""
        given = self.cleaned_data
        return given["template"] or given["layout"] or "flat"


def preset_choices() -> list[tuple[str, Any]]:
    """All presets by their labels, those of people before those of the house."""
    labels = {row.code: label_of(row.labels, row.code) for row in RenditionPreset.objects.order_by("code")}
    house = [(code, HOUSE_LABELS.get(code, code)) for code in get_presets().by_code if code not in labels]
    return [*labels.items(), *house]

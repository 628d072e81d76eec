"""The form of a naming rule, and what starts a run of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.choices import LinkMode
from catalog.services.kinds.naming import ASSET_TYPES
from pim.extensions import State
from pim.forms.fields import CodeField, RowsWidget
from pim.forms.structure import Section, StructureForm, label_choices

Choices = Sequence[tuple[str, str]]


class RolesWidget(RowsWidget):
    """A table of roles, whose attributes, channels and locales are chosen."""

    template_name = "catalog/widgets/roles.html"

    def __init__(self, choices: Mapping[str, Choices] | None = None) -> None:
        columns = (
            ("text", _("In the name")), ("attribute", _("Attribute")), ("channel", _("Channel")), ("locale", _("Locale")),
        )  # fmt: skip
        super().__init__(columns)
        self.choices = dict(choices or {})

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        for row in context["widget"]["rows"]:
            for cell, (column, _label) in zip(row["cells"], self.columns, strict=True):
                cell["choices"] = self.choices.get(column)
                cell["value"] = cell["value"] or ""
        return context


class RolesField(forms.Field):
    """`[{"text", "attribute", "channel", "locale"}]`; None where nothing is chosen."""

    widget = RolesWidget

    def clean(self, value: Any) -> list[dict[str, Any]]:
        names = ("text", "attribute", "channel", "locale")
        return [
            {name: row.get(name) or ("" if name == "text" else None) for name in names}
            for row in value or ()
            if any(row.values())
        ]


class NamingRuleForm(StructureForm):
    """How names are read, and where the files go."""

    sections: ClassVar[Sequence[Section]] = (
        ("", ("code", "labels", "is_active", "is_automatic", "position", "external_code")),
        (_("How names are read"), ("template", "pattern", "prefix", "suffix", "ignores_separators", "ignores_zeros")),
        (_("Where the files go"), ("attribute", "roles", "mode")),
    )

    is_active = forms.BooleanField(label=_("Active"), required=False)
    is_automatic = forms.BooleanField(
        label=_("Automatic"), required=False, help_text=_("Links new files by itself as soon as they are there.")
    )
    position = forms.IntegerField(
        label=_("Order"), min_value=0, help_text=_("Rules with smaller numbers are asked first.")
    )
    template = forms.CharField(
        label=_("Template"),
        required=False,
        max_length=500,
        help_text=_(
            "Such as {sku}_{role}_{position}; [parts in brackets] may be missing, {*} is anything. Also {locale}, {channel}."
        ),
        widget=forms.TextInput(attrs={"spellcheck": "false", "autocapitalize": "off", "class": "vt-code"}),
    )
    pattern = forms.CharField(
        label=_("Regular expression"),
        required=False,
        max_length=500,
        help_text=_("Instead of a template, with groups such as (?P<sku>\\d+); the extension is not part of the name."),
        widget=forms.TextInput(attrs={"spellcheck": "false", "autocapitalize": "off", "class": "vt-code"}),
    )
    suffix = forms.CharField(label=_("Behind the SKU"), required=False, max_length=50)
    ignores_separators = forms.BooleanField(
        label=_("Separators do not count"), required=False, help_text=_("AB-12, ab_12 and AB12 are one SKU.")
    )
    ignores_zeros = forms.BooleanField(
        label=_("Zeros at the front do not count"), required=False, help_text=_("0012 and 12 are one SKU.")
    )
    attribute = CodeField(label=_("Attribute"), blank=_("none"), help_text=_("Of files whose names say no role."))
    roles = RolesField(
        label=_("Roles"), required=False, help_text=_("What {role} may be, and which attribute it means then.")
    )
    mode = forms.ChoiceField(label=_("In the place"), choices=LinkMode.choices)

    def prepare(self) -> None:
        held = {code: spec for code, spec in self.structure.attributes.items() if spec.type in ASSET_TYPES}
        attributes = label_choices(held)
        # A form has a `prefix` of its own, so the field of that name is not declared in the class.
        self.fields["prefix"] = forms.CharField(
            label=_("Before the SKU"),
            required=False,
            max_length=50,
            help_text=_("A text that files carry and SKUs do not."),
        )
        chosen: Any = self.fields["attribute"]
        chosen.choices = [("", _("none")), *attributes]
        self.fields["roles"].widget = RolesWidget(
            {
                "attribute": [("", "—"), *attributes],
                "channel": [("", "—"), *label_choices(self.structure.channels)],
                "locale": [("", "—"), *((code, code) for code in sorted(self.structure.locales))],
            }
        )

    def try_state(self, defaults: State) -> State:
        """The state as far as it is filled in, for the tester; what is not valid stays as it begins."""
        self.is_valid()
        return {**defaults, **{name: value for name, value in self.cleaned_data.items() if name in defaults}}

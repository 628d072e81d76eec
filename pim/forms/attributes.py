"""Forms of attribute groups, attributes with the settings of their type, and options."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from pim.extensions import State
from pim.forms.fields import CodeField, CodesField, JsonField, TextsField
from pim.forms.structure import Section, StructureForm, label_choices
from pim.values.config import ConfigOption
from pim.values.types import attribute_types

FLAGS = (
    ("localizable", _("Varies by locale"), ""),
    ("scopable", _("Varies by channel"), ""),
    ("unique", _("Unique"), _("No two products have the same value.")),
    ("read_only", _("Read only"), _("People cannot edit it; imports can.")),
    ("facet", _("Filter"), _("Consumers may filter by it.")),
    ("sortable", _("Sortable"), _("Lists may be ordered by it.")),
    ("searchable", _("Searchable"), _("Full-text search looks into it.")),
    ("no_review", _("No review"), _("Changes go out at once, without approval.")),
    ("fallback", _("Uses the locale's fallback"), ""),
)
OPTION_TYPES = frozenset({"select", "multiselect"})
CONFIG = "config_"


class AttributeGroupForm(StructureForm):
    """An attribute group."""

    sections: ClassVar[tuple[Section, ...]] = (("", ("code", "labels", "position", "external_code")),)

    position = forms.IntegerField(label=_("Position"), min_value=0, help_text=_("Order of the tabs of a product."))


class OptionForm(StructureForm):
    """An option of a select attribute."""

    sections: ClassVar[tuple[Section, ...]] = (("", ("attribute", "code", "labels", "position", "external_code")),)
    fixed = frozenset({"code", "attribute"})

    attribute = CodeField(label=_("Attribute"), required=True)
    position = forms.IntegerField(label=_("Position"), min_value=0)

    def prepare(self) -> None:
        found = {code: spec for code, spec in self.structure.attributes.items() if spec.type in OPTION_TYPES}
        self.fields["attribute"].choices = label_choices(found)  # type: ignore[attr-defined]


class AttributeForm(StructureForm):
    """An attribute; below its own fields, the settings that its type declares (`ConfigOption`)."""

    fixed = frozenset({"code", "type", "localizable", "scopable"})

    type = forms.ChoiceField(label=_("Type"))
    group = CodeField(label=_("Group"), required=True)
    position = forms.IntegerField(label=_("Position"), min_value=0)
    available_locales = CodesField(label=_("Only in these locales"), help_text=_("None ticked: in every locale."))
    default = JsonField(label=_("Default"), help_text=_('Set once, on new products. JSON: "red", 5, true.'))
    guidelines = TextsField(label=_("Guidelines"))

    def prepare(self) -> None:
        fields: dict[str, Any] = self.fields
        fields["type"].choices = [(code, kind.label) for code, kind in attribute_types.items()]
        fields["type"].disabled = True
        fields["group"].choices = label_choices(self.structure.groups)
        locales = sorted(self.structure.locales)
        fields["available_locales"].choices = [(code, code) for code in locales]
        fields["guidelines"] = TextsField(label=_("Guidelines"), locales=locales, is_long=True)
        for name, label, help_text in FLAGS:
            fields[name] = forms.BooleanField(label=label, help_text=help_text, required=False)
        for option in self.options():
            fields[CONFIG + option.name] = _option_field(option, locales, self.structure.units_by_family)
        self.type_settings = [CONFIG + option.name for option in self.options()]

    def options(self) -> tuple[ConfigOption, ...]:
        """The settings of the attribute's type."""
        found = attribute_types.find(self.state.get("type") or "text")
        return found.options if found else ()

    def rows(self) -> Any:
        """The type's settings have a section of their own."""
        self.sections = (  # type: ignore[misc]
            ("", ("code", "labels", "type", "group", "position")),
            (_("Settings of the type"), tuple(self.type_settings)),
            (_("How it varies"), ("localizable", "scopable", "available_locales", "fallback")),
            (_("What it is for"), ("facet", "sortable", "searchable", "unique", "read_only", "no_review")),
            (_("For people who fill it in"), ("guidelines", "default", "external_code")),
        )
        return super().rows()

    @staticmethod
    def spread(state: State) -> dict[str, Any]:
        """`config` becomes a field per setting."""
        initial = {name: value for name, value in state.items() if name != "config"}
        for name, value in (state.get("config") or {}).items():
            initial[CONFIG + name] = ", ".join(value) if isinstance(value, list) else value
        return initial

    def gather(self) -> State:
        """The settings together again."""
        state = super().gather()
        config = {}
        for option in self.options():
            value = state.pop(CONFIG + option.name)
            if option.kind == "codes" and isinstance(value, str):
                value = [part for part in (text.strip() for text in value.split(",")) if part]
            if option.kind == "switch" and not value and option.name not in (self.state.get("config") or {}):
                continue
            if value not in (None, "", [], {}):
                config[option.name] = value
        state["config"] = config
        return state


def _option_field(option: ConfigOption, locales: list[str], units: Any) -> forms.Field:
    common: dict[str, Any] = {"label": option.label, "required": False}
    choices = sorted(units) if option.name == "family" else option.choices
    match option.kind:
        case "integer":
            return forms.IntegerField(min_value=option.least, max_value=option.most, **common)
        case "switch":
            return forms.BooleanField(**common)
        case "choice" | "text" if choices:
            return CodeField(choices=[(code, code) for code in choices], **common)
        case "codes" if option.choices:
            return CodesField(label=option.label, choices=[(code, code) for code in option.choices])
        case "codes":
            return forms.CharField(help_text=_("Codes with commas between them."), **common)
        case "texts":
            return TextsField(label=option.label, locales=locales)
        case "date":
            return forms.CharField(widget=forms.TextInput(attrs={"type": "date"}), **common)
    return forms.CharField(**common)

"""What somebody wants to change of many assets at once: every field is left alone unless it is touched."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from assets.choices import DigitalSource
from assets.models import AssetFamily, Folder, License, Release
from pim.models import Category
from pim.services.snapshot import get_structure

LEAVE = "="
"""The choice that leaves a field as it is; the empty one clears it."""

CLEARS = "clear-"
MOST_CHOICES = 500
TEXTS = (("labels", _("Title")), ("alt", _("Alternative text")))
CODES = ("folder", "family", "license", "digital_source")
DAYS = ("valid_from", "valid_until")
MANY = ("categories", "releases")


class BulkForm(forms.Form):
    """The fields of an `AssetChange` that make sense for many."""

    add_keywords = forms.CharField(label=_("Add keywords"), required=False, help_text=_("Separated by commas."))
    remove_keywords = forms.CharField(label=_("Take away keywords"), required=False)
    folder = forms.ChoiceField(label=_("Folder"), required=False)
    family = forms.ChoiceField(label=_("Family"), required=False)
    license = forms.ChoiceField(label=_("Licence"), required=False)
    digital_source = forms.ChoiceField(label=_("Digital source"), required=False)
    add_categories = forms.MultipleChoiceField(label=_("Add categories"), required=False)
    remove_categories = forms.MultipleChoiceField(label=_("Take away categories"), required=False)
    add_releases = forms.MultipleChoiceField(label=_("Add releases"), required=False)
    remove_releases = forms.MultipleChoiceField(label=_("Take away releases"), required=False)
    valid_from = forms.DateField(label=_("Usable from"), required=False, widget=forms.DateInput({"type": "date"}))
    valid_until = forms.DateField(label=_("Usable until"), required=False, widget=forms.DateInput({"type": "date"}))

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.locales = sorted(get_structure().locales)
        folders = [
            (row.code, f"{' ' * 3 * (row.depth - 1)}{row.label}") for row in Folder.objects.order_by("path")[:3_000]
        ]
        self._choose("folder", folders, _("in no folder"))
        self._choose("family", _coded(AssetFamily), _("none"))
        self._choose("license", _coded(License), _("none: it is ours"))
        self._choose("digital_source", DigitalSource.choices, _("not known"))
        for name, rows in (("categories", _tree(Category)), ("releases", _coded(Release))):
            for verb in ("add", "remove"):
                self.fields[f"{verb}_{name}"].choices = rows  # type: ignore[attr-defined]
        for name, label in TEXTS:
            for locale in self.locales:
                self.fields[f"{name}-{locale}"] = forms.CharField(label=f"{label} {locale}", required=False)
        for name in DAYS:
            self.fields[CLEARS + name] = forms.BooleanField(label=_("clear it"), required=False)

    def changes(self) -> dict[str, Any]:
        """The fields of an `AssetChange` that were touched."""
        return {**self._lists(), **self._codes_and_days(), **self._texts()}

    def _lists(self) -> dict[str, Any]:
        changed: dict[str, Any] = {}
        for verb in ("add", "remove"):
            words = [word.strip() for word in self.cleaned_data[f"{verb}_keywords"].split(",") if word.strip()]
            if words:
                changed[f"{verb}_keywords"] = words
            chosen = {f"{verb}_{name}": self.cleaned_data[f"{verb}_{name}"] for name in MANY}
            changed |= {name: codes for name, codes in chosen.items() if codes}
        return changed

    def _codes_and_days(self) -> dict[str, Any]:
        data = self.cleaned_data
        changed = {name: data[name] or None for name in CODES if name in self.data and data[name] != LEAVE}
        for name in DAYS:
            if data[name] or data[CLEARS + name]:
                changed[name] = data[name].isoformat() if data[name] else None
        return changed

    def _texts(self) -> dict[str, Any]:
        typed = {
            name: {code: text for code in self.locales if (text := self.cleaned_data[f"{name}-{code}"].strip())}
            for name, _label in TEXTS
        }
        return {name: texts for name, texts in typed.items() if texts}

    def groups(self) -> list[tuple[Any, list[Any]]]:
        """Headings with their fields, for the template."""
        texts = [self[f"{name}-{locale}"] for name, _label in TEXTS for locale in self.locales]
        groups = [
            (_("Filing"), [self[n] for n in ("add_keywords", "remove_keywords", "folder", "family")]),
            (
                _("Rights"),
                [self[n] for n in ("license", "add_releases", "remove_releases", "valid_from", "valid_until")],
            ),
            (_("Texts"), texts),
            (_("More"), [self[n] for n in ("add_categories", "remove_categories", "digital_source")]),
        ]
        # A list of which there is nothing to choose asks nothing.
        return [
            (heading, [each for each in fields if getattr(each.field, "choices", True)]) for heading, fields in groups
        ]

    def _choose(self, name: str, choices: Iterable[tuple[str, Any]], nothing: Any) -> None:
        self.fields[name].initial = LEAVE
        self.fields[name].choices = [(LEAVE, _("leave as it is")), ("", nothing), *choices]  # type: ignore[attr-defined]


def _coded(model: Any) -> list[tuple[str, str]]:
    return sorted(((row.code, row.label) for row in model.objects.order_by("code")[:MOST_CHOICES]), key=lambda p: p[1])


def _tree(model: Any) -> list[tuple[str, str]]:
    return [
        (row.code, f"{' ' * 3 * (row.depth - 1)}{row.label}") for row in model.objects.order_by("path")[:MOST_CHOICES]
    ]

"""The form of an asset: its texts and its licence; it tells which of them a person changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from assets.models import Asset, License
from assets.services.texts import TEXT_FIELDS, load_texts
from pim.errors import DomainError
from pim.forms.fields import CodeField, TextsField
from pim.forms.rewinding import rewind
from pim.services.snapshot import get_structure


class AssetForm(forms.Form):
    """Labels, alternative texts and the licence of one asset."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    labels = TextsField(label=_("Label"))
    alt = TextsField(label=_("Alternative text"))
    license = CodeField(label=_("Licence"), blank=_("none: it is ours"))

    def __init__(self, data: Any = None, *, asset: Asset) -> None:
        self.asset = asset
        self.flat = read_flat(asset)
        state = _gather(self.flat)
        super().__init__(data, initial={**state, "revision": asset.revision})
        locales = sorted(get_structure().locales)
        fields: dict[str, Any] = self.fields
        fields["labels"] = TextsField(label=_("Label"), locales=locales)
        fields["alt"] = TextsField(
            label=_("Alternative text"),
            locales=locales,
            is_long=True,
            help_text=_("What the picture shows, for those who do not see it."),
        )
        found = License.objects.order_by("code")
        fields["license"].choices = [("", _("none: it is ours")), *((row.code, row.label) for row in found)]
        self.order_fields(["revision", "labels", "alt", "license"])

    def changes(self) -> dict[str, Any]:
        """What differs from the state that the person was shown, in the shape of an `AssetChange`."""
        seen = self.cleaned_data["revision"]
        shown = _gather(rewind(self.flat, self.asset.uuid, seen=seen, now=self.asset.revision))
        changed: dict[str, Any] = {}
        for name in TEXT_FIELDS:
            before, after = shown[name], self.cleaned_data[name]
            texts = {locale: after.get(locale) for locale in before | after if before.get(locale) != after.get(locale)}
            if texts:
                changed[name] = texts
        if self.cleaned_data["license"] != shown["license"]:
            changed["license"] = self.cleaned_data["license"]
        return changed

    def add_problems(self, error: DomainError) -> None:
        """Put a refusal's findings beside the fields they point at, else above the form."""
        for problem in error.problems:
            name = problem.pointer.strip("/").split("/")[0]
            self.add_error(name if name in self.fields else None, str(problem.message))


def read_flat(asset: Asset) -> dict[str, Any]:
    """Texts and licence under the keys that the journal uses."""
    texts = load_texts([asset.pk])[asset.pk].texts
    return {**texts, "@license": asset.license.code if asset.license else None}


def _gather(flat: Mapping[str, Any]) -> dict[str, Any]:
    state: dict[str, Any] = {name: {} for name in TEXT_FIELDS}
    for key, text in flat.items():
        attribute, _colon, locale = key.partition(":")
        for name, wanted in TEXT_FIELDS.items():
            if attribute == wanted and text:
                state[name][locale] = text
    return {**state, "license": flat.get("@license")}

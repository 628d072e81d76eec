"""Texts and own values of assets by flat key, kept in a row per locale like the values of products."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from assets.models import AssetValues
from pim.errors import Refused
from pim.services.snapshot import get_structure
from pim.values.keys import locale_of

TEXT_FIELDS: Mapping[str, str] = {"labels": "label", "alt": "alt"}
"""Names in changes and APIs → the name in flat keys."""

MAX_TEXT = 2_000


@dataclass(slots=True)
class TextPatch:
    """One asset's texts and own values by flat key (`alt:de_DE`), and which locales have changed (None: no locale)."""

    texts: dict[str, Any] = field(default_factory=dict)
    locales: set[str | None] = field(default_factory=set)

    @property
    def is_changed(self) -> bool:
        """Whether anything has to be stored."""
        return bool(self.locales)

    def get(self, key: str) -> Any:
        """What is stored under a key."""
        return self.texts.get(key)

    def set(self, key: str, text: Any) -> None:
        """Set or, with None, clear it."""
        if text is None:
            self.texts.pop(key, None)
        else:
            self.texts[key] = text
        self.locales.add(locale_of(key))


def clean_texts(fields: Mapping[str, Any]) -> dict[str, str | None]:
    """Read `{"labels" | "alt": {locale: text}}` into `{flat key: text, None to clear}`.

    Raises:
        Refused: `invalid_texts`, `unknown_locale`, `text_too_long`.
    """
    cleaned: dict[str, str | None] = {}
    locales = get_structure().locales
    for name, texts in fields.items():
        if not isinstance(texts, Mapping):
            raise Refused("invalid_texts", _("Write an object of texts by locale."), f"/{name}")
        for locale, text in texts.items():
            pointer = f"/{name}/{locale}"
            if locale not in locales:
                raise Refused("unknown_locale", _("There is no locale “%s”.") % locale, pointer)
            if text is not None and (not isinstance(text, str) or "\x00" in text):
                raise Refused("invalid_texts", _("This is not a text."), pointer)
            stripped = (text or "").strip()
            if len(stripped) > MAX_TEXT:
                raise Refused("text_too_long", _("At most %d characters.") % MAX_TEXT, pointer)
            cleaned[f"{TEXT_FIELDS[name]}:{locale}"] = stripped or None
    return cleaned


def load_texts(asset_pks: Sequence[int]) -> dict[int, TextPatch]:
    """All texts of these assets; one query."""
    patches = {pk: TextPatch() for pk in asset_pks}
    for pk, values in AssetValues.objects.filter(asset_id__in=asset_pks).values_list("asset_id", "values"):
        patches[pk].texts.update(values)
    return patches


def store_texts(patches: Mapping[int, TextPatch]) -> None:
    """Store the rows of the changed locales; an empty row is deleted."""
    locales = get_structure().locales
    rows: list[AssetValues] = []
    for pk, patch in patches.items():
        for locale in patch.locales:
            values = {key: text for key, text in sorted(patch.texts.items()) if locale_of(key) == locale}
            ordinal = locales[locale].ordinal if locale else 0
            if values:
                rows.append(AssetValues(asset_id=pk, locale=ordinal, values=values))
            else:
                AssetValues.objects.filter(asset_id=pk, locale=ordinal).delete()
    AssetValues.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["asset", "locale"], update_fields=["values"]
    )

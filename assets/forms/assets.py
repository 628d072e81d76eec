"""The form of an asset: texts, own attributes, where it is filed, its rights; it tells which of them a person changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from assets.choices import DigitalSource
from assets.forms.chips import ChipsField
from assets.forms.structure import DayField
from assets.models import Asset, Folder, License
from assets.services.engine import ALT, LABEL, AssetEngine, AssetFamilySpec
from assets.services.texts import TEXT_FIELDS, load_texts
from pim.errors import Problem
from pim.forms.fields import CodeField
from pim.forms.rewinding import rewind
from pim.values.keys import make_key, split_key
from pim.values.labels import label_of
from pim.values.specs import AttributeSpec
from pim.values.types import attribute_types

PREFIX = "v-"
"""Before the flat key in the name of a field."""

TAKE = "take-"
"""Before the name of a field that was in conflict: `theirs` leaves it as it is now."""

CHANGED_SINCE = "changed_since"
"""The code of a finding about a field that somebody else has changed meanwhile."""

CODES = ("family", "folder", "license")
LISTS = ("keywords", "categories", "releases")
PLAIN = (*CODES, "digital_source", "valid_from", "valid_until")
TEXT_LABELS = {LABEL: _("Title"), ALT: _("Alternative text")}


@dataclass(frozen=True, slots=True)
class ValueRow:
    """A text or an own attribute, in one locale or in none."""

    key: str
    label: str
    locale: str
    bound: BoundField
    is_required: bool
    is_missing: bool


@dataclass(frozen=True, slots=True)
class Clash:
    """A field that somebody else has changed meanwhile: what it is now, and what was to be stored."""

    name: str
    label: str
    theirs: str
    yours: str


class AssetForm(forms.Form):
    """Fields of one asset. Texts and own values are fields named `v-<flat key>`, in every locale that is spoken.

    Args:
        asset: loaded with version, licence, folder and family.
        engine: the families and attributes of now.
    """

    revision = forms.IntegerField(widget=forms.HiddenInput)
    family = CodeField(label=_("Family"), blank=_("none"))
    folder = CodeField(label=_("Folder"), blank=_("none"))
    keywords = ChipsField(label=_("Keywords"), is_free=True)
    categories = ChipsField(label=_("Categories"))
    digital_source = CodeField(
        label=_("Digital source"), blank=_("not known"), help_text=_("How it came to be; delivered with the picture.")
    )
    license = CodeField(label=_("Licence"), blank=_("none: it is ours"))
    releases = ChipsField(label=_("Releases"), help_text=_("Consents of the people and places that it shows."))
    valid_from = DayField(label=_("Usable from"), required=False)
    valid_until = DayField(label=_("Usable until"), required=False, help_text=_("The last day of use."))

    def __init__(self, data: Any = None, *, asset: Asset, engine: AssetEngine) -> None:
        self.asset, self.engine = asset, engine
        self.family_spec = engine.families_by_id.get(asset.family_id) if asset.family_id else None
        self.flat = read_flat(asset, self.family_spec)
        self.specs = dict(self._list_keys())
        self.clashes: list[Clash] = []
        super().__init__(data, initial=self._initial())
        for key, spec in self.specs.items():
            self.fields[PREFIX + key] = self._make_field(key, spec)
        self._fill_choices()

    def rows(self, missing: Mapping[str, Sequence[str]]) -> Iterator[ValueRow]:
        """Texts and own attributes in order; `missing` is what the family asks for and is not there, by locale."""
        required = self.family_spec.required if self.family_spec else frozenset()
        for key in self.specs:
            scope = split_key(key)
            is_asked = scope.attribute in required or (
                scope.attribute == ALT and self.family_spec is not None and self.family_spec.requires_alt
            )
            lacking = missing.get(scope.locale or "", ()) if scope.locale else next(iter(missing.values()), ())
            yield ValueRow(
                key=key,
                label=str(self.fields[PREFIX + key].label),
                locale=scope.locale or "",
                bound=self[PREFIX + key],
                is_required=is_asked,
                is_missing=scope.attribute in lacking,
            )

    def changes(self) -> dict[str, Any]:
        """What differs from the state that the person was shown, in the shape of an `AssetChange`."""
        seen = self.cleaned_data["revision"]
        shown = rewind(self.flat, self.asset.uuid, seen=seen, now=self.asset.revision)
        changed: dict[str, Any] = {}
        for name in (*PLAIN, *LISTS):
            value = self.cleaned_data.get(name) or ([] if name in LISTS else None)
            before = shown.get(f"@{name}") or ([] if name in LISTS else None)
            if value != before and not self._is_left(name):
                changed[name] = value
        for key, spec in self.specs.items():
            name = PREFIX + key
            if name in self.cleaned_data and not self.fields[name].disabled and not self._is_left(name):
                self._add_value(changed, key, spec, shown.get(key))
        return changed

    def add_problems(self, problems: Sequence[Problem]) -> None:
        """Put a refusal's findings beside the fields they point at, else above the form.

        A conflict becomes clashes: the form then holds the revision of now, so that saving it again is a decision.
        """
        for problem in problems:
            name = self._field_of(problem)
            if problem.code == CHANGED_SINCE and name is not None:
                self.clashes.append(self._describe_clash(name))
            else:
                self.add_error(name, str(problem.message))
        if self.clashes:
            data: Any = self.data
            self.data = data = data.copy()
            data["revision"] = str(self.asset.revision)

    def _is_left(self, name: str) -> bool:
        """Whether a field stays as it is: it was not posted, or a conflict was settled in favour of the others."""
        is_omitted = self.fields[name].widget.value_omitted_from_data(self.data, self.files, name)
        return is_omitted or self.data.get(TAKE + name) == "theirs"

    def _initial(self) -> dict[str, Any]:
        fields = {name: self.flat.get(f"@{name}") for name in (*PLAIN, *LISTS)}
        values = {PREFIX + key: self.flat[key] for key in self.specs if self.flat.get(key) is not None}
        return {**fields, **values, "revision": self.asset.revision}

    def _list_keys(self) -> Iterator[tuple[str, AttributeSpec | None]]:
        """Flat keys with their attribute; None for title and alternative text, which every asset may have."""
        known = {split_key(key).locale for key in self.flat if not key.startswith("@")}
        extra = sorted(locale for locale in known if locale and locale in self.engine.structure.locales)
        locales = [*self.engine.locales, *(locale for locale in extra if locale not in self.engine.locales)]
        for name in (LABEL, ALT):
            for locale in locales:
                yield f"{name}:{locale}", None
        for code in self.family_spec.attributes if self.family_spec else ():
            spec = self.engine.structure.attributes[code]
            if not spec.localizable:
                yield make_key(spec, None, None), spec
                continue
            for locale in locales:
                if not spec.available_locales or locale in spec.available_locales:
                    yield make_key(spec, None, locale), spec

    def _make_field(self, key: str, spec: AttributeSpec | None) -> forms.Field:
        scope = split_key(key)
        if spec is None:
            language = (scope.locale or "").replace("_", "-")
            rows = 1 if scope.attribute == LABEL else 2
            widget = forms.Textarea(attrs={"rows": rows, "lang": language})
            return forms.CharField(label=TEXT_LABELS[scope.attribute], required=False, widget=widget)
        field = attribute_types.get(spec.type).form_field(spec, self.engine.structure, scope.locale or self._spoken())
        field.label, field.required = label_of(spec.labels, spec.code), False
        field.help_text = spec.guidelines.get(scope.locale or "", "")
        return field

    def _spoken(self) -> str | None:
        """The locale in which options are called by their names: one of the person's language, where there is one."""
        language = (get_language() or "en")[:2]
        fitting = (locale for locale in self.engine.locales if locale.startswith(language))
        return next(fitting, self.engine.locales[0] if self.engine.locales else None)

    def _fill_choices(self) -> None:
        fields: dict[str, Any] = self.fields
        families = sorted(self.engine.families_by_id.values(), key=lambda spec: spec.code)
        fields["family"].choices = [
            ("", _("none")),
            *((spec.code, label_of(spec.labels, spec.code)) for spec in families),
        ]
        fields["folder"].choices = [("", _("none")), *list_folders()]
        licenses = License.objects.order_by("code")
        fields["license"].choices = [("", _("none: it is ours")), *((row.code, row.label) for row in licenses)]
        fields["digital_source"].choices = [("", _("not known")), *DigitalSource.choices]

    def _add_value(self, changed: dict[str, Any], key: str, spec: AttributeSpec | None, before: Any) -> None:
        after = self.cleaned_data[PREFIX + key]
        if spec is None:
            scope = split_key(key)
            after = after.strip()
            if after != (before or ""):
                name = next(name for name, flat in TEXT_FIELDS.items() if flat == scope.attribute)
                changed.setdefault(name, {})[scope.locale] = after
            return
        kind = attribute_types.get(spec.type)
        if after in (None, "", []):
            after = None
        if after == before or (after is not None and before is not None and kind.equal(after, before)):
            return
        changed.setdefault("values", {})[key] = None if after is None else kind.to_api(after)

    def _field_of(self, problem: Problem) -> str | None:
        parts = problem.pointer.strip("/").split("/")
        if parts[0] in TEXT_FIELDS and len(parts) > 1:
            parts = ["values", f"{TEXT_FIELDS[parts[0]]}:{parts[1]}"]
        if parts[0] == "values" and len(parts) > 1:
            key = next((key for key in self.specs if parts[1] in {key, split_key(key).attribute}), None)
            return PREFIX + key if key else None
        return parts[0] if parts[0] in self.fields else None

    def _describe_clash(self, name: str) -> Clash:
        key = name.removeprefix(PREFIX)
        theirs = self.flat.get(key if name.startswith(PREFIX) else f"@{name}")
        scope = split_key(key).locale if name.startswith(PREFIX) else ""
        label = " · ".join(part for part in (str(self.fields[name].label), scope) if part)
        return Clash(name, label, write_state(theirs), write_state(self.cleaned_data.get(name)))


def read_flat(asset: Asset, family: AssetFamilySpec | None) -> dict[str, Any]:
    """The asset's state under the keys that the journal uses; three queries."""
    return {
        **load_texts([asset.pk])[asset.pk].texts,
        "@family": family.code if family else None,
        "@folder": asset.folder.code if asset.folder else None,
        "@license": asset.license.code if asset.license else None,
        "@digital_source": asset.digital_source or None,
        "@valid_from": asset.valid_from.isoformat() if asset.valid_from else None,
        "@valid_until": asset.valid_until.isoformat() if asset.valid_until else None,
        "@keywords": asset.keywords,
        "@categories": sorted(asset.categories.values_list("code", flat=True)),
        "@releases": sorted(asset.releases.values_list("code", flat=True)),
    }


def list_folders() -> list[tuple[str, str]]:
    """All folders in the order of the tree, set in by their depth."""
    indent = "\u2003"
    return [(row.code, f"{indent * (row.depth - 1)}{row.label}") for row in Folder.objects.order_by("path")]


def write_state(value: Any) -> str:
    """A value of the state in words; a dash for nothing."""
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "–"
    return str(value) if value not in (None, "", {}) else "–"

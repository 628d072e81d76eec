"""The forms of the import dialog, and of the profiles it saves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from catalog.extensions import get_stage_desk
from catalog.importing.akeneo.columns import UnknownColumn, parse_column
from catalog.importing.mapping import FIELDS, LIST_FIELDS
from catalog.importing.vocabulary import LIST_TYPES, Vocabulary
from pim.forms.structure import Section, StructureForm
from pim.values.specs import Json

SUFFIXES = (".zip", ".csv", ".tsv", ".txt", ".xlsx", ".jsonl", ".ndjson", ".json")
TARGET = "target-"

UNKNOWN_OPTIONS = (("refuse", _("refuse the row")), ("create", _("create the option")))
ENCODINGS = (
    ("", _("found out: UTF-8 or UTF-16")),
    ("utf-8", "UTF-8"),
    ("latin-1", "ISO 8859-1 (Latin 1)"),
    ("cp1252", "Windows 1252"),
    ("utf-16", "UTF-16"),
)
DELIMITERS = (
    ("", _("found out from the header")),
    (";", _("semicolon")),
    (",", _("comma")),
    ("\t", _("tab")),
    ("|", _("bar")),
)


class UploadForm(forms.Form):
    """One file."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("A ZIP of Akeneo's files with their pictures, or a CSV, XLSX or JSON Lines file."),
        widget=forms.FileInput(attrs={"accept": ",".join(SUFFIXES), "class": "vt-input"}),
    )

    def clean_file(self) -> Any:
        """Refuse what no reader is there for."""
        file = self.cleaned_data["file"]
        if not file.name.lower().endswith(SUFFIXES):
            raise ValidationError(_("Such a file cannot be imported: choose one of %s.") % ", ".join(SUFFIXES))
        return file


class ImportForm(forms.Form):
    """What every import asks."""

    stage = forms.ChoiceField(label=_("Stage of new products"), required=False)
    unknown_options = forms.ChoiceField(label=_("Unknown options"), choices=UNKNOWN_OPTIONS, initial="refuse")
    is_rehearsal = forms.BooleanField(
        label=_("Dry run"), required=False, help_text=_("Report what would happen and store nothing.")
    )

    def __init__(self, data: Any = None, *, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        desk = get_stage_desk()
        stages = [(stage.code, stage.label) for stage in desk.stages()] if desk else []
        self.fields["stage"].choices = [("", _("the workflow's first")), *stages]  # type: ignore[attr-defined]


class TableImportForm(ImportForm):
    """How a foreign table is read, and where each of its columns goes.

    Args:
        header: the columns of the file.
        mapping: as a profile keeps it, a column after the other.
    """

    encoding = forms.ChoiceField(label=_("Encoding"), choices=ENCODINGS, required=False)
    delimiter = forms.ChoiceField(label=_("Delimiter"), choices=DELIMITERS, required=False)
    sheet = forms.CharField(label=_("Sheet"), required=False, help_text=_("Empty: the first one."))
    list_separator = forms.CharField(label=_("Between the parts of a list"), max_length=5, initial=",", strip=False)
    decimal_separator = forms.ChoiceField(
        label=_("Decimal separator"), choices=((".", _("point")), (",", _("comma"))), initial="."
    )
    date_format = forms.CharField(
        label=_("Dates"), required=False, help_text=_("Empty: 2024-12-31. Else as in %d.%m.%Y.")
    )
    constants = forms.CharField(
        label=_("The same for every row"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One a line, such as family=shoes or weight-unit=GRAM."),
    )
    save_as = forms.SlugField(
        label=_("Save as profile"),
        required=False,
        help_text=_("A code; columns and choices are kept for the next time."),
    )

    def __init__(
        self,
        data: Any = None,
        *,
        vocabulary: Vocabulary,
        header: Sequence[str],
        mapping: Sequence[Mapping[str, Json]],
        initial: Any = None,
    ) -> None:
        super().__init__(data, initial=initial)
        self.vocabulary = vocabulary
        self.header = tuple(header)
        for number, column in enumerate(mapping):
            self.fields[f"{TARGET}{number}"] = forms.CharField(
                label=str(column["column"]),
                required=False,
                initial=column.get("target", ""),
                widget=forms.TextInput(attrs={"list": "targets", "autocomplete": "off", "class": "vt-input"}),
            )

    def clean_constants(self) -> dict[str, str]:
        """Each line's target and text."""
        found: dict[str, str] = {}
        for line in filter(None, map(str.strip, self.cleaned_data["constants"].splitlines())):
            target, equals, text = line.partition("=")
            if not equals:
                raise ValidationError(_("“%s” has no equals sign.") % line)
            found[self._known(target.strip())] = text.strip()
        return found

    def clean(self) -> dict[str, Any]:
        """Targets must exist; two columns may share a list only; one must say what the row is about."""
        cleaned = super().clean() or self.cleaned_data
        seen: dict[str, str] = {}
        for number in range(len(self.header)):
            name = f"{TARGET}{number}"
            target = str(cleaned.get(name) or "").strip()
            if not target:
                continue
            try:
                self._known(target)
            except ValidationError as error:
                self.add_error(name, error)
                continue
            if target in seen and not self._is_list(target):
                self.add_error(name, _("“%s” goes there already.") % seen[target])
            seen[target] = self.header[number]
        if self.header and "sku" not in seen:
            self.add_error(None, _("No column is the SKU: choose sku for one of them."))
        return cleaned

    def _known(self, target: str) -> str:
        try:
            parse_column(target, self.vocabulary, fields=FIELDS)
        except UnknownColumn as error:
            raise ValidationError(str(error)) from error
        return target

    def _is_list(self, target: str) -> bool:
        attribute = self.vocabulary.attribute(target.partition("-")[0])
        return target in LIST_FIELDS or (attribute is not None and attribute.type in LIST_TYPES)

    def mapping(self) -> list[dict[str, Json]]:
        """The columns as chosen."""
        return [
            {"column": column, "target": str(self.cleaned_data[f"{TARGET}{number}"]).strip(), "confidence": 1.0}
            for number, column in enumerate(self.header)
        ]

    def settings(self) -> dict[str, Json]:
        """How the file is read, as a profile keeps it."""
        names = ("encoding", "delimiter", "sheet", "list_separator", "decimal_separator", "date_format", "constants")
        return {name: self.cleaned_data[name] for name in names if self.cleaned_data[name]}


def spread_settings(settings: Mapping[str, Any]) -> dict[str, Any]:
    """A profile's settings as initial values of the form."""
    constants = settings.get("constants") or {}
    return {**settings, "constants": "\n".join(f"{target}={text}" for target, text in constants.items())}


class ImportProfileForm(StructureForm):
    """A saved profile: its columns and settings as they are kept."""

    sections: ClassVar[Sequence[Section]] = (("", ("code", "labels")), (_("What it says"), ("mapping", "settings")))

    mapping = forms.JSONField(label=_("Columns"), required=False, widget=forms.Textarea(attrs={"rows": 16}))
    settings = forms.JSONField(label=_("Settings"), required=False, widget=forms.Textarea(attrs={"rows": 8}))

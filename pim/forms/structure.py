"""The form of one piece of structure: it shows a whole state and tells which fields a person changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from pim.errors import DomainError
from pim.extensions import State
from pim.forms.fields import TextsField
from pim.values.labels import label_of
from pim.values.snapshot import Structure

Section = tuple[Any, Sequence[str]]


class StructureForm(forms.Form):
    """Fields named as in the state. Subclasses add fields, choices and sections.

    Attributes:
        sections: (heading, field names), in order; a name without a field is left out.
        fixed: fields that cannot change once the thing exists.
    """

    sections: ClassVar[Sequence[Section]] = (("", ("code", "labels", "external_code")),)
    fixed: ClassVar[frozenset[str]] = frozenset({"code"})

    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)
    code = forms.CharField(label=_("Code"), max_length=100, help_text=_("Letters, digits and underscores."))
    labels = TextsField(label=_("Labels"))
    external_code = forms.CharField(
        label=_("External code"), required=False, max_length=255, help_text=_("The code as another system writes it.")
    )

    def __init__(
        self,
        data: Any = None,
        *,
        state: State,
        is_new: bool,
        structure: Structure,
        revision: int = 0,
    ) -> None:
        super().__init__(data, initial={**self.spread(state), "revision": revision})
        self.state = state
        self.is_new = is_new
        self.structure = structure
        self.fields["labels"] = TextsField(label=_("Labels"), locales=sorted(structure.locales))
        self.prepare()
        if not is_new:
            for name in self.fixed & self.fields.keys():
                self.fields[name].disabled = True

    def prepare(self) -> None:
        """Fill in choices; for subclasses."""

    @staticmethod
    def spread(state: State) -> dict[str, Any]:
        """The initial values of the fields, from a state; for subclasses whose fields are not those of the state."""
        return dict(state)

    def gather(self) -> State:
        """The state that the form shows; for the same subclasses."""
        return {name: value for name, value in self.cleaned_data.items() if name != "revision"}

    def changes(self, loaded: State) -> State:
        """Fields that differ from the state that the person was shown."""
        return {name: value for name, value in self.gather().items() if value != loaded.get(name)}

    def rows(self) -> Iterator[tuple[Any, list[BoundField]]]:
        """Sections with their fields, for the template."""
        for heading, names in self.sections:
            found = [self[name] for name in names if name in self.fields]
            if found:
                yield heading, found

    def add_problems(self, error: DomainError) -> None:
        """Put a refusal's findings beside the fields they point at, else above the form."""
        for problem in error.problems:
            self.add_error(self.find_field(problem.pointer), str(problem.message))

    def find_field(self, pointer: str) -> str | None:
        """The field a JSON pointer is about."""
        parts = pointer.strip("/").split("/")
        for name in (f"{parts[0]}_{parts[1]}" if len(parts) > 1 else "", parts[0]):
            if name in self.fields:
                return name
        return None


def label_choices(items: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(code, label) of things with labels, by label."""
    return sorted(((code, label_of(item.labels, code)) for code, item in items.items()), key=lambda pair: pair[1])

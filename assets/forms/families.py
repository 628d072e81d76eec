"""The form of an asset family: its attributes in order, and which of them an asset must have."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from assets.services.kinds.families import is_describing
from pim.extensions import State
from pim.forms.matrix import MatrixWidget
from pim.forms.structure import Section, StructureForm

REQUIRED = "required"


class AssetFamilyForm(StructureForm):
    """An asset family."""

    sections: ClassVar[tuple[Section, ...]] = (
        ("", ("code", "labels", "requires_alt", "external_code")),
        (_("Attributes, and those that an asset must have"), ("matrix",)),
    )

    requires_alt = forms.BooleanField(
        label=_("Needs an alternative text"),
        required=False,
        help_text=_("An asset is complete in a locale when it says there what it shows."),
    )
    matrix = forms.Field(label=_("Attributes"), required=False, widget=MatrixWidget)

    def prepare(self) -> None:
        widget: Any = self.fields["matrix"].widget
        widget.columns = [(REQUIRED, _("Required"))]
        widget.attributes = {
            code: spec for code, spec in self.structure.attributes.items() if is_describing(spec.type, spec.scopable)
        }

    @staticmethod
    def spread(state: State) -> dict[str, Any]:
        """Attributes and what is required are one field."""
        requirements = {REQUIRED: dict.fromkeys(state.get("required", []), 1)}
        return {**state, "matrix": {"attributes": state.get("attributes", []), "requirements": requirements}}

    def gather(self) -> State:
        """What is required, in the order of the attributes."""
        state = super().gather()
        matrix = state.pop("matrix")
        ticked = matrix["requirements"].get(REQUIRED, {})
        state["attributes"] = matrix["attributes"]
        state["required"] = [code for code in matrix["attributes"] if code in ticked]
        return state

    def find_field(self, pointer: str) -> str | None:
        """Attributes and what is required point at the matrix."""
        head = pointer.strip("/").split("/")[0]
        return "matrix" if head in {"attributes", "required"} else super().find_field(pointer)

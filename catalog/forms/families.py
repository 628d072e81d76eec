"""Forms of families and family variants: ordered attributes, what channels require, and at which level each is edited."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from pim.extensions import State
from pim.forms.fields import CodeField, TemplateWidget, posted_list
from pim.forms.matrix import MatrixWidget
from pim.forms.structure import Section, StructureForm, label_choices
from pim.values.labels import label_of
from pim.values.specs import AttributeSpec

MAX_LEVELS = 3
NO_AXES = frozenset({"textarea", "rich_text", "asset", "asset_list", "price", "multiselect", "url", "email"})


class FamilyForm(StructureForm):
    """A family."""

    sections: ClassVar[tuple[Section, ...]] = (
        ("", ("code", "labels", "label_attribute", "image_attribute", "external_code")),
        (_("Attributes, and the channels that require them"), ("matrix",)),
    )

    label_attribute = CodeField(label=_("Label attribute"), help_text=_("Products are called by it."))
    image_attribute = CodeField(label=_("Image attribute"), help_text=_("The picture in lists."))
    matrix = forms.Field(label=_("Attributes"), required=False, widget=MatrixWidget)

    def prepare(self) -> None:
        widget: Any = self.fields["matrix"].widget
        channels = self.structure.channels
        widget.columns = [(code, label_of(channels[code].labels, code)) for code in sorted(channels)]
        widget.attributes = self.structure.attributes
        members = set(self.state.get("attributes", ())) | set(posted_list(self.data or {}, "matrix"))
        found = {code: spec for code, spec in self.structure.attributes.items() if code in members}
        pictures = {code: spec for code, spec in found.items() if spec.type in {"asset", "asset_list"}}
        fields: dict[str, Any] = self.fields
        fields["label_attribute"].choices = [("", "—"), *label_choices(found)]
        fields["image_attribute"].choices = [("", "—"), *label_choices(pictures)]

    @staticmethod
    def spread(state: State) -> dict[str, Any]:
        """Attributes and requirements are one field."""
        matrix = {"attributes": state.get("attributes", []), "requirements": state.get("requirements", {})}
        return {**state, "matrix": matrix}

    def gather(self) -> State:
        """Weights of what was required before stay."""
        state = super().gather()
        matrix = state.pop("matrix")
        known = self.state.get("requirements", {})
        state["attributes"] = matrix["attributes"]
        state["requirements"] = {
            channel: {code: known.get(channel, {}).get(code, 1) for code in sorted(codes)}
            for channel, codes in sorted(matrix["requirements"].items())
            if codes
        }
        return state

    def find_field(self, pointer: str) -> str | None:
        """Attributes and requirements point at the matrix."""
        head = pointer.strip("/").split("/")[0]
        return "matrix" if head in {"attributes", "requirements"} else super().find_field(pointer)


class LevelsWidget(TemplateWidget):
    """The family's attributes, each at one level. Posts `<name>-<code>` (level), `<name>-axis` and `<name>-over` (codes)."""

    template_name = "catalog/widgets/levels.html"

    def __init__(self) -> None:
        super().__init__()
        self.attributes: Sequence[AttributeSpec] = ()

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        places, axes, over = _spread_levels(value or [])
        context["widget"].update(
            levels=range(MAX_LEVELS + 1),
            rows=[
                {
                    "code": spec.code,
                    "label": label_of(spec.labels, spec.code),
                    "name": f"{name}-{spec.code}",
                    "level": places.get(spec.code, 0),
                    "is_axis": spec.code in axes,
                    "may_be_axis": spec.type not in NO_AXES and not spec.localizable and not spec.scopable,
                    "is_over": spec.code in over,
                }
                for spec in self.attributes
            ],
            axis_name=f"{name}-axis",
            over_name=f"{name}-over",
        )
        return context

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[dict[str, list[str]]]:
        axes, over = set(posted_list(data, f"{name}-axis")), set(posted_list(data, f"{name}-over"))
        levels: list[dict[str, list[str]]] = [
            {"axes": [], "attributes": [], "overridable": []} for _n in range(MAX_LEVELS)
        ]
        for spec in self.attributes:
            place = str(data.get(f"{name}-{spec.code}", "0"))
            if place not in {"1", "2", "3"}:
                continue
            level = levels[int(place) - 1]
            level["axes" if spec.code in axes else "attributes"].append(spec.code)
            if spec.code in over:
                level["overridable"].append(spec.code)
        while levels and not any(levels[-1].values()):
            levels.pop()
        for level in levels:
            level["attributes"].sort()
            level["overridable"].sort()
        return levels

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return False


class FamilyVariantForm(StructureForm):
    """A family variant: one to three levels of axes."""

    sections: ClassVar[tuple[Section, ...]] = (
        ("", ("code", "labels", "family", "external_code")),
        (_("At which level each attribute is edited"), ("levels",)),
    )
    fixed = frozenset({"code", "family"})

    family = CodeField(label=_("Family"), required=True)
    levels = forms.Field(
        label=_("Levels"),
        required=False,
        widget=LevelsWidget,
        help_text=_("Level 0 is the model; axes tell the rows of their level apart."),
    )

    def prepare(self) -> None:
        from catalog.services.snapshot import get_catalog_structure

        families = get_catalog_structure().families
        fields: dict[str, Any] = self.fields
        fields["family"].choices = label_choices(families)
        family = families.get(str(self.state.get("family") or ""))
        known = self.structure.attributes
        widget: Any = fields["levels"].widget
        widget.attributes = (
            [known[code] for code in family.attributes if code in known and code != "sku"] if family else []
        )

    def gather(self) -> State:
        """The order of axes stays where the same ones are ticked."""
        state = super().gather()
        known = self.state.get("levels") or []
        for number, level in enumerate(state["levels"]):
            before = known[number]["axes"] if number < len(known) else []
            if sorted(before) == sorted(level["axes"]):
                level["axes"] = before
        return state


def _spread_levels(levels: Sequence[Mapping[str, Sequence[str]]]) -> tuple[dict[str, int], set[str], set[str]]:
    places, axes, over = {}, set(), set()
    for number, level in enumerate(levels, start=1):
        for code in (*level.get("axes", ()), *level.get("attributes", ())):
            places[code] = number
        axes |= set(level.get("axes", ()))
        over |= set(level.get("overridable", ()))
    return places, axes, over


class AssociationTypeForm(StructureForm):
    """An association type."""

    sections: ClassVar[tuple[Section, ...]] = (
        ("", ("code", "labels", "is_two_way", "is_quantified", "external_code")),
    )

    is_two_way = forms.BooleanField(label=_("Two-way"), required=False, help_text=_("Read from both sides."))
    is_quantified = forms.BooleanField(
        label=_("Quantified"), required=False, help_text=_("Each link carries a number.")
    )


class GroupForm(StructureForm):
    """A product group."""

    sections: ClassVar[tuple[Section, ...]] = (("", ("code", "labels", "type", "external_code")),)

    type = forms.CharField(label=_("Type"), required=False, max_length=100)

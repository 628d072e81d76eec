"""The form of a picture rule."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from assets.conformance import COLOUR_SPACES
from assets.render import FORMATS
from assets.services.kinds.pictures import ASSET_TYPES
from pim.extensions import State
from pim.forms.fields import CodeField, CodesField
from pim.forms.structure import Section, StructureForm, label_choices

COLOUR_LABELS = {
    "srgb": "sRGB", "adobe_rgb": "Adobe RGB", "display_p3": "Display P3", "prophoto_rgb": "ProPhoto RGB",
    "rgb": _("other RGB"), "gray": _("greyscale"), "cmyk": "CMYK", "lab": "Lab",
}  # fmt: skip
MEBIBYTE = 2**20


class PictureRuleForm(StructureForm):
    """A picture rule: where it holds, and what it asks."""

    sections: ClassVar[tuple[Section, ...]] = (
        ("", ("code", "labels", "external_code")),
        (_("Where it holds"), ("channel", "attributes")),
        (_("Size and shape"), ("min_width_px", "min_height_px", "aspect", "aspect_tolerance")),
        (_("What is seen"), ("min_white_share", "min_subject_fill")),
        (_("The file"), ("media_types", "colour_spaces", "max_mib")),
    )

    channel = CodeField(label=_("Channel"), required=True)
    attributes = CodesField(label=_("Attributes"), help_text=_("None ticked: the pictures in every attribute."))
    min_width_px = forms.IntegerField(
        label=_("Smallest width"), required=False, min_value=1, help_text=_("In pixels; empty asks nothing.")
    )
    min_height_px = forms.IntegerField(
        label=_("Smallest height"), required=False, min_value=1, help_text=_("In pixels; empty asks nothing.")
    )
    aspect = forms.CharField(label=_("Aspect"), required=False, max_length=11, help_text=_("Such as 1:1 or 4:3."))
    aspect_tolerance = forms.IntegerField(
        label=_("Tolerance"), required=False, min_value=0, max_value=100, help_text=_("In percent of the aspect.")
    )
    min_white_share = forms.IntegerField(
        label=_("White background"),
        required=False,
        min_value=1,
        max_value=100,
        help_text=_("The least share of the background that is white, in percent."),
    )
    min_subject_fill = forms.IntegerField(
        label=_("Subject"),
        required=False,
        min_value=1,
        max_value=100,
        help_text=_("The least share of the picture that its subject fills, in percent."),
    )
    media_types = CodesField(label=_("Formats"), help_text=_("None ticked: any."))
    colour_spaces = CodesField(label=_("Colour spaces"), help_text=_("None ticked: any."))
    max_mib = forms.DecimalField(
        label=_("Largest file"), required=False, min_value=0, decimal_places=6, help_text=_("In MiB.")
    )

    def prepare(self) -> None:
        held = {code: spec for code, spec in self.structure.attributes.items() if spec.type in ASSET_TYPES}
        types = {f"image/{fmt}": fmt.upper() for fmt in (*FORMATS, "gif", "tiff")}
        types |= {name: name for name in self.state.get("media_types") or () if name not in types}
        choices = {
            "channel": label_choices(self.structure.channels),
            "attributes": label_choices(held),
            "media_types": list(types.items()),
            "colour_spaces": [(name, COLOUR_LABELS[name]) for name in COLOUR_SPACES],
        }
        for name, found in choices.items():
            field: Any = self.fields[name]
            field.choices = found

    @staticmethod
    def spread(state: State) -> dict[str, Any]:
        """Sizes in MiB."""
        found = {name: value for name, value in state.items() if name != "max_bytes"}
        size = state.get("max_bytes")
        return {**found, "max_mib": round(size / MEBIBYTE, 6) if size else None}

    def gather(self) -> State:
        """Sizes in bytes; one that is as it was shown stays to the byte."""
        found = super().gather()
        size, shown = found.pop("max_mib"), self.spread(self.state)["max_mib"]
        same = size is not None and shown is not None and float(size) == shown
        found["max_bytes"] = self.state.get("max_bytes") if same else (int(size * MEBIBYTE) or None) if size else None
        return found

    def find_field(self, pointer: str) -> str | None:
        """The size has another name here."""
        return "max_mib" if pointer == "/max_bytes" else super().find_field(pointer)

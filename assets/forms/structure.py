"""Forms of licences and rendition presets."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from assets.render import FORMATS, Fit
from pim.extensions import State
from pim.forms.structure import Section, StructureForm

FIT_LABELS = {
    Fit.CONTAIN: _("contain: the whole picture, inside the box"),
    Fit.COVER: _("cover: fill the box, crop the rest"),
    Fit.PAD: _("pad: the whole picture, the box filled up"),
    Fit.WIDTH: _("width: this wide, as high as it gets"),
    Fit.HEIGHT: _("height: this high, as wide as it gets"),
    Fit.ORIGINAL: _("original: the size it has"),
}


class DayField(forms.DateField):
    """A day as the state has it: ISO 8601, None for none."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def clean(self, value: Any) -> Any:
        day = super().clean(value)
        return day.isoformat() if day else None


class PresetForm(StructureForm):
    """A rendition preset: the fields of its settings, one by one."""

    sections: ClassVar[tuple[Section, ...]] = (
        ("", ("code", "labels", "is_eager", "external_code")),
        (_("Shape"), ("fit", "width", "height", "background")),
        (_("Files"), ("formats", *(f"quality_{fmt}" for fmt in FORMATS), "max_bytes")),
    )

    is_eager = forms.BooleanField(
        label=_("Draw at once"), required=False, help_text=_("When a file arrives, not when it is first asked for.")
    )
    fit = forms.ChoiceField(label=_("Fit"), choices=[(str(fit), label) for fit, label in FIT_LABELS.items()])
    width = forms.IntegerField(label=_("Width"), required=False, min_value=1, help_text=_("In pixels."))
    height = forms.IntegerField(label=_("Height"), required=False, min_value=1, help_text=_("In pixels."))
    background = forms.CharField(
        label=_("Background"),
        required=False,
        max_length=7,
        help_text=_("#rrggbb; empty: transparent where the format can."),
    )
    formats = forms.MultipleChoiceField(
        label=_("Formats"), choices=[(fmt, fmt.upper()) for fmt in FORMATS], widget=forms.CheckboxSelectMultiple
    )
    max_bytes = forms.IntegerField(
        label=_("At most bytes"), required=False, min_value=1_000, help_text=_("Lowers the quality until it fits.")
    )

    def prepare(self) -> None:
        for fmt, details in FORMATS.items():
            if details.quality is not None:
                self.fields[f"quality_{fmt}"] = forms.IntegerField(
                    label=_("Quality %s") % fmt.upper(),
                    required=False,
                    min_value=1,
                    max_value=100,
                    help_text=_("1 to 100; empty: %d.") % details.quality,
                )

    @staticmethod
    def spread(state: State) -> dict[str, Any]:
        """Every setting has its own field."""
        settings = state.get("settings") or {}
        quality = {f"quality_{fmt}": value for fmt, value in (settings.get("quality") or {}).items()}
        rest = {name: value for name, value in settings.items() if name != "quality"}
        return {**{name: value for name, value in state.items() if name != "settings"}, **rest, **quality}

    def gather(self) -> State:
        """The settings together again, in their one form."""
        found = super().gather()
        settings = {name: found.pop(name) for name in ("fit", "width", "height", "background", "formats", "max_bytes")}
        settings["quality"] = {
            fmt: value for fmt in FORMATS if (value := found.pop(f"quality_{fmt}", None)) is not None
        }
        known = self.state.get("settings") or {}
        same = all((settings[name] or None) == (known.get(name) or None) for name in settings)
        return {**found, "settings": known if same and known else settings}

    def find_field(self, pointer: str) -> str | None:
        """Settings are checked by the engine, whose pointers name them directly."""
        return super().find_field(pointer.removeprefix("/settings"))

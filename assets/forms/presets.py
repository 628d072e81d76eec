"""The form of a rendition preset: each of its settings has a field of its own."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from assets.render import FORMATS, Fit
from assets.render.parsing import MAX_TEXT
from assets.render.presets import MAX_SIDE_PX, Position, Trim, Watermark
from pim.extensions import State
from pim.forms.structure import Section, StructureForm

FIT_LABELS = {
    Fit.CONTAIN: _("Contain"),
    Fit.COVER: _("Cover"),
    Fit.PAD: _("Pad"),
    Fit.TRIM: _("Trim to the product"),
    Fit.WIDTH: _("Width"),
    Fit.HEIGHT: _("Height"),
    Fit.ORIGINAL: _("Original size"),
}
FIT_HINTS = {
    Fit.CONTAIN: _("The whole picture, inside the box."),
    Fit.COVER: _("Fills the box; crops around the focal rectangle."),
    Fit.PAD: _("The whole picture, the box filled up with the background."),
    Fit.TRIM: _("Finds the product on a plain background and sets it in the middle of the box."),
    Fit.WIDTH: _("This wide, as high as it gets."),
    Fit.HEIGHT: _("This high, as wide as it gets."),
    Fit.ORIGINAL: _("As large as it is."),
}
POSITION_LABELS = {
    Position.TOP_LEFT: _("top left"),
    Position.TOP: _("top"),
    Position.TOP_RIGHT: _("top right"),
    Position.LEFT: _("left"),
    Position.CENTRE: _("centre"),
    Position.RIGHT: _("right"),
    Position.BOTTOM_LEFT: _("bottom left"),
    Position.BOTTOM: _("bottom"),
    Position.BOTTOM_RIGHT: _("bottom right"),
}
NO_MARK, TEXT_MARK, PICTURE_MARK = "", "text", "picture"
_PLAIN = ("fit", "width", "height", "background", "formats", "max_bytes", "keeps_profile", "dpi")
_TRIM = {"tolerance": "trim_tolerance", "padding": "trim_padding"}
_MARK = {"text": "mark_text", "asset": "mark_asset", "position": "mark_position", "size": "mark_size"}
_MARK |= {"opacity": "mark_opacity", "is_tiled": "mark_is_tiled"}


def _range(label: Any, lowest: int, highest: int, help_text: Any = "") -> forms.IntegerField:
    """A slider."""
    widget = forms.NumberInput(attrs={"type": "range", "class": "pr-range"})
    return forms.IntegerField(
        label=label, required=False, min_value=lowest, max_value=highest, widget=widget, help_text=help_text
    )


class PresetForm(StructureForm):
    """A rendition preset."""

    sections: ClassVar[tuple[Section, ...]] = (
        ("", ("labels", "code", "is_eager")),
        (_("Shape"), ("fit", "width", "height", "background", *_TRIM.values())),
        (_("Files"), ("formats", *(f"quality_{fmt}" for fmt in FORMATS), "max_bytes", "keeps_profile", "dpi")),
        (_("Watermark"), ("mark_kind", *_MARK.values())),
        (_("Elsewhere"), ("external_code",)),
    )

    is_eager = forms.BooleanField(
        label=_("Draw at once"),
        required=False,
        help_text=_("When a file arrives. What channel views show is drawn at once in any case."),
    )
    fit = forms.ChoiceField(
        label=_("Fit"), choices=[(str(fit), label) for fit, label in FIT_LABELS.items()], widget=forms.RadioSelect
    )
    width = forms.IntegerField(label=_("Width"), required=False, min_value=1, max_value=MAX_SIDE_PX)
    height = forms.IntegerField(label=_("Height"), required=False, min_value=1, max_value=MAX_SIDE_PX)
    background = forms.RegexField(
        r"^#[0-9a-fA-F]{6}$",
        label=_("Background"),
        required=False,
        max_length=7,
        help_text=_("#rrggbb. Empty: transparent where the format can, else white."),
        error_messages={"invalid": _("Write the colour as #rrggbb.")},
    )
    trim_tolerance = _range(
        _("Tolerance"), 0, 128, _("How far from the background's colour a pixel may be and still be background.")
    )
    trim_padding = _range(_("Padding"), 0, 40, _("Free edge, in percent of the shorter side."))
    formats = forms.MultipleChoiceField(
        label=_("Formats"), choices=[(fmt, fmt.upper()) for fmt in FORMATS], widget=forms.CheckboxSelectMultiple
    )
    max_bytes = forms.IntegerField(
        label=_("At most bytes"),
        required=False,
        min_value=1_000,
        help_text=_("The quality is lowered until the file fits, but not below 30."),
    )
    keeps_profile = forms.BooleanField(
        label=_("For print: keep colours and profile"),
        required=False,
        help_text=_("CMYK stays CMYK in JPEG. Otherwise everything becomes sRGB."),
    )
    dpi = forms.IntegerField(
        label=_("Resolution"),
        required=False,
        min_value=1,
        max_value=2_400,
        help_text=_("Dots per inch, told in the file."),
    )
    mark_kind = forms.ChoiceField(
        label=_("Watermark"),
        required=False,
        choices=[(NO_MARK, _("none")), (TEXT_MARK, _("a text")), (PICTURE_MARK, _("a picture"))],
        widget=forms.RadioSelect,
    )
    mark_text = forms.CharField(
        label=_("Text"), required=False, max_length=MAX_TEXT, help_text=_("Latin, Greek and Cyrillic letters.")
    )
    mark_asset = forms.CharField(
        label=_("Picture"), required=False, max_length=100, help_text=_("The code of an asset; its file is kept.")
    )
    mark_position = forms.ChoiceField(
        label=_("Position"),
        required=False,
        choices=[(str(position), label) for position, label in POSITION_LABELS.items()],
        widget=forms.RadioSelect,
    )
    mark_size = _range(_("Size"), 1, 100, _("Width in percent of the picture's."))
    mark_opacity = _range(_("Opacity"), 1, 100, _("In percent."))
    mark_is_tiled = forms.BooleanField(label=_("Repeat over the whole picture"), required=False)

    def prepare(self) -> None:
        """One field of quality for each format that has such a thing."""
        for fmt, details in FORMATS.items():
            if details.quality is not None:
                self.fields[f"quality_{fmt}"] = forms.IntegerField(
                    label=_("Quality of %s") % fmt.upper(),
                    required=False,
                    min_value=1,
                    max_value=100,
                    widget=forms.NumberInput(attrs={"placeholder": details.quality}),
                )

    @staticmethod
    def spread(state: State) -> dict[str, Any]:
        """Every setting has its own field."""
        settings = state.get("settings") or {"fit": str(Fit.CONTAIN), "formats": ["webp"]}
        trim = {**_defaults(Trim(), _TRIM), **(settings.get("trim") or {})}
        mark = settings.get("watermark") or {}
        shown = {**_defaults(Watermark(), _MARK), **mark}
        kind = PICTURE_MARK if mark.get("picture") else TEXT_MARK if mark else NO_MARK
        return {
            **{name: value for name, value in state.items() if name not in {"settings", "in_force"}},
            **{name: settings.get(name) for name in _PLAIN},
            **{f"quality_{fmt}": value for fmt, value in (settings.get("quality") or {}).items()},
            **{field: trim[name] for name, field in _TRIM.items()},
            **{field: shown[name] for name, field in _MARK.items()},
            "mark_kind": kind,
        }

    def gather(self) -> State:
        """The settings together again, in their one form; the stored ones where nothing is different."""
        found = {name: value for name, value in super().gather().items() if name in {*self.state, "code"}}
        settings = self.read_settings()
        known = self.state.get("settings") or {}
        same = all((settings.get(name) or None) == (known.get(name) or None) for name in {*settings, *known})
        return {**found, "settings": known if same and known else settings}

    def read_settings(self) -> dict[str, Any]:
        """The settings that the form shows, as `parse_preset` reads them; the form must have been checked."""
        said = self.cleaned_data
        settings = {name: said.get(name) for name in _PLAIN}
        # The first format is the one that addresses are of where none is asked for: boxes that are ticked do not say it.
        known = list((self.state.get("settings") or {}).get("formats") or [])
        chosen = said.get("formats") or []
        settings["formats"] = [fmt for fmt in known if fmt in chosen] + [fmt for fmt in chosen if fmt not in known]
        settings["quality"] = {fmt: said[name] for fmt in FORMATS if said.get(name := f"quality_{fmt}") is not None}
        is_trimmed = settings["fit"] == Fit.TRIM
        settings["trim"] = {name: said.get(field) for name, field in _TRIM.items()} if is_trimmed else None
        settings["watermark"] = self._read_mark()
        return settings

    def settings_errors(self) -> dict[str, list[str]]:
        """What is wrong with the settings, without what is only about the preset as a piece of structure."""
        others = {"code", "labels", "external_code", "is_eager", "revision"}
        return {name: [str(text) for text in texts] for name, texts in self.errors.items() if name not in others}

    def find_field(self, pointer: str) -> str | None:
        """Settings are checked by the engine, whose pointers name them directly."""
        path = pointer.removeprefix("/settings")
        head, _slash, name = path.strip("/").partition("/")
        field = {"trim": _TRIM, "watermark": _MARK}.get(head, {}).get(name)
        return field or super().find_field(path)

    def _read_mark(self) -> dict[str, Any] | None:
        said = self.cleaned_data
        if not said.get("mark_kind"):
            return None
        mark: dict[str, Any] = {name: said.get(field) for name, field in _MARK.items()}
        known = (self.state.get("settings") or {}).get("watermark") or {}
        if said["mark_kind"] == TEXT_MARK:
            return {**mark, "asset": "", "picture": ""}
        # The file stays the one that was chosen, until another asset is.
        picture = known.get("picture", "") if mark["asset"] == known.get("asset") else ""
        return {**mark, "text": "", "picture": picture}


def _defaults(plain: Trim | Watermark, names: dict[str, str]) -> dict[str, Any]:
    return {name: getattr(plain, name) for name in names}

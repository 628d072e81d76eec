"""Rendition presets as structure: their settings are the engine's to check, and come into force when files are there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assets import extensions
from assets.models import Asset, RenditionPreset
from assets.render import parse_preset
from assets.render.presets import dump_preset
from assets.services.renditions.presets import BUILT_IN
from assets.services.renditions.redrawing import is_worth_waiting, start_redrawing, stop_redrawing
from pim.errors import Problem, Refused
from pim.services.after_commit import after_commit
from pim.services.kinds.base import CodedKind, require_bool

if TYPE_CHECKING:
    from pim.extensions import State


class RenditionPresetKind(CodedKind[RenditionPreset]):
    """A rendition preset; its settings are checked by the engine that draws it.

    `in_force` is None, or the settings by which addresses are given out until the files of `settings` are drawn. It is
    set by the house when settings change; giving None puts the new ones in force at once.
    """

    code = "rendition_preset"
    label = gettext_lazy("rendition preset")
    model = RenditionPreset
    plain_fields = ("settings", "is_eager", "in_force")

    def clean(self, state: State, before: State | None) -> State:
        """Bring the settings into their one form, and say which are in force meanwhile.

        Raises:
            Refused: `preset_invalid`, or what `parse_preset` refuses, with a pointer below `/settings`.
        """
        state = super().clean(state, before)
        require_bool(state, "is_eager")
        settings = state["settings"]
        if not isinstance(settings, dict):
            raise Refused("preset_invalid", _("The settings are an object."), "/settings")
        try:
            state["settings"] = dump_preset(parse_preset(state["code"], resolve_mark(settings)))
        except Refused as error:
            raise _below("/settings", error) from None
        state["in_force"] = _clean_in_force(state, before)
        return state

    def apply(self, state: State, obj: RenditionPreset | None) -> RenditionPreset:
        """Store it; a worker then draws what has to be there first, or declares its renditions for all assets."""
        settings_before = obj.settings if obj is not None else None
        was_eager = obj is not None and obj.is_eager
        row = super().apply(state, obj)
        if settings_before != row.settings or (row.is_eager and not was_eager):
            stop_redrawing(row.code)
            if row.in_force is not None or row.is_eager:
                start_redrawing(row)
                return row
        after_commit(extensions.hand_over, "declare", row.code)
        return row


def _clean_in_force(state: State, before: State | None) -> Any:
    """The settings that stay in force while those of the state are drawn; None: none have to."""
    code, settings = state["code"], state["settings"]
    if before is not None and settings == before["settings"]:
        if state["in_force"] not in (None, before["in_force"]):
            raise Refused("invalid_in_force", _("Only nothing may be said here."), "/in_force")
        return state["in_force"]
    old = (before["in_force"] or before["settings"]) if before is not None else _built_in(code)
    if old is None or old == settings:
        return None
    return old if is_worth_waiting(parse_preset(code, old), parse_preset(code, settings)) else None


def _built_in(code: str) -> dict[str, Any] | None:
    """The settings of the house's own preset of this name, whose place a new one takes."""
    found = next((preset for preset in BUILT_IN if preset.code == code and preset.formats), None)
    return dump_preset(found) if found else None


def resolve_mark(settings: dict[str, Any]) -> dict[str, Any]:
    """A watermark may name an asset; what is kept is the file that it shows now.

    Raises:
        Refused: `preset_invalid`: there is no such asset, or nothing to see of it.
    """
    mark = settings.get("watermark")
    if not isinstance(mark, dict) or not mark.get("asset") or mark.get("picture"):
        return settings
    asset = _find_asset(str(mark["asset"]))
    if asset is None or asset.version is None or not asset.version.is_picture:
        raise Refused("preset_invalid", _("There is no such picture in the library."), "/watermark/asset")
    return {**settings, "watermark": {**mark, "asset": str(asset.uuid), "picture": asset.version.sha256}}


def _find_asset(name: str) -> Asset | None:
    """By uuid, else by code."""
    assets = Asset.objects.select_related("version")
    try:
        return assets.filter(uuid=UUID(name)).first()
    except ValueError:
        return assets.with_codes([name]).first()


def _below(pointer: str, error: Refused) -> Refused:
    problems = [Problem(found.code, found.message, f"{pointer}{found.pointer}") for found in error.problems]
    return Refused(error.code, error.message, problems[0].pointer, problems=problems)

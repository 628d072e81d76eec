"""Rendition presets as structure: their settings are the engine's to check."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assets import extensions
from assets.models import RenditionPreset
from assets.render import parse_preset
from assets.render.presets import dump_preset
from pim.errors import Refused
from pim.services.kinds.base import CodedKind, require_bool

if TYPE_CHECKING:
    from pim.extensions import State


class RenditionPresetKind(CodedKind[RenditionPreset]):
    """A rendition preset; its settings are checked by the engine that draws it."""

    code = "rendition_preset"
    label = gettext_lazy("rendition preset")
    model = RenditionPreset
    plain_fields = ("settings", "is_eager")

    def clean(self, state: State, before: State | None) -> State:
        """Bring the settings into their one form."""
        state = super().clean(state, before)
        require_bool(state, "is_eager")
        settings = state["settings"]
        if not isinstance(settings, dict):
            raise Refused("preset_invalid", _("The settings are an object."), "/settings")
        state["settings"] = dump_preset(parse_preset(state["code"], settings))
        return state

    def apply(self, state: State, obj: RenditionPreset | None) -> RenditionPreset:
        """Store it; a worker then declares its renditions for all assets."""
        row = super().apply(state, obj)
        transaction.on_commit(partial(extensions.hand_over, "declare", row.code), robust=True)
        return row

"""Import profiles as structure: written, journaled and undone like every other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy

from catalog.importing.mapping import Profile
from catalog.models import ImportProfile
from pim.errors import Refused
from pim.services.kinds.base import CodedKind

if TYPE_CHECKING:
    from pim.extensions import State


class ImportProfileKind(CodedKind[ImportProfile]):
    """Where the columns of a foreign file go, and how the file is written."""

    code = "import_profile"
    label = gettext_lazy("import profile")
    model = ImportProfile
    plain_fields = ("mapping", "settings")

    def clean(self, state: State, before: State | None) -> State:
        """Check that an import can read it.

        Raises:
            Refused: `invalid_profile`, with a pointer.
        """
        state = super().clean(state, before)
        if not isinstance(state["mapping"], list) or not isinstance(state["settings"], dict):
            raise Refused("invalid_profile", gettext_lazy("A profile has a list of columns and an object of settings."))
        Profile.from_json(state["mapping"], state["settings"])
        return state

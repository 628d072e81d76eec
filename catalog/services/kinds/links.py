"""Association types and product groups as structure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.models import AssociationType, Group
from pim.errors import Refused
from pim.services.kinds.base import CodedKind, require_bool, require_text

if TYPE_CHECKING:
    from pim.extensions import State


class AssociationTypeKind(CodedKind[AssociationType]):
    """An association type; what it means (two-way, quantified) is fixed while links use it."""

    code = "association_type"
    label = gettext_lazy("association type")
    model = AssociationType
    parts = frozenset()
    plain_fields = ("is_two_way", "is_quantified")

    def clean(self, state: State, before: State | None) -> State:
        """Check the flags."""
        state = super().clean(state, before)
        require_bool(state, *self.plain_fields)
        if before is not None:
            for name in self.plain_fields:
                if (
                    state[name] != before[name]
                    and AssociationType.objects.get(code=before["code"]).associations.exists()
                ):
                    raise Refused("in_use", _("“%s” cannot change while products are linked.") % name, f"/{name}")
        return state


class GroupKind(CodedKind[Group]):
    """A static group of products."""

    code = "group"
    label = gettext_lazy("product group")
    model = Group
    parts = frozenset()
    plain_fields = ("type",)

    def clean(self, state: State, before: State | None) -> State:
        """Check the type."""
        state = super().clean(state, before)
        state["type"] = require_text(state["type"] or "", "/type", most=100)
        return state

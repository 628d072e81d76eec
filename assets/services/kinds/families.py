"""Asset families as structure: attributes in order, and what an asset of the family must have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assets import extensions
from assets.models import AssetFamily, AssetFamilyAttribute
from pim.errors import Refused
from pim.models import Attribute
from pim.services.after_commit import after_commit
from pim.services.kinds.base import CodedKind, find_all, require_bool

if TYPE_CHECKING:
    from pim.extensions import State

NOT_FOR_ASSETS = frozenset({"asset", "asset_list", "record", "record_list", "product_link", "formula"})
"""Types whose values lead to other things; an asset describes itself."""


def is_describing(attribute_type: str, is_scopable: bool) -> bool:
    """Whether an attribute can be one of an asset's own; what an asset is does not vary by channel."""
    return attribute_type not in NOT_FOR_ASSETS and not is_scopable


class AssetFamilyKind(CodedKind[AssetFamily]):
    """An asset family; `required` names those of its attributes without which an asset is not complete."""

    code = "asset_family"
    label = gettext_lazy("asset family")
    model = AssetFamily
    plain_fields = ("requires_alt",)
    parts = frozenset({"AssetFamilyAttribute"})

    def defaults(self) -> State:
        """No attributes; an alternative text in each locale."""
        return {**super().defaults(), "attributes": [], "required": []}

    def queryset(self) -> QuerySet[AssetFamily]:
        """With attributes."""
        return super().queryset().prefetch_related("placements__attribute")

    def serialise(self, obj: AssetFamily) -> State:
        """With codes, in order."""
        placements = list(obj.placements.all())
        return {
            **super().serialise(obj),
            "attributes": [row.attribute.code for row in placements],
            "required": [row.attribute.code for row in placements if row.is_required],
        }

    def clean(self, state: State, before: State | None) -> State:
        """Attributes must exist and be of a kind that describes; what is required must be among them.

        Raises:
            Refused: `not_for_assets`, `not_in_family`, or as `find_all` and `require_bool`.
        """
        state = super().clean(state, before)
        require_bool(state, "requires_alt")
        attributes = find_all(Attribute, state["attributes"], "/attributes")
        for number, attribute in enumerate(attributes):
            if not is_describing(attribute.type, attribute.scopable):
                message = _("“%s” cannot describe an asset: it leads to other things, or varies by channel.")
                raise Refused("not_for_assets", message % attribute.code, f"/attributes/{number}")
        codes = list(dict.fromkeys(attribute.code for attribute in attributes))
        wanted = {row.code for row in find_all(Attribute, state["required"], "/required")}
        for code in sorted(wanted - set(codes)):
            raise Refused("not_in_family", _("“%s” is not an attribute of this family.") % code, "/required")
        state["attributes"], state["required"] = codes, [code for code in codes if code in wanted]
        return state

    def apply(self, state: State, obj: AssetFamily | None) -> AssetFamily:
        """Store the family, then its attributes where they have changed; a worker then derives its assets anew."""
        before = self.serialise(obj) if obj is not None else None
        family = super().apply(state, obj)
        if before is not None and any(
            before[name] != state[name] for name in ("attributes", "required", "requires_alt")
        ):
            after_commit(extensions.hand_over, "derive", family.code)
        if before is None or any(before[name] != state[name] for name in ("attributes", "required")):
            attributes = {row.code: row for row in Attribute.objects.filter(code__in=state["attributes"])}
            family.placements.all().delete()
            AssetFamilyAttribute.objects.bulk_create(
                AssetFamilyAttribute(
                    family=family, attribute=attributes[code], position=position, is_required=code in state["required"]
                )
                for position, code in enumerate(state["attributes"])
            )
        return self.queryset().get(pk=family.pk)

"""Family variants as structure: axes and attributes per level."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.models import Family, FamilyVariant, VariantPlacement
from pim.errors import Refused
from pim.models import Attribute
from pim.services.kinds.base import CodedKind, find_all, find_one

if TYPE_CHECKING:
    from pim.extensions import State

AXIS_TYPES = frozenset({"select", "measurement", "boolean", "text", "integer", "decimal", "identifier"})
"""Types whose values tell variants apart."""

MAX_LEVELS = 3


class FamilyVariantKind(CodedKind[FamilyVariant]):
    """A family variant; `levels` is `[{"axes": [...], "attributes": [...], "overridable": [...]}]`, level 1 first.

    Unique attributes belong to the last level, and so does the identifier.
    """

    code = "family_variant"
    label = gettext_lazy("family variant")
    model = FamilyVariant
    parts = frozenset({"VariantPlacement"})

    def defaults(self) -> State:
        """Of no family, without levels."""
        return {**super().defaults(), "family": None, "levels": []}

    def queryset(self) -> QuerySet[FamilyVariant]:
        """With the placements."""
        return super().queryset().select_related("family").prefetch_related("placements__attribute")

    def serialise(self, obj: FamilyVariant) -> State:
        """With codes."""
        levels: dict[int, dict[str, list[str]]] = {}
        for row in obj.placements.all():
            level = levels.setdefault(row.level, {"axes": [], "attributes": [], "overridable": []})
            level["axes" if row.axis_position is not None else "attributes"].append(row.attribute.code)
            if row.is_overridable:
                level["overridable"].append(row.attribute.code)
        cleaned = [{name: _ordered(name, codes) for name, codes in levels[n].items()} for n in sorted(levels)]
        return {**super().serialise(obj), "family": obj.family.code, "levels": cleaned}

    def clean(self, state: State, before: State | None) -> State:
        """One to three levels; axes that can tell apart; each attribute at one level."""
        state = super().clean(state, before)
        family = find_one(Family, state["family"], "/family")
        if family is None:
            raise Refused("family_missing", _("A family variant needs a family."), "/family")
        state["family"] = family.code
        levels = state["levels"]
        if not isinstance(levels, list) or not 1 <= len(levels) <= MAX_LEVELS:
            raise Refused("invalid_levels", _("A family variant has 1 to %d levels.") % MAX_LEVELS, "/levels")
        members = set(family.attributes.values_list("code", flat=True))
        placed: set[str] = set()
        state["levels"] = [_clean_level(level, number, members, placed) for number, level in enumerate(levels)]
        for name in ("family", "levels"):
            if before is not None and before[name] != state[name] and _is_used(before["code"]):
                message = _("“%s” cannot change while products use this family variant.") % name
                raise Refused("in_use", message, f"/{name}")
        return state

    def apply(self, state: State, obj: FamilyVariant | None) -> FamilyVariant:
        """Store the row, then its placements."""
        variant = super().apply(state, obj)
        codes = {code for level in state["levels"] for code in (*level["axes"], *level["attributes"])}
        attributes = {row.code: row for row in Attribute.objects.filter(code__in=codes)}
        variant.placements.all().delete()
        VariantPlacement.objects.bulk_create(
            VariantPlacement(
                family_variant=variant,
                attribute=attributes[code],
                level=number,
                axis_position=level["axes"].index(code) if code in level["axes"] else None,
                is_overridable=code in level["overridable"],
            )
            for number, level in enumerate(state["levels"], start=1)
            for code in (*level["axes"], *level["attributes"])
        )
        return self.queryset().get(pk=variant.pk)

    def before_save(self, row: FamilyVariant, state: State) -> None:
        """Set the family."""
        row.family = find_one(Family, state["family"], "/family")


def _clean_level(level: Any, number: int, members: set[str], placed: set[str]) -> dict[str, list[str]]:
    pointer = f"/levels/{number}"
    if not isinstance(level, dict):
        raise Refused("invalid_levels", _("A level is an object with axes and attributes."), pointer)
    axes = find_all(Attribute, level.get("axes") or [], f"{pointer}/axes")
    if not axes:
        raise Refused("axis_missing", _("A level needs at least one axis."), f"{pointer}/axes")
    for axis in axes:
        if axis.type not in AXIS_TYPES or axis.localizable or axis.scopable:
            raise Refused("invalid_axis", _("“%s” cannot tell variants apart.") % axis.code, f"{pointer}/axes")
    axis_codes = [axis.code for axis in axes]
    attributes = [
        row.code for row in find_all(Attribute, level.get("attributes") or [], f"{pointer}/attributes")
        if row.code not in axis_codes
    ]  # fmt: skip
    for code in (*axis_codes, *attributes):
        if code not in members:
            raise Refused("not_in_family", _("“%s” is not an attribute of this family.") % code, pointer)
        if code in placed:
            raise Refused("placed_twice", _("“%s” is at two levels.") % code, pointer)
        placed.add(code)
    overridable = [row.code for row in find_all(Attribute, level.get("overridable") or [], f"{pointer}/overridable")]
    for code in overridable:
        if code not in attributes:
            raise Refused("not_at_level", _("“%s” is not an attribute of this level.") % code, f"{pointer}/overridable")
    return {"axes": axis_codes, "attributes": sorted(set(attributes)), "overridable": sorted(set(overridable))}


def _ordered(name: str, codes: list[str]) -> list[str]:
    return codes if name == "axes" else sorted(codes)


def _is_used(code: str) -> bool:
    return FamilyVariant.objects.get(code=code).products.exists()

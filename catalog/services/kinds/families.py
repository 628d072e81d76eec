"""Families as structure: attributes in order, requirements per channel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import F, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.models import Family, FamilyAttribute, Requirement, VariantPlacement
from pim.errors import Refused
from pim.models import Attribute, Channel
from pim.services.kinds.base import CodedKind, find_all

if TYPE_CHECKING:
    from pim.extensions import State


class FamilyKind(CodedKind[Family]):
    """A family; `requirements` is `{channel: {attribute: weight}}`, or `{channel: [attribute]}` with weights of 1."""

    code = "family"
    label = gettext_lazy("family")
    model = Family
    parts = frozenset({"FamilyAttribute", "Requirement"})

    def defaults(self) -> State:
        """No attributes, nothing required."""
        return {
            **super().defaults(),
            "attributes": [],
            "label_attribute": None,
            "image_attribute": None,
            "requirements": {},
        }

    def queryset(self) -> QuerySet[Family]:
        """With attributes and requirements."""
        return (
            super()
            .queryset()
            .select_related("label_attribute", "image_attribute")
            .prefetch_related("placements__attribute", "requirements__attribute", "requirements__channel")
        )

    def serialise(self, obj: Family) -> State:
        """With codes."""
        requirements: dict[str, dict[str, int]] = {}
        for row in obj.requirements.all():
            requirements.setdefault(row.channel.code, {})[row.attribute.code] = row.weight
        return {
            **super().serialise(obj),
            "attributes": [row.attribute.code for row in obj.placements.all()],
            "label_attribute": obj.label_attribute.code if obj.label_attribute else None,
            "image_attribute": obj.image_attribute.code if obj.image_attribute else None,
            "requirements": _sorted(requirements),
        }

    def clean(self, state: State, before: State | None) -> State:
        """Attributes must exist; label, image and requirements must be among them."""
        state = super().clean(state, before)
        attributes = find_all(Attribute, state["attributes"], "/attributes")
        codes = list(dict.fromkeys(attribute.code for attribute in attributes))
        state["attributes"] = codes
        by_key = {code.casefold(): code for code in codes}
        for name in ("label_attribute", "image_attribute"):
            if state[name]:
                state[name] = _member(by_key, state[name], f"/{name}")
            else:
                state[name] = None
        state["requirements"] = _clean_requirements(state["requirements"], by_key)
        if before is not None and not set(before["attributes"]) <= set(codes):
            _check_placed(before["code"], codes)
        return state

    def apply(self, state: State, obj: Family | None) -> Family:
        """Store the family, then attributes and requirements; a change of requirements moves their epoch."""
        before = self.serialise(obj) if obj is not None else None
        family = super().apply(state, obj)
        attributes = {row.code: row for row in Attribute.objects.filter(code__in=state["attributes"])}
        if before is None or before["attributes"] != state["attributes"]:
            family.placements.all().delete()
            FamilyAttribute.objects.bulk_create(
                FamilyAttribute(family=family, attribute=attributes[code], position=position)
                for position, code in enumerate(state["attributes"])
            )
        if before is None or before["requirements"] != state["requirements"]:
            channels = {row.code: row for row in Channel.objects.filter(code__in=state["requirements"])}
            family.requirements.all().delete()
            Requirement.objects.bulk_create(
                Requirement(family=family, channel=channels[channel], attribute=attributes[code], weight=weight)
                for channel, weights in state["requirements"].items()
                for code, weight in weights.items()
            )
            Family.objects.filter(pk=family.pk).update(requirements_epoch=F("requirements_epoch") + 1)
        return self.queryset().get(pk=family.pk)

    def before_save(self, row: Family, state: State) -> None:
        """Set the label and image attributes."""
        for name in ("label_attribute", "image_attribute"):
            code = state[name]
            setattr(row, name, Attribute.objects.get(code=code) if code else None)


def _check_placed(family: str, attributes: list[str]) -> None:
    """Refuse to take away what the family's variants place at a level."""
    placed = VariantPlacement.objects.filter(family_variant__family__code=family).exclude(
        attribute__code__in=attributes
    )
    row = placed.select_related("attribute", "family_variant").first()
    if row:
        message = _("“%(attribute)s” has a place in the family variant “%(variant)s”.")
        names = {"attribute": row.attribute.code, "variant": row.family_variant.code}
        raise Refused("in_use", message % names, "/attributes")


def _clean_requirements(requirements: Any, by_key: dict[str, str]) -> dict[str, dict[str, int]]:
    if not isinstance(requirements, dict):
        raise Refused("invalid_requirements", _("Requirements are an object by channel."), "/requirements")
    channels = find_all(Channel, list(requirements), "/requirements")
    cleaned: dict[str, dict[str, int]] = {}
    for channel, given in zip(channels, requirements.values(), strict=True):
        pointer = f"/requirements/{channel.code}"
        if not isinstance(given, (dict, list, tuple)):
            raise Refused("invalid_requirements", _("Requirements are an object by channel."), pointer)
        weights = given if isinstance(given, dict) else {str(code): 1 for code in given}
        for code, weight in weights.items():
            if not isinstance(weight, int) or isinstance(weight, bool) or not 1 <= weight <= 1000:
                raise Refused("invalid_weight", _("A weight is a whole number from 1 to 1000."), pointer)
            cleaned.setdefault(channel.code, {})[_member(by_key, code, pointer)] = weight
    return _sorted(cleaned)


def _member(by_key: dict[str, str], code: Any, pointer: str) -> str:
    member = by_key.get(str(code).casefold())
    if member is None:
        raise Refused("not_in_family", _("“%s” is not an attribute of this family.") % code, pointer)
    return member


def _sorted(requirements: dict[str, dict[str, int]]) -> dict[str, dict[str, int]]:
    return {channel: dict(sorted(weights.items())) for channel, weights in sorted(requirements.items())}

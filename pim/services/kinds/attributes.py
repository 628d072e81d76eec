"""Attribute groups, attributes and options as structure."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pim.errors import Refused, ValueRefused
from pim.models import Attribute, AttributeGroup, Locale, Option
from pim.services.kinds.base import CodedKind, clean_labels, find_all, find_one, require_bool, require_position
from pim.services.snapshot import get_structure
from pim.values.specs import AttributeSpec
from pim.values.types import attribute_types

if TYPE_CHECKING:
    from pim.extensions import State

FLAGS = (
    "localizable",
    "scopable",
    "unique",
    "read_only",
    "facet",
    "sortable",
    "searchable",
    "no_review",
    "fallback",
)


class AttributeGroupKind(CodedKind[AttributeGroup]):
    """An attribute group."""

    code = "attribute_group"
    label = gettext_lazy("attribute group")
    model = AttributeGroup
    parts = frozenset()
    plain_fields = ("position",)

    def clean(self, state: State, before: State | None) -> State:
        """Check the position."""
        state = super().clean(state, before)
        require_position(state)
        return state


class AttributeKind(CodedKind[Attribute]):
    """An attribute; its type and the axes it varies along are fixed once it exists."""

    code = "attribute"
    label = gettext_lazy("attribute")
    model = Attribute
    parts = frozenset({"ProductUnique", "ProductAsset", "AssetUnique"})
    plain_fields = ("type", *FLAGS, "available_locales", "config", "default", "guidelines", "position")

    def defaults(self) -> State:
        """A plain text in no group."""
        return {**super().defaults(), "type": "text", "group": None}

    def queryset(self) -> QuerySet[Attribute]:
        """With the group."""
        return super().queryset().select_related("group")

    def serialise(self, obj: Attribute) -> State:
        """With the group's code."""
        return {**super().serialise(obj), "group": obj.group.code}

    def clean(self, state: State, before: State | None) -> State:
        """Check the type's own configuration, the group and the locales."""
        state = super().clean(state, before)
        require_bool(state, *FLAGS)
        require_position(state)
        attribute_type = attribute_types.find(str(state["type"]))
        if attribute_type is None:
            raise Refused(
                "unknown_type",
                _("There is no attribute type “%(type)s”; there are %(known)s.")
                % {"type": state["type"], "known": ", ".join(attribute_types.codes())},
                "/type",
            )
        if before is not None:
            for name in ("type", "localizable", "scopable"):
                if state[name] != before[name]:
                    raise Refused(
                        "attribute_is_fixed", _("“%s” of an attribute cannot be changed here.") % name, f"/{name}"
                    )
        config = state["config"] or {}
        if not isinstance(config, dict):
            raise Refused("invalid_config", _("The settings of an attribute are an object."), "/config")
        state["config"] = attribute_type.clean_config(config)
        state["guidelines"] = clean_labels(state["guidelines"], "/guidelines")
        group = find_one(AttributeGroup, state["group"], "/group")
        if group is None:
            raise Refused("group_missing", _("An attribute needs a group."), "/group")
        state["group"] = group.code
        state["available_locales"] = sorted(
            row.code for row in find_all(Locale, state["available_locales"], "/available_locales")
        )
        if state["default"] is not None:
            state["default"] = _clean_default(state)
        return state

    def before_save(self, row: Attribute, state: State) -> None:
        """Set the group."""
        row.group = find_one(AttributeGroup, state["group"], "/group")


def _clean_default(state: State) -> Any:
    """The default as it is stored in products."""
    fields = {field.name: state[field.name] for field in dataclasses.fields(AttributeSpec) if field.name in state}
    spec = AttributeSpec(**{**fields, "id": 0, "available_locales": frozenset(state["available_locales"])})
    try:
        return attribute_types.get(spec.type).parse(state["default"], spec, get_structure())
    except ValueRefused as error:
        raise Refused(error.code, error.message, f"/default{error.pointer}") from None


class OptionKind(CodedKind[Option]):
    """An option; its key is `attribute.code`."""

    code = "option"
    label = gettext_lazy("option")
    model = Option
    parts = frozenset()
    plain_fields = ("position",)

    def defaults(self) -> State:
        """Of no attribute yet."""
        return {**super().defaults(), "attribute": None}

    def queryset(self) -> QuerySet[Option]:
        """With the attribute."""
        return super().queryset().select_related("attribute")

    def load(self, keys: Sequence[str]) -> dict[str, Option]:
        """Find options by `attribute.code`, whatever the case."""
        wanted: dict[str, list[str]] = {}
        for key in keys:
            attribute, _dot, code = key.partition(".")
            wanted.setdefault(attribute.lower(), []).append(code)
        if not wanted:
            return {}
        conditions = (
            Q(attribute__code__iexact=attribute) & reduce(or_, (Q(code__iexact=code) for code in codes))
            if len(codes) <= 20
            else Q(attribute__code__iexact=attribute)
            for attribute, codes in wanted.items()
        )
        found = {self.key(row).casefold(): row for row in self.queryset().filter(reduce(or_, conditions))}
        return {key.casefold(): found[key.casefold()] for key in keys if key.casefold() in found}

    def key(self, obj: Option) -> str:
        """`attribute.code`."""
        return f"{obj.attribute.code}.{obj.code}"

    def serialise(self, obj: Option) -> State:
        """With the attribute's code."""
        return {**super().serialise(obj), "attribute": obj.attribute.code}

    def clean(self, state: State, before: State | None) -> State:
        """The attribute must be one that has options, and stays the same."""
        state = super().clean(state, before)
        require_position(state)
        attribute: Any = find_one(Attribute, state["attribute"], "/attribute")
        if attribute is None or attribute.type not in {"select", "multiselect"}:
            raise Refused("no_options", _("Options belong to a select or multiselect attribute."), "/attribute")
        state["attribute"] = attribute.code
        if before is not None and before["attribute"] != state["attribute"]:
            raise Refused("code_is_fixed", _("An option cannot move to another attribute."), "/attribute")
        return state

    def before_save(self, row: Option, state: State) -> None:
        """Set the attribute."""
        row.attribute = find_one(Attribute, state["attribute"], "/attribute")

"""Naming rules as structure: what the names of files say about products."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.choices import LinkMode
from catalog.models import NamingRule
from catalog.services.linking.rules import rule_of_state
from pim.errors import Refused
from pim.models import Attribute, Channel, Locale
from pim.services.kinds.base import CodedKind, find_one, require_bool, require_position, require_text

if TYPE_CHECKING:
    from pim.extensions import State

ASSET_TYPES = frozenset({"asset", "asset_list"})
MAX_ROLES = 100
_FLAGS = ("ignores_separators", "ignores_zeros", "is_active", "is_automatic")
_TEXTS = {"template": 500, "pattern": 500, "prefix": 50, "suffix": 50}


class NamingRuleKind(CodedKind[NamingRule]):
    """A naming rule; `roles` is `[{"text", "attribute", "channel", "locale"}]`."""

    code = "naming_rule"
    label = gettext_lazy("naming rule")
    model = NamingRule
    plain_fields = (*_TEXTS, "roles", "mode", "position", *_FLAGS)
    parts = frozenset()

    def defaults(self) -> State:
        """Of no attribute."""
        return {**super().defaults(), "attribute": None}

    def queryset(self) -> QuerySet[NamingRule]:
        """With the attribute."""
        return super().queryset().select_related("attribute")

    def serialise(self, obj: NamingRule) -> State:
        """With codes."""
        return {**super().serialise(obj), "attribute": obj.attribute.code if obj.attribute else None}

    def clean(self, state: State, before: State | None) -> State:
        """What it names exists, and the template or pattern can be used.

        Raises:
            Refused: `invalid_mode`, `invalid_roles`, or what is wrong with an attribute, the template or the pattern.
        """
        state = super().clean(state, before)
        require_bool(state, *_FLAGS)
        require_position(state)
        for name, most in _TEXTS.items():
            state[name] = require_text(state[name] or "", f"/{name}", most=most).strip()
        if state["mode"] not in LinkMode.values:
            raise Refused("invalid_mode", _("A mode is one of %s.") % ", ".join(LinkMode.values), "/mode")
        attribute = find_one(Attribute, state["attribute"], "/attribute")
        state["attribute"] = _require_assets(attribute, "/attribute") if attribute else None
        state["roles"] = _clean_roles(state["roles"] or [])
        rule_of_state(state)
        return state

    def before_save(self, row: NamingRule, state: State) -> None:
        """Set the attribute."""
        row.attribute = Attribute.objects.get(code=state["attribute"]) if state["attribute"] else None


def _clean_roles(roles: Any) -> list[dict[str, Any]]:
    if not isinstance(roles, list) or len(roles) > MAX_ROLES or not all(isinstance(role, dict) for role in roles):
        message = _("Roles are a list of at most %d objects with text and attribute.")
        raise Refused("invalid_roles", message % MAX_ROLES, "/roles")
    cleaned: list[dict[str, Any]] = []
    for number, role in enumerate(roles):
        pointer = f"/roles/{number}"
        if strange := sorted(role.keys() - {"text", "attribute", "channel", "locale"}):
            raise Refused("unknown_field", _("“%s” is not part of a role.") % strange[0], pointer)
        text = require_text(role.get("text") or "", f"{pointer}/text", most=100).strip()
        if not text or text.lower() in {each["text"].lower() for each in cleaned}:
            raise Refused("invalid_roles", _("Every role has a text of its own."), f"{pointer}/text")
        attribute = find_one(Attribute, role.get("attribute"), f"{pointer}/attribute")
        if attribute is None:
            raise Refused("invalid_roles", _("Say which attribute the role “%s” is.") % text, f"{pointer}/attribute")
        channel = find_one(Channel, role.get("channel"), f"{pointer}/channel")
        locale = find_one(Locale, role.get("locale"), f"{pointer}/locale")
        cleaned.append(
            {
                "text": text,
                "attribute": _require_assets(attribute, f"{pointer}/attribute"),
                "channel": channel.code if channel else None,
                "locale": locale.code if locale else None,
            }
        )
    return cleaned


def _require_assets(attribute: Attribute, pointer: str) -> str:
    if attribute.type not in ASSET_TYPES:
        raise Refused("not_of_assets", _("“%s” does not hold assets.") % attribute.code, pointer)
    return attribute.code

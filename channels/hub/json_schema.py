"""The JSON Schema (2020-12) of a product as a view delivers it over REST."""

from __future__ import annotations

from typing import Any

from channels.hub.blueprints import FamilyPlan, ViewBlueprint

_NAMED = {
    "type": "object",
    "required": ["sku", "uuid"],
    "properties": {
        "sku": {"type": "string"},
        "uuid": {"type": "string", "format": "uuid"},
        "quantity": {"type": "string"},
    },
}
_ASSOCIATION = {
    "type": "object",
    "properties": {
        "products": {"type": "array", "items": _NAMED},
        "product_models": {"type": "array", "items": _NAMED},
        "groups": {"type": "array", "items": {"type": "string"}},
    },
}


def build_json_schema(blueprint: ViewBlueprint) -> dict[str, Any]:
    """Describe a product: one alternative per family, with shared values and values per locale."""
    alternatives = [_describe_family(blueprint, family) for family in blueprint.families]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Product of the view {blueprint.code}",
        "type": "object",
        "required": ["id", "uuid", "sku", "kind", "family", "root", "categories", "groups", "live_in", "values"],
        "properties": {
            "position": {"type": "integer"},
            "published_at": {"type": "string", "format": "date-time"},
            "id": {"type": "string"},
            "uuid": {"type": "string", "format": "uuid"},
            "sku": {"type": "string"},
            "kind": {"enum": ["simple", "variant"]},
            "family": {"type": ["string", "null"]},
            "parent": {"type": ["string", "null"]},
            "root": {"type": "string"},
            "categories": {"type": "array", "items": {"type": "string"}},
            "groups": {"type": "array", "items": {"type": "string"}},
            "live_in": {"type": "array", "items": {"enum": list(blueprint.locales)}},
            "associations": {
                "type": "object",
                "properties": {code: _ASSOCIATION for code, _label in blueprint.associations},
            },
        },
        "anyOf": [*alternatives, {"properties": {"family": {"type": "null"}}}],
    }


def _describe_family(blueprint: ViewBlueprint, family: FamilyPlan) -> dict[str, Any]:
    plans = [blueprint.attributes[code] for code in family.attributes]
    shared = {plan.code: dict(plan.schema) for plan in plans if not plan.per_locale}
    local = {plan.code: dict(plan.schema) for plan in plans if plan.per_locale}
    part = {
        "type": "object",
        "properties": {
            "label": {"type": "string"},
            "family_label": {"type": ["string", "null"]},
            "category_labels": {"type": "array", "items": {"type": "string"}},
            "values": {"type": "object", "properties": local},
        },
    }
    return {
        "title": family.label,
        "properties": {
            "family": {"const": family.code},
            "values": {"type": "object", "properties": shared},
            "locales": {"type": "object", "properties": dict.fromkeys(blueprint.locales, part)},
        },
    }

"""JSON Schemas of products."""

from __future__ import annotations

from typing import Any

from pim.api.openapi import Component
from pim.api.resources import CODES
from pim.api.shapes import COUNT, MOMENT, TEXT, TEXT_OR_NULL, UUID

VALUE: dict[str, Any] = {
    "type": "object",
    "required": ["data"],
    "properties": {
        "locale": TEXT_OR_NULL,
        "channel": TEXT_OR_NULL,
        "data": {"description": "By the attribute's type; null clears when writing."},
    },
}
INHERITED = {**VALUE, "properties": {**VALUE["properties"], "inherited_from": TEXT_OR_NULL}}
LINK: dict[str, Any] = {
    "type": "object",
    "properties": {"sku": TEXT, "code": TEXT, "quantity": {"type": ["string", "null"]}},
}
LINKS: dict[str, Any] = {
    "type": "object",
    "properties": {
        side: {"type": "array", "items": {"anyOf": [TEXT, LINK]}} for side in ("products", "product_models", "groups")
    },
}


def values_of(value: dict[str, Any], *, is_clearable: bool) -> dict[str, Any]:
    """Values by attribute; null clears all of an attribute when writing."""
    kind: Any = ["array", "null"] if is_clearable else "array"
    return {"type": "object", "additionalProperties": {"type": kind, "items": value}}


_SHARED: dict[str, Any] = {
    "sku": TEXT,
    "kind": {"enum": ["simple", "variant", "model"]},
    "parent": {**TEXT_OR_NULL, "description": "SKU of the model above."},
    "family": TEXT_OR_NULL,
    "family_variant": TEXT_OR_NULL,
    "enabled": {"type": "boolean"},
    "stage": {**TEXT, "description": "Changes by a transition only; given on creation."},
    "categories": CODES,
    "groups": CODES,
    "associations": {"type": "object", "additionalProperties": LINKS},
}
PRODUCT = Component(
    "Product",
    {
        "type": "object",
        "properties": {
            "uuid": UUID,
            **_SHARED,
            "values": values_of(VALUE, is_clearable=False),
            "revision": COUNT,
            "created": MOMENT,
            "updated": MOMENT,
            "resolved": values_of(INHERITED, is_clearable=False),
            "completeness": {
                "type": ["array", "null"],
                "items": {
                    "type": "object",
                    "properties": {
                        "channel": TEXT,
                        "locale": TEXT,
                        "percentage": {"type": ["integer", "null"]},
                        "missing": CODES,
                    },
                },
            },
        },
    },
)
PRODUCT_WRITTEN = Component(
    "ProductWritten",
    {
        "type": "object",
        "properties": {
            **_SHARED,
            "add_categories": CODES,
            "remove_categories": CODES,
            "values": values_of(VALUE, is_clearable=True),
            "changelog_message": TEXT,
        },
    },
)

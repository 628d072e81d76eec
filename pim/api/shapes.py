"""JSON Schemas of the kernel's documents that are not structure."""

from __future__ import annotations

from typing import Any

from pim.api.openapi import Component

TEXT: dict[str, Any] = {"type": "string"}
TEXT_OR_NULL: dict[str, Any] = {"type": ["string", "null"]}
COUNT: dict[str, Any] = {"type": "integer", "minimum": 0}
OBJECT: dict[str, Any] = {"type": "object", "additionalProperties": True}
MOMENT: dict[str, Any] = {"type": "string", "format": "date-time"}
MOMENT_OR_NULL: dict[str, Any] = {"type": ["string", "null"], "format": "date-time"}
UUID: dict[str, Any] = {"type": "string", "format": "uuid"}
UUID_OR_NULL: dict[str, Any] = {"type": ["string", "null"], "format": "uuid"}

JOB = Component(
    "Job",
    {
        "type": "object",
        "properties": {
            "uuid": UUID,
            "kind": TEXT,
            "state": {"enum": ["queued", "running", "done", "failed", "cancelled"]},
            "actor": TEXT_OR_NULL,
            "done": COUNT,
            "total": {"type": ["integer", "null"]},
            "counters": OBJECT,
            "result": OBJECT,
            "error": TEXT,
            "undo_of": UUID_OR_NULL,
            "is_cancel_requested": {"type": "boolean"},
            "created": MOMENT,
            "started": MOMENT_OR_NULL,
            "finished": MOMENT_OR_NULL,
        },
    },
)
UNDO = Component(
    "UndoRequest",
    {
        "type": "object",
        "properties": {"force": {"type": "boolean", "description": "Also put back what was changed since."}},
    },
)
ISSUE = Component(
    "JobIssue",
    {
        "type": "object",
        "properties": {
            "level": {"enum": ["error", "warning", "info"]},
            **dict.fromkeys(("code", "message", "file", "column", "key"), TEXT),
            "line": {"type": ["integer", "null"]},
        },
    },
)
ENTRY = Component(
    "Entry",
    {
        "type": "object",
        "properties": {
            "at": MOMENT,
            "actor": TEXT_OR_NULL,
            "job": UUID_OR_NULL,
            "subject_uuid": UUID,
            **dict.fromkeys(("origin", "request_id", "message", "subject_type", "key", "kind"), TEXT),
            "revision": COUNT,
            "delta": {
                "type": "object",
                "description": "[before, after] by key; what is not a value starts with @.",
                "additionalProperties": {"type": "array", "items": {}, "minItems": 2, "maxItems": 2},
            },
        },
    },
)
ME = Component(
    "Me",
    {
        "type": "object",
        "properties": {
            "uuid": UUID,
            **dict.fromkeys(("username", "name", "email"), TEXT),
            "groups": {"type": "array", "items": TEXT},
            "permissions": {"type": "array", "items": TEXT},
            "token": {
                "type": ["object", "null"],
                "properties": {
                    "name": TEXT,
                    "last4": TEXT,
                    "scopes": {"type": "array", "items": TEXT},
                    "expires": MOMENT_OR_NULL,
                },
            },
        },
    },
)

"""Sparse documents: only the members a reader names, or all but those."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable
from typing import Any

MEMBERS = frozenset({
    "position", "published_at", "associations", "id", "uuid", "sku", "kind", "family", "parent", "root", "categories",
    "groups", "live_in", "locale", "label", "family_label", "category_labels", "values", "locales",
})  # fmt: skip


def find_unknown(names: Iterable[str], attributes: Container[str]) -> str | None:
    """The first name that no document of a catalog with these attributes has."""
    return next((name for name in names if name not in MEMBERS and not _is_value(name, attributes)), None)


def _is_value(name: str, attributes: Container[str]) -> bool:
    prefix, _dot, code = name.partition(".")
    return prefix == "values" and code in attributes


def make_projection(fields: Iterable[str], omit: Iterable[str]) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Make a function that thins a delivered document.

    A name is a member (`label`) or a value (`values.name`); `locales` follows the same names inside each locale, and
    is whole where it is named itself.
    """
    wanted, unwanted = set(fields), set(omit)
    thin_part = make_projection((), unwanted) if "locales" in wanted else None

    def is_kept(name: str) -> bool:
        if name in unwanted:
            return False
        return not wanted or name in wanted or (name == "values" and any(w.startswith("values.") for w in wanted))

    def is_value_kept(code: str) -> bool:
        if f"values.{code}" in unwanted:
            return False
        return not wanted or "values" in wanted or f"values.{code}" in wanted

    def thin(document: dict[str, Any]) -> dict[str, Any]:
        kept: dict[str, Any] = {}
        for name, member in document.items():
            if name == "locales":
                parts = {locale: (thin_part or thin)(part) for locale, part in member.items()}
                if "locales" not in unwanted and any(parts.values()):
                    kept[name] = parts
            elif is_kept(name):
                kept[name] = (
                    {code: value for code, value in member.items() if is_value_kept(code)}
                    if name == "values"
                    else member
                )
        return kept

    return thin

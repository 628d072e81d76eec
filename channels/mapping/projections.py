"""Sparse documents: only the members a reader names, or all but those."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

Keep = Callable[[tuple[str, ...]], bool]


def make_projection(fields: Iterable[str], omit: Iterable[str]) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Make a function that thins a delivered document.

    A name is a member (`label`) or a value (`values.name`); `locales` follows the same names inside each locale.
    """
    wanted, unwanted = set(fields), set(omit)

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
                parts = {locale: thin(part) for locale, part in member.items()}
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

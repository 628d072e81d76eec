"""Patterns of file names: friendly templates and regular expressions, both bounded in time."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import product as combinations
from typing import TYPE_CHECKING

import regex
from django.utils.translation import gettext as _

from catalog.skus import SEPARATORS
from pim.errors import Refused

if TYPE_CHECKING:
    Pattern = regex.Pattern[str]

GROUPS = frozenset({"sku", "role", "position", "locale", "channel"})
"""The named groups that mean something."""

MAX_PATTERN = 500
TIMEOUT_S = 0.05
"""How long one pattern may look at one name; a name has at most 255 characters."""

MAX_OPTIONAL = 4
_PART = re.compile(r"\{(?P<name>[a-z*]+)\}|(?P<open>\[)|(?P<close>\])|(?P<text>[^\[\]{}]+)")
_POSITION = r"(?P<position>\d{1,4})"
_LOCALE = r"(?P<locale>[A-Za-z]{2,3}(?:[_-][A-Za-z0-9]{2,4}){0,2})"
_WORD = r"[^\s_.\-]+"
_PROBES = (
    "a" * 255,
    "a" * 254 + "!",
    "ab-" * 84 + "!",
    "1" * 254 + "!",
    "a_1_" * 63 + "!",
    "0" * 120 + "_" * 120 + ".",
)
"""Names on which a pattern that backtracks without bounds does so."""


def compile_pattern(pattern: str) -> Pattern:
    """A regular expression with the groups that a rule reads; it must match the whole name without its extension.

    Raises:
        Refused: `invalid_pattern`, `pattern_without_sku`, `unknown_group`, `pattern_too_slow`.
    """
    if len(pattern) > MAX_PATTERN:
        raise Refused("invalid_pattern", _("A pattern has at most %d characters.") % MAX_PATTERN, "/pattern")
    try:
        compiled = regex.compile(pattern, regex.IGNORECASE | regex.VERSION0)
    except (regex.error, RecursionError, OverflowError) as error:
        raise Refused("invalid_pattern", _("This is not a regular expression: %s.") % error, "/pattern") from None
    _check_groups(compiled.groupindex, "/pattern", "(?P<sku>…)")
    check_speed(compiled, "/pattern")
    return compiled


def compile_template(template: str, *, roles: Iterable[str] = (), any_separator: bool = False) -> tuple[Pattern, ...]:
    """A template such as `{sku}[_{role}][_{position}]`: one pattern for every choice of its optional parts.

    Parts in square brackets may be missing; `{*}` is anything. With roles, `{role}` is one of them.

    Args:
        any_separator: any separator in a name stands for any other.

    Raises:
        Refused: `invalid_template`, `pattern_without_sku`, `unknown_group`, `pattern_too_slow`.
    """
    if len(template) > MAX_PATTERN:
        raise Refused("invalid_template", _("A template has at most %d characters.") % MAX_PATTERN, "/template")
    parts = _split(template)
    optional = sum(is_optional for is_optional, _text in parts)
    if optional > MAX_OPTIONAL:
        raise Refused("invalid_template", _("At most %d parts may be optional.") % MAX_OPTIONAL, "/template")
    words = sorted({role for role in roles if role}, key=lambda role: (-len(role), role))
    found: dict[str, Pattern] = {}
    for taken in combinations((True, False), repeat=optional):
        chosen = iter(taken)
        text = "".join(part for is_optional, part in parts if not is_optional or next(chosen))
        for sku in (".+?", ".+"):
            source = _translate(text, sku=sku, roles=words, any_separator=any_separator)
            if source not in found:
                found[source] = regex.compile(source, regex.IGNORECASE | regex.VERSION0)
                _check_groups(found[source].groupindex, "/template", "{sku}")
                check_speed(found[source], "/template")
    return tuple(found.values())


def check_speed(compiled: Pattern, pointer: str) -> None:
    """Refuse a pattern that takes longer than it may on names made for that.

    Raises:
        Refused: `pattern_too_slow`.
    """
    for probe in _PROBES:
        try:
            compiled.fullmatch(probe, timeout=TIMEOUT_S)
        except TimeoutError:
            message = _("This pattern takes too long on some names: nested repetitions such as (a+)+ do that.")
            raise Refused("pattern_too_slow", message, pointer) from None


def _check_groups(names: Iterable[str], pointer: str, example: str) -> None:
    known = set(names)
    if "sku" not in known:
        raise Refused("pattern_without_sku", _("Say where the SKU is: %s.") % example, pointer)
    if strange := sorted(known - GROUPS):
        message = _("“%(name)s” means nothing; known are %(known)s.")
        raise Refused("unknown_group", message % {"name": strange[0], "known": ", ".join(sorted(GROUPS))}, pointer)


def _split(template: str) -> Sequence[tuple[bool, str]]:
    """(is optional, text) of each part, the text in template syntax."""
    parts: list[tuple[bool, str]] = []
    is_open, at = False, 0
    for found in _PART.finditer(template):
        if found.start() != at:
            break
        at = found.end()
        if found["open"] or found["close"]:
            if bool(found["open"]) == is_open:
                break
            is_open = bool(found["open"])
            if is_open:
                parts.append((True, ""))
        elif is_open:
            parts[-1] = (True, parts[-1][1] + found[0])
        else:
            parts.append((False, found[0]))
    else:
        if at == len(template) and not is_open and template.strip():
            return parts
    raise Refused(
        "invalid_template",
        _("A template is text with {sku}, {role}, {position}, {*} and [optional parts]."),
        "/template",
    )


def _translate(text: str, *, sku: str, roles: Sequence[str], any_separator: bool) -> str:
    separator = f"[{re.escape(SEPARATORS)}]+"
    role = "|".join(_literal(word, separator if any_separator else None) for word in roles) or _WORD
    groups = {
        "sku": f"(?P<sku>{sku})",
        "role": f"(?P<role>{role})",
        "position": _POSITION,
        "locale": _LOCALE,
        "channel": f"(?P<channel>{_WORD})",
        "*": ".*?",
    }
    seen: set[str] = set()
    source = ""
    for found in _PART.finditer(text):
        name = found["name"]
        if name is None:
            source += _literal(found[0], separator if any_separator else None)
            continue
        if name not in groups or (name in seen and name != "*"):
            message = _("“{%s}” means nothing here, or stands there twice.") % name
            raise Refused("unknown_group", message, "/template")
        seen.add(name)
        source += groups[name]
    return source


def _literal(text: str, separator: str | None) -> str:
    if separator is None:
        return re.escape(text)
    pieces = re.split(separator, text)
    return separator.join(re.escape(piece) for piece in pieces)

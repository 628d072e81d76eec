"""CSS of a drawing, let through rule by rule: no at-rules, no escapes, no address but of a part of the drawing itself."""

from __future__ import annotations

from assets.preview.svg.vocabulary import PROPERTIES

MAX_STYLE_CHARACTERS = 500_000
MAX_VALUE_CHARACTERS = 200_000
_FORBIDDEN = (
    "\\",
    "@",
    "<",
    "javascript:",
    "expression(",
    "behavior",
    "binding",
    "image(",
    "image-set(",
    "src(",
    "attr(",
)
_SELECTOR_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.#-_*,>:+~ ()\n\t")


def is_safe_value(value: str) -> bool:
    """Whether a value refers to nothing outside: each `url(…)` in it names a part of the drawing."""
    if len(value) > MAX_VALUE_CHARACTERS:
        return False
    lowered = value.lower()
    if any(word in lowered for word in _FORBIDDEN):
        return False
    at = lowered.find("url(")
    while at >= 0:
        end = lowered.find(")", at)
        if end < 0 or not lowered[at + 4 : end].strip(" \t\r\n'\"").startswith("#"):
            return False
        at = lowered.find("url(", end)
    return True


def clean_declarations(text: str) -> str:
    """What is let through of `fill: red; stroke: blue`."""
    kept = []
    for declaration in _strip_comments(text).split(";"):
        name, colon, value = declaration.partition(":")
        name, value = name.strip().lower(), value.strip()
        if colon and name in PROPERTIES and value and is_safe_value(value):
            kept.append(f"{name}:{value}")
    return ";".join(kept)


def clean_sheet(text: str) -> str:
    """What is let through of a style sheet: plain rules. At-rules go with all that is in them."""
    text = _strip_comments(text[:MAX_STYLE_CHARACTERS].replace("<!--", "").replace("-->", ""))
    kept, at = [], 0
    while at < len(text):
        brace = text.find("{", at)
        semicolon = text.find(";", at)
        prelude = text[at : brace if brace >= 0 else len(text)]
        if prelude.lstrip().startswith("@"):
            at = semicolon + 1 if 0 <= semicolon < (brace if brace >= 0 else len(text)) else _find_end(text, brace)
            continue
        if brace < 0:
            break
        end = _find_end(text, brace)
        body, selector = text[brace + 1 : end - 1], prelude.strip()
        declarations = clean_declarations(body) if "{" not in body else ""
        if selector and declarations and set(selector) <= _SELECTOR_CHARACTERS:
            kept.append(f"{selector}{{{declarations}}}")
        at = end
    return "\n".join(kept)


def _strip_comments(text: str) -> str:
    parts, at = [], 0
    while (start := text.find("/*", at)) >= 0:
        parts.append(text[at:start])
        end = text.find("*/", start + 2)
        if end < 0:
            return "".join(parts)
        at = end + 2
    return "".join([*parts, text[at:]])


def _find_end(text: str, brace: int) -> int:
    """The place after the brace that closes this one; the end of the text where none does."""
    if brace < 0:
        return len(text)
    depth = 0
    for at in range(brace, len(text)):
        if text[at] == "{":
            depth += 1
        elif text[at] == "}":
            depth -= 1
            if not depth:
                return at + 1
    return len(text)

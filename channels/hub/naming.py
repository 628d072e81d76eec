"""How codes become GraphQL names: stable, legal, and free of collisions."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping

_LEGAL = re.compile(r"^(?!__)[A-Za-z_][A-Za-z0-9_]*$")

CORE_FIELDS = frozenset(
    {
        "id", "sku", "uuid", "kind", "label", "family", "parent", "root", "categories", "groups", "locales", "associations",
        "value", "values", "publishedAt", "position", "etag",
    }
)  # fmt: skip
WHERE_FIELDS = frozenset({"and", "or", "not", "sku", "family", "category", "kind", "search"})
_CORE_TYPES = ("Generic",)
QUERY_FIELDS = frozenset({"node", "product", "products", "changes", "view"})


def name_field(code: str, reserved: Iterable[str] = CORE_FIELDS) -> str:
    """Name the field of an attribute or family: its code; `attr_<code>` if GraphQL forbids it, `<code>_` if taken.

    No two codes share a name: a code that looks like such a replacement is replaced too.
    """
    bare = code.removeprefix("attr_")
    if not _LEGAL.match(bare):
        return f"attr_{code}"
    return f"{code}_" if code.rstrip("_") in frozenset(reserved) else code


def name_family_types(codes: Iterable[str]) -> Mapping[str, str]:
    """Name the product type of each family, `led_tvs` → `LedTvsProduct`.

    Families whose short names collide all keep their codes verbatim, so that none depends on the order of creation.
    """
    ordered = sorted(codes)
    taken = Counter((*(_pascal(code) for code in ordered), *_CORE_TYPES))
    return {code: f"{_pascal(code) if taken[_pascal(code)] == 1 else _verbatim(code)}Product" for code in ordered}


def name_enum_value(code: str) -> str:
    """Name an enum value: the code itself where GraphQL allows it."""
    safe = re.sub(r"[^A-Za-z0-9_]", "_", code)
    return safe if _LEGAL.match(safe) and safe not in {"true", "false", "null"} else f"v_{safe}"


def _pascal(code: str) -> str:
    return _letter_first("".join(part[:1].upper() + part[1:] for part in code.split("_")))


def _verbatim(code: str) -> str:
    return _letter_first(f"{code[:1].upper()}{code[1:]}_")


def _letter_first(name: str) -> str:
    return name if name[:1].isalpha() else f"F{name}"

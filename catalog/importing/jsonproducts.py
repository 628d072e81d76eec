"""Products as JSON objects, in the shape of the management API, as product records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from catalog.importing.akeneo.columns import SIDES
from catalog.importing.codes import SeenKeys, make_sku_key, normalise_code
from catalog.importing.issues import Issue, Parsed, make_issue
from catalog.importing.records import Link, ProductRecord, Scope
from catalog.importing.tabular.jsonlines import JsonRow
from catalog.importing.vocabulary import Vocabulary
from pim.values.keys import join_key
from pim.values.specs import Json

NAMES = ("sku", "identifier", "code")
"""Where the key of a row may stand, the first that is there."""

KINDS = ("simple", "variant", "model")
KNOWN = frozenset(
    {*NAMES, "kind", "parent", "family", "family_variant", "enabled", "categories", "groups", "values", "associations"}
)
IGNORED = frozenset({"uuid", "created", "updated", "revision", "stage", "completeness"})
"""What the API's own exports carry and an import does not take."""


class _Unfit(ValueError):
    """A field that is not what it should be: its name, what it is, and what was expected."""

    def __init__(self, column: str, value: object, expected: str) -> None:
        super().__init__(column)
        self.column, self.value, self.expected = column, value, expected


@dataclass(slots=True)
class _Values:
    data: dict[str, dict[Scope, Json]] = field(default_factory=dict)
    empty: set[str] = field(default_factory=set)


def read_json_products(rows: Iterator[JsonRow], file: str, vocabulary: Vocabulary) -> Iterator[Parsed[ProductRecord]]:
    """Yield each line's product; fields and attributes that are unknown refuse their line and are named."""
    seen = SeenKeys()
    for row in rows:
        if row.issues:
            yield Parsed(row.line, None, row.issues)
            continue
        try:
            record = _read(row, vocabulary)
        except _Unfit as error:
            code = "unknown_column" if not error.expected else "bad_value"
            issue = make_issue(
                code, file, row.line, error.column, text=error.value, expected=error.expected, reason=error.value
            )
            yield Parsed(row.line, None, (_as_error(issue),))
            continue
        if not record.sku:
            yield Parsed(row.line, None, (make_issue("missing_code", file, row.line, NAMES[0]),))
            continue
        first = seen.add(make_sku_key(record.sku), row.line)
        if first is not None:
            issue = make_issue("duplicate_sku", file, row.line, NAMES[0], key=record.sku, code=record.sku, first=first)
            yield Parsed(row.line, None, (issue,))
            continue
        yield Parsed(row.line, record)


def _as_error(issue: Issue) -> Issue:
    """A column nobody knows is a warning for a table and refuses a JSON line, which names it on purpose."""
    return Issue(issue.file, issue.line, issue.column, "error", issue.code, issue.message, issue.key)


def _read(row: JsonRow, vocabulary: Vocabulary) -> ProductRecord:
    fields = row.fields
    for name in fields:
        if name not in KNOWN and name not in IGNORED:
            raise _Unfit(name, name, "")
    sku = next((_text(fields, name) for name in NAMES if fields.get(name)), None) or ""
    parent = _text(fields, "parent")
    kind = _text(fields, "kind") or ("model" if fields.get("code") and not fields.get("sku") else "")
    kind = kind or ("variant" if parent else "simple")
    if kind not in KINDS:
        raise _Unfit("kind", kind, ", ".join(KINDS))
    values = _read_values(fields.get("values"), vocabulary)
    return ProductRecord(
        line=row.line,
        sku=sku.strip(),
        kind=kind,
        parent=parent,
        family=normalise_code(_text(fields, "family") or "") or None,
        family_variant=normalise_code(_text(fields, "family_variant") or "") or None,
        enabled=_flag(fields, "enabled"),
        categories=_codes(fields, "categories"),
        groups=_codes(fields, "groups"),
        values=values.data,
        empty=frozenset(values.empty),
        associations=_read_associations(fields.get("associations")),
    )


def _read_values(values: Json, vocabulary: Vocabulary) -> _Values:
    found = _Values()
    if values is None:
        return found
    if not isinstance(values, dict):
        raise _Unfit("values", type(values).__name__, "{attribute: [{locale, channel, data}]}")
    for code, entries in values.items():
        attribute = vocabulary.attribute(code)
        if attribute is None:
            raise _Unfit(f"values.{code}", code, "")
        for number, entry in enumerate(entries if isinstance(entries, list) else [entries]):
            at = f"values.{code}.{number}"
            if not isinstance(entry, dict) or "data" not in entry:
                raise _Unfit(at, entry, "{locale, channel, data}")
            channel = _text(entry, "channel") or _text(entry, "scope")
            locale = _text(entry, "locale")
            if entry["data"] in (None, "", []):
                found.empty.add(join_key(attribute.code, channel, locale))
            else:
                found.data.setdefault(attribute.code, {})[channel, locale] = entry["data"]
    return found


def _read_associations(associations: Json) -> dict[str, dict[str, tuple[Link, ...]]]:
    if associations is None:
        return {}
    if not isinstance(associations, dict):
        raise _Unfit("associations", type(associations).__name__, "{type: {products: [code]}}")
    found: dict[str, dict[str, tuple[Link, ...]]] = {}
    for kind, sides in associations.items():
        for side, links in sides.items() if isinstance(sides, dict) else [("", sides)]:
            column = f"associations.{kind}.{side}"
            if side not in SIDES:
                raise _Unfit(column, side, ", ".join(SIDES))
            if not isinstance(links, list):
                raise _Unfit(column, links, "a list of codes")
            found.setdefault(kind, {})[side] = tuple(_link(link, column) for link in links)
    return found


def _link(link: Json, column: str) -> Link:
    if isinstance(link, str):
        return Link(link)
    if isinstance(link, dict):
        code = next((link[name] for name in NAMES if isinstance(link.get(name), str)), None)
        quantity = link.get("quantity")
        if isinstance(code, str):
            return Link(code, None if quantity is None else str(quantity))
    raise _Unfit(column, link, "a code or {sku, quantity}")


def _text(fields: Mapping[str, Json], name: str) -> str | None:
    value = fields.get(name)
    if value is not None and not isinstance(value, str):
        raise _Unfit(name, value, "a text")
    return value or None


def _flag(fields: Mapping[str, Json], name: str) -> bool | None:
    value = fields.get(name)
    if value is not None and not isinstance(value, bool):
        raise _Unfit(name, value, "true or false")
    return value


def _codes(fields: Mapping[str, Json], name: str) -> tuple[str, ...] | None:
    value = fields.get(name)
    if value is None:
        return None
    if not isinstance(value, list) or not all(isinstance(code, str) for code in value):
        raise _Unfit(name, value, "a list of codes")
    return tuple(dict.fromkeys(normalise_code(str(code)) for code in value))

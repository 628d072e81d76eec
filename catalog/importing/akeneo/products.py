"""Rows of products.csv and product_models.csv as product records."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from catalog.importing.akeneo.columns import (
    MODEL_FIELDS,
    PRODUCT_FIELDS,
    UNIT,
    AssociationTarget,
    ColumnTarget,
    FieldTarget,
    Target,
    parse_header,
)
from catalog.importing.akeneo.models import resolve_parent
from catalog.importing.akeneo.structure import split_codes
from catalog.importing.codes import SeenKeys, make_sku_key, normalise_code
from catalog.importing.issues import Issue, Parsed, make_issue
from catalog.importing.records import Cells, Link, ProductRecord, Scope
from catalog.importing.tabular.rows import Row, Table
from catalog.importing.vocabulary import LIST_TYPES, MEDIA_TYPES, OPTION_TYPES, Vocabulary
from pim.values.keys import is_code, join_key

LITERAL_NEWLINE = "\\n"
"""A backslash and an n where somebody's export meant a line break; kept, counted and told once a file."""

MODEL_WORDS = frozenset({"model", "product_model"})
"""What a `kind` column says of a product model."""

YES = frozenset({"1", "true", "yes"})
NO = frozenset({"0", "false", "no"})

ProductParsed = Parsed[ProductRecord]


@dataclass(frozen=True, slots=True)
class _Slot:
    """What the reader needs of a value's column for each of its cells, worked out once."""

    target: ColumnTarget
    attribute: str
    scope: Scope
    part: str
    key: str
    is_media: bool
    is_option: bool
    is_list: bool

    @classmethod
    def of(cls, target: ColumnTarget) -> _Slot:
        kind = target.attribute.type
        return cls(
            target=target,
            attribute=target.attribute.code,
            scope=target.scope,
            part=target.part,
            key=target.key,
            is_media=kind in MEDIA_TYPES,
            is_option=kind in OPTION_TYPES,
            is_list=kind in LIST_TYPES,
        )


@dataclass(slots=True)
class _Draft:
    """A row while its cells are being sorted."""

    row: Row
    fields: dict[str, str] = field(default_factory=dict)
    cells: dict[str, dict[Scope, Cells]] = field(default_factory=dict)
    files: dict[str, dict[Scope, tuple[str, ...]]] = field(default_factory=dict)
    lists: dict[AssociationTarget, str] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)
    filled: set[str] = field(default_factory=set)


class ProductReader:
    """Reads one product or model file; made anew for each pass.

    Args:
        has_file: whether the source has a media file of that path.
        codes: {key: code} of the models that are known, for parents that differ in case only.
        is_models: whether every row is a product model, named by `code`.
        fields: which columns are fields of the product; Akeneo's for the kind of file unless given.
        names: how reports call the columns, where that is not what the header says.
        models: keys of rows that are models although the file mixes kinds.
    """

    def __init__(
        self,
        table: Table,
        vocabulary: Vocabulary,
        *,
        has_file: Callable[[str], bool],
        codes: Mapping[str, str],
        is_models: bool = False,
        fields: frozenset[str] | None = None,
        names: Sequence[str] = (),
        models: Container[str] = frozenset(),
    ) -> None:
        self._table = table
        self._has_file = has_file
        self._codes = codes
        self._is_models = is_models
        self._models = models
        fields = fields if fields is not None else MODEL_FIELDS if is_models else PRODUCT_FIELDS
        names = names or table.header
        self._targets, self.issues = parse_header(table.header, vocabulary, file=table.file, fields=fields, names=names)
        self._slots = tuple(
            _Slot.of(target) if isinstance(target, ColumnTarget) else target for target in self._targets
        )
        self._columns = {target: name for name, target in zip(names, self._targets, strict=True) if target is not None}
        self._sku_field = FieldTarget("code" if is_models else "sku")
        self._sku_column = self._columns.get(self._sku_field, "code" if is_models else vocabulary.identifier)
        self._keys = frozenset(target.key for target in self._columns if isinstance(target, ColumnTarget))
        self._sides = frozenset(
            (target.type, target.side)
            for target in self._columns
            if isinstance(target, AssociationTarget) and not target.is_quantity
        )
        self._prices = _group_prices(self._columns)
        self._newlines = 0

    @property
    def has_associations(self) -> bool:
        """Whether the file has association columns at all."""
        return bool(self._sides)

    def column_of(self, attribute: str, channel: str | None, locale: str | None) -> str:
        """The first column that fills a value, for reports; empty where the file has none."""
        key = join_key(attribute, channel, locale)
        return next((name for target, name in self._columns.items() if getattr(target, "key", "") == key), "")

    def read(self) -> Iterator[ProductParsed]:
        """Yield the header's findings, each row, and what is said of the file as a whole."""
        file = self._table.file
        if self._table.header and self._sku_field not in self._columns:
            yield Parsed(0, None, (make_issue("missing_column", file, 1, self._sku_column),))
            return
        if self.issues:
            yield Parsed(0, None, self.issues)
        seen = SeenKeys()
        for row in self._table.rows:
            yield self._read_row(row, seen)
        if self._newlines:
            yield Parsed(0, None, (make_issue("literal_newline", file, count=self._newlines),))

    def _read_row(self, row: Row, seen: SeenKeys) -> ProductParsed:
        if row.issues:
            return Parsed(row.line, None, row.issues)
        draft = self._sort_cells(row)
        sku = draft.fields.get(self._sku_field.name, "").strip()
        if not sku:
            return Parsed(row.line, None, (self._issue("missing_code", draft, self._sku_column),))
        first = seen.add(make_sku_key(sku), row.line)
        if first is not None:
            issue = make_issue(
                "duplicate_sku", self._table.file, row.line, self._sku_column, key=sku, code=sku, first=first
            )
            return Parsed(row.line, None, (issue,))
        record = self._build(draft, sku)
        refused = any(issue.level == "error" for issue in draft.issues)
        return Parsed(row.line, None if refused else record, tuple(draft.issues))

    def _sort_cells(self, row: Row) -> _Draft:
        draft = _Draft(row)
        for slot, text in zip(self._slots, row.cells, strict=True):
            if not text:
                continue
            if LITERAL_NEWLINE in text:
                self._newlines += 1
            if isinstance(slot, _Slot):
                self._add_cell(draft, slot, text)
            elif isinstance(slot, FieldTarget):
                draft.fields[slot.name] = text
            elif slot is not None:
                draft.lists[slot] = text
        for key, parts in self._prices.items():
            if key in draft.filled:
                attribute, scope, currencies = parts
                cells = draft.cells[attribute][scope]
                for currency in currencies:
                    cells.setdefault(currency, "")
        return draft

    def _add_cell(self, draft: _Draft, slot: _Slot, text: str) -> None:
        if slot.part != UNIT:
            draft.filled.add(slot.key)
        if slot.is_media:
            paths = tuple(self._find_files(draft, slot, text))
            if paths:
                draft.files.setdefault(slot.attribute, {})[slot.scope] = paths
            return
        if slot.is_option:
            text = _normalise_options(text, slot.is_list)
        scopes = draft.cells.get(slot.attribute)
        if scopes is None:
            scopes = draft.cells[slot.attribute] = {}
        parts = scopes.get(slot.scope)
        if parts is None:
            scopes[slot.scope] = {slot.part: text}
        else:
            parts[slot.part] = text

    def _find_files(self, draft: _Draft, slot: _Slot, text: str) -> Iterator[str]:
        for path in split_codes(text) if slot.is_list else [text.strip()]:
            if self._has_file(path):
                yield path
            else:
                draft.issues.append(self._issue("missing_file", draft, self._columns[slot.target], path=path))

    def _build(self, draft: _Draft, sku: str) -> ProductRecord:
        fields = draft.fields
        parent = fields.get("parent", "").strip() or None
        if parent is not None:
            parent, issues = resolve_parent(parent, self._codes, file=self._table.file, line=draft.row.line, sku=sku)
            draft.issues.extend(issues)
        family = normalise_code(fields.get("family", "")) or None
        has_column = FieldTarget("family") in self._columns
        if has_column and family is None and parent is None and not fields.get("family_variant"):
            draft.issues.append(self._issue("no_family", draft, "family", sku))
        return ProductRecord(
            line=draft.row.line,
            sku=sku,
            kind=self._find_kind(fields, sku, parent),
            parent=parent,
            family=family,
            family_variant=normalise_code(fields.get("family_variant", "")) or None,
            enabled=self._read_enabled(draft, sku),
            categories=self._read_codes("categories", draft),
            groups=self._read_codes("groups", draft),
            cells=_without_bare_units(draft),
            files=draft.files,
            empty=self._keys - draft.filled,
            associations=self._read_associations(draft, sku),
            empty_associations=self._sides - {(target.type, target.side) for target in draft.lists},
        )

    def _find_kind(self, fields: Mapping[str, str], sku: str, parent: str | None) -> str:
        is_named_model = fields.get("kind", "").strip().casefold() in MODEL_WORDS
        if self._is_models or is_named_model or make_sku_key(sku) in self._models:
            return "model"
        return "variant" if parent else "simple"

    def _read_enabled(self, draft: _Draft, sku: str) -> bool | None:
        text = draft.fields.get("enabled", "").strip().casefold()
        if text in YES or text in NO:
            return text in YES
        if text:
            draft.issues.append(self._issue("bad_boolean", draft, "enabled", sku, text=text))
        return None

    def _read_codes(self, name: str, draft: _Draft) -> tuple[str, ...] | None:
        if FieldTarget(name) not in self._columns:
            return None
        return tuple(normalise_code(code) for code in split_codes(draft.fields.get(name, "")))

    def _read_associations(self, draft: _Draft, sku: str) -> dict[str, dict[str, tuple[Link, ...]]]:
        found: dict[str, dict[str, tuple[Link, ...]]] = {}
        for target, text in draft.lists.items():
            if target.is_quantity:
                continue
            codes = split_codes(text)
            quantities: Sequence[str | None] = [None] * len(codes)
            if target.is_quantified:
                amounts = AssociationTarget(target.type, target.side, is_quantified=True, is_quantity=True)
                written = draft.lists.get(amounts, "").replace("|", ",").split(",")
                quantities = [amount.strip() for amount in written if amount.strip()]
                if len(quantities) != len(codes):
                    column = self._columns.get(amounts, self._columns[target])
                    issue = self._issue("bad_quantity", draft, column, sku, count=len(quantities), expected=len(codes))
                    draft.issues.append(issue)
                    continue
            if target.side == "groups":
                codes = [normalise_code(code) for code in codes]
            links = tuple(Link(code, quantity) for code, quantity in zip(codes, quantities, strict=True))
            found.setdefault(target.type, {})[target.side] = links
        return found

    def _issue(self, code: str, draft: _Draft, column: str, sku: str = "", /, **names: object) -> Issue:
        key = sku or draft.fields.get(self._sku_field.name, "").strip()
        return make_issue(code, self._table.file, draft.row.line, column, key=key, **names)


def _group_prices(columns: Mapping[Target, str]) -> dict[str, tuple[str, Scope, tuple[str, ...]]]:
    """{flat key: (attribute, scope, currencies)} of the price columns: a filled one empties its empty neighbours."""
    prices: dict[str, tuple[str, Scope, tuple[str, ...]]] = {}
    for target in columns:
        if isinstance(target, ColumnTarget) and target.attribute.type == "price" and target.part:
            _code, _scope, known = prices.get(target.key, ("", target.scope, ()))
            prices[target.key] = (target.attribute.code, target.scope, (*known, target.part))
    return prices


def _normalise_options(text: str, is_list: bool) -> str:
    if is_code(text):
        return text
    codes = split_codes(text) if is_list else [text]
    return ",".join(normalise_code(code) for code in codes)


def _without_bare_units(draft: _Draft) -> dict[str, dict[Scope, Cells]]:
    """A unit without an amount says nothing."""
    if not any(UNIT in parts and len(parts) == 1 for scopes in draft.cells.values() for parts in scopes.values()):
        return draft.cells
    cells: dict[str, dict[Scope, Cells]] = {}
    for attribute, scopes in draft.cells.items():
        kept = {scope: parts for scope, parts in scopes.items() if parts.keys() != {UNIT}}
        if kept:
            cells[attribute] = kept
    return cells

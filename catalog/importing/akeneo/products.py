"""Rows of products.csv and product_models.csv as product records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

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


class _Place(NamedTuple):
    """What the reader needs of a value's column for each of its cells, worked out once.

    Attributes:
        is_plain: the text is the value's as it stands; else it names files or options.
        is_alone: no other column belongs to the same value.
    """

    position: int
    attribute: str
    scope: Scope
    part: str
    key: str
    is_plain: bool
    is_alone: bool
    is_media: bool
    is_list: bool

    @classmethod
    def of(cls, position: int, target: ColumnTarget, *, is_alone: bool) -> _Place:
        kind = target.attribute.type
        return cls(
            position=position,
            attribute=target.attribute.code,
            scope=target.scope,
            part=target.part,
            key=target.key,
            is_plain=kind not in MEDIA_TYPES and kind not in OPTION_TYPES,
            is_alone=is_alone,
            is_media=kind in MEDIA_TYPES,
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
    empty: list[str] = field(default_factory=list)


class ProductReader:
    """Reads one product or model file; made anew for each pass.

    Args:
        has_file: whether the source has a media file of that path.
        codes: {key: code} of the models that are known, for parents that differ in case only.
        is_models: whether every row is a product model, named by `code`.
        fields: which columns are fields of the product; Akeneo's for the kind of file unless given.
        names: how reports call the columns, where that is not what the header says.
        models: keys of rows that are models although the file mixes kinds.
        with_cells: whether values other than media are read; a pass over files or associations has no use for them.
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
        with_cells: bool = True,
    ) -> None:
        self._table = table
        self._has_file = has_file
        self._codes = codes
        self._is_models = is_models
        self._models = models
        fields = fields if fields is not None else MODEL_FIELDS if is_models else PRODUCT_FIELDS
        names = names or table.header
        self._targets, self.issues = parse_header(table.header, vocabulary, file=table.file, fields=fields, names=names)
        self._columns = {target: name for name, target in zip(names, self._targets, strict=True) if target is not None}
        self._sku_field = FieldTarget("code" if is_models else "sku")
        self._sku_column = self._columns.get(self._sku_field, "code" if is_models else vocabulary.identifier)
        self._sides = frozenset(
            (target.type, target.side)
            for target in self._columns
            if isinstance(target, AssociationTarget) and not target.is_quantity
        )
        self._has_family = FieldTarget("family") in self._columns
        self._code_fields = {name for name in ("categories", "groups") if FieldTarget(name) in self._columns}
        self._fields = [(n, each.name) for n, each in enumerate(self._targets) if isinstance(each, FieldTarget)]
        self._lists = [(n, each) for n, each in enumerate(self._targets) if isinstance(each, AssociationTarget)]
        self._places = _find_places(self._targets, with_cells=with_cells)
        self._shared = frozenset(place.key for place in self._places if not place.is_alone)
        self._units = [(place.attribute, place.scope) for place in self._places if place.part == UNIT]
        self._prices = _group_prices(self._columns) if with_cells else {}
        self._newlines = 0

    @property
    def has_associations(self) -> bool:
        """Whether the file has association columns at all."""
        return bool(self._sides)

    @property
    def has_files(self) -> bool:
        """Whether the file has columns that name media files at all."""
        return any(place.is_media for place in self._places)

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
        key = make_sku_key(sku)
        first = seen.add(key, row.line)
        if first is not None:
            issue = make_issue(
                "duplicate_sku", self._table.file, row.line, self._sku_column, key=sku, code=sku, first=first
            )
            return Parsed(row.line, None, (issue,))
        record = self._build(draft, sku, key)
        refused = any(issue.level == "error" for issue in draft.issues)
        return Parsed(row.line, None if refused else record, tuple(draft.issues))

    def _sort_cells(self, row: Row) -> _Draft:
        draft = _Draft(row)
        texts = row.cells
        for index, name in self._fields:
            if texts[index]:
                draft.fields[name] = texts[index]
        for index, target in self._lists:
            if texts[index]:
                draft.lists[target] = texts[index]
        for text in texts:
            if LITERAL_NEWLINE in text:
                self._newlines += 1
        self._sort_values(draft)
        self._settle_parts(draft)
        return draft

    def _sort_values(self, draft: _Draft) -> None:
        """The hot loop of every import: once for each cell of a value."""
        texts, cells, filled, empty = draft.row.cells, draft.cells, draft.filled, draft.empty
        for place in self._places:
            position, attribute, scope, part, key, is_plain, is_alone, _is_media, _is_list = place
            text = texts[position]
            if not text:
                if is_alone:
                    empty.append(key)
                continue
            if not is_alone and part != UNIT:
                filled.add(key)
            if not is_plain:
                if place.is_media:
                    self._add_files(draft, place, text)
                    continue
                text = _normalise_options(text, place.is_list)
            scopes = cells.get(attribute)
            if scopes is None:
                cells[attribute] = {scope: {part: text}}
            elif is_alone or scope not in scopes:
                scopes[scope] = {part: text}
            else:
                scopes[scope][part] = text

    def _settle_parts(self, draft: _Draft) -> None:
        """Values of several columns: a filled price empties its empty neighbours, a bare unit goes."""
        for attribute, scope in self._units:
            _drop_bare_unit(draft.cells, attribute, scope)
        for key, (attribute, scope, currencies) in self._prices.items():
            if key in draft.filled:
                cells = draft.cells[attribute][scope]
                for currency in currencies:
                    cells.setdefault(currency, "")

    def _add_files(self, draft: _Draft, place: _Place, text: str) -> None:
        paths: list[str] = []
        for path in split_codes(text) if place.is_list else [text.strip()]:
            if self._has_file(path):
                paths.append(path)
            else:
                column = self.column_of(place.attribute, *place.scope)
                draft.issues.append(self._issue("missing_file", draft, column, path=path))
        if paths:
            draft.files.setdefault(place.attribute, {})[place.scope] = tuple(paths)

    def _build(self, draft: _Draft, sku: str, key: str) -> ProductRecord:
        fields = draft.fields
        parent = fields.get("parent", "").strip() or None
        if parent is not None:
            parent, issues = resolve_parent(parent, self._codes, file=self._table.file, line=draft.row.line, sku=sku)
            draft.issues.extend(issues)
        family = normalise_code(fields.get("family", "")) or None
        if self._has_family and family is None and parent is None and not fields.get("family_variant"):
            draft.issues.append(self._issue("no_family", draft, "family", sku))
        return ProductRecord(
            line=draft.row.line,
            sku=sku,
            kind=self._find_kind(fields, key, parent),
            parent=parent,
            family=family,
            family_variant=normalise_code(fields.get("family_variant", "")) or None,
            enabled=self._read_enabled(draft, sku),
            categories=self._read_codes("categories", draft),
            groups=self._read_codes("groups", draft),
            cells=draft.cells,
            files=draft.files,
            empty=frozenset(draft.empty) | (self._shared - draft.filled),
            associations=self._read_associations(draft, sku),
            empty_associations=self._sides - {(target.type, target.side) for target in draft.lists},
        )

    def _find_kind(self, fields: Mapping[str, str], key: str, parent: str | None) -> str:
        is_named_model = fields.get("kind", "").strip().casefold() in MODEL_WORDS
        if self._is_models or is_named_model or key in self._models:
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
        if name not in self._code_fields:
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


def _find_places(targets: Sequence[Target | None], *, with_cells: bool) -> list[_Place]:
    """The columns of values, in the order of the file."""
    found = [(index, target) for index, target in enumerate(targets) if isinstance(target, ColumnTarget)]
    columns = Counter(target.key for _index, target in found)
    places = [_Place.of(index, target, is_alone=columns[target.key] == 1) for index, target in found]
    return places if with_cells else [place for place in places if place.is_media]


@lru_cache(4_096)
def _normalise_options(text: str, is_list: bool) -> str:
    if is_code(text):
        return text
    codes = split_codes(text) if is_list else [text]
    return ",".join(normalise_code(code) for code in codes)


def _drop_bare_unit(cells: dict[str, dict[Scope, Cells]], attribute: str, scope: Scope) -> None:
    """A unit without an amount says nothing."""
    scopes = cells.get(attribute)
    if scopes is not None and len(parts := scopes.get(scope, {})) == 1 and UNIT in parts:
        del scopes[scope]
        if not scopes:
            del cells[attribute]

"""An import of one foreign table through a mapping, or of JSON Lines: the same steps and records as Akeneo's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePosixPath

from django.utils.translation import gettext as _

from catalog.importing.akeneo.models import ModelIndex, index_parents
from catalog.importing.akeneo.products import ProductReader
from catalog.importing.codes import SeenKeys, make_sku_key
from catalog.importing.issues import Issue, Parsed, make_issue
from catalog.importing.jsonproducts import read_json_products
from catalog.importing.mapping import FIELDS, Profile, apply_mapping
from catalog.importing.records import MediaRecord, ProductRecord
from catalog.importing.sources import ImportSource
from catalog.importing.steps import ASSETS, ASSOCIATIONS, PRODUCTS, Item, Step
from catalog.importing.tabular.jsonlines import read_json_lines
from catalog.importing.tabular.rows import count_rows, open_table
from catalog.importing.vocabulary import Vocabulary

JSON_SUFFIXES = frozenset({".jsonl", ".ndjson", ".json"})


@dataclass(frozen=True, slots=True)
class GenericPlan:
    """The passes over one file: models by depth, then all other rows, then associations."""

    source: ImportSource
    file: str
    profile: Profile
    steps: tuple[Step, ...]
    issues: tuple[Issue, ...]
    vocabulary: Vocabulary
    models: ModelIndex

    def read(self, step: Step, known: Vocabulary) -> Iterator[Parsed[Item]]:
        """Read a step from its first row (see `ImportPlan.read`)."""
        if step.phase == ASSETS:
            yield from self._read_media(known)
            return
        is_first = step == self._first_products()
        for parsed in self._read_file(known, with_cells=step.phase != ASSOCIATIONS):
            record = parsed.item
            if record is None:
                if is_first:
                    yield Parsed(parsed.line, None, parsed.issues)
            elif step.phase == ASSOCIATIONS:
                if record.associations or record.empty_associations:
                    yield Parsed(parsed.line, record)
            elif self._level_of(record) == step.level:
                yield Parsed(parsed.line, record, parsed.issues)

    def count(self, step: Step) -> int:
        """How many rows the file has."""
        if step.phase == ASSETS:
            return 0
        if is_json(self.file):
            with self.source.open(self.file) as stream:
                return sum(1 for _row in read_json_lines(stream, self.file))
        return count_rows(self.source, self.file, self.profile.form)

    def _first_products(self) -> Step:
        return next(step for step in self.steps if step.phase == PRODUCTS)

    def _level_of(self, record: ProductRecord) -> int:
        """The pass a row belongs to: its depth as a model; everything else comes after the deepest model."""
        if record.kind == "model":
            return self.models.depths.get(make_sku_key(record.sku), 0)
        return self.models.levels

    def _read_file(self, known: Vocabulary, *, with_cells: bool = True) -> Iterator[Parsed[ProductRecord]]:
        if is_json(self.file):
            with self.source.open(self.file) as stream:
                yield from read_json_products(read_json_lines(stream, self.file), self.file, known)
            return
        with _open_mapped(self.source, self.file, self.profile, known, self.models, with_cells=with_cells) as reader:
            yield from reader.read()

    def _names_files(self, known: Vocabulary) -> bool:
        if is_json(self.file):
            return True
        with _open_mapped(self.source, self.file, self.profile, known, self.models) as reader:
            return reader.has_files

    def _read_media(self, known: Vocabulary) -> Iterator[Parsed[Item]]:
        if not self._names_files(known):
            return
        seen = SeenKeys()
        number = 0
        for parsed in self._read_file(known, with_cells=False):
            for attribute, scopes in parsed.item.files.items() if parsed.item else ():
                for path in (path for paths in scopes.values() for path in paths):
                    if seen.add(path, parsed.line) is None:
                        number += 1
                        yield Parsed(number, MediaRecord(parsed.line, path, attribute, self.source.size(path)))


def plan_generic(source: ImportSource, file: str, profile: Profile, known: Vocabulary) -> GenericPlan:
    """Lay out the import of one table or JSON Lines file of a source.

    A row is a model where its `kind` says so or another row of the file names it as its parent.
    """
    models = _find_models(source, file, profile, known)
    entity = PurePosixPath(file).stem
    passes = range(models.levels + 1) if models.depths else (models.levels,)
    products = [Step(PRODUCTS, entity, file, level=level) for level in passes]
    steps = (Step(ASSETS, "assets", file), *products, Step(ASSOCIATIONS, entity, file, counts=False))
    return GenericPlan(source, file, profile, steps, _find_unmapped(source, file, profile), known, models)


def _find_unmapped(source: ImportSource, file: str, profile: Profile) -> tuple[Issue, ...]:
    """A finding for each column that goes nowhere without somebody having said so."""
    if is_json(file):
        return ()
    decided = {each.column for each in profile.columns if each.target or each.confidence}
    with open_table(source, file, profile.form) as table:
        lost = [column for column in dict.fromkeys(table.header) if column and column not in decided]
        reason = _("nothing in the catalog is called so; map it, or pass it over.")
        return tuple(make_issue("unknown_column", file, 1, column, reason=reason) for column in lost)


def is_json(file: str) -> bool:
    """Whether a file is read as JSON Lines."""
    return PurePosixPath(file).suffix.lower() in JSON_SUFFIXES


@contextmanager
def _open_mapped(
    source: ImportSource,
    file: str,
    profile: Profile,
    known: Vocabulary,
    models: ModelIndex,
    *,
    with_cells: bool = True,
) -> Iterator[ProductReader]:
    with open_table(source, file, profile.form) as table:
        mapped, names = apply_mapping(table, profile, known)
        yield ProductReader(
            mapped,
            known,
            has_file=source.has,
            codes=models.codes,
            fields=FIELDS,
            names=names,
            models=models.depths.keys(),
            with_cells=with_cells,
        )


def _find_models(source: ImportSource, file: str, profile: Profile, known: Vocabulary) -> ModelIndex:
    """The rows that are models and their depths; reads the file twice and keeps models only."""
    named: set[str] = set()
    for sku, parent, is_model in _read_parents(source, file, profile, known):
        if parent:
            named.add(make_sku_key(parent))
        if is_model:
            named.add(make_sku_key(sku))
    if not named:
        return ModelIndex()
    codes: dict[str, str] = {}
    parents: dict[str, str] = {}
    for sku, parent, _is_model in _read_parents(source, file, profile, known):
        key = make_sku_key(sku)
        if key in named and key not in codes:
            codes[key] = sku
            parents[key] = make_sku_key(parent)
    return index_parents(codes, parents)


def _read_parents(
    source: ImportSource, file: str, profile: Profile, known: Vocabulary
) -> Iterator[tuple[str, str, bool]]:
    if is_json(file):
        with source.open(file) as stream:
            for parsed in read_json_products(read_json_lines(stream, file), file, known):
                if parsed.item:
                    yield parsed.item.sku, parsed.item.parent or "", parsed.item.kind == "model"
        return
    targets: Mapping[str, str] = {each.target: each.column for each in profile.columns}
    if not {"parent", "kind"} & targets.keys():
        return
    with _open_mapped(source, file, profile, known, ModelIndex(), with_cells=False) as reader:
        for parsed in reader.read():
            if parsed.item:
                yield parsed.item.sku, parsed.item.parent or "", parsed.item.kind == "model"

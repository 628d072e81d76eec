"""What an Akeneo import does, in which order: a list of steps that can each be read again from the start."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from catalog.importing.akeneo.attributes import convert_attribute
from catalog.importing.akeneo.categories import read_categories
from catalog.importing.akeneo.families import family_variant_fields, read_families
from catalog.importing.akeneo.files import ENTITIES, FoundFiles, find_files
from catalog.importing.akeneo.measurements import family_states
from catalog.importing.akeneo.models import ModelIndex, index_models
from catalog.importing.akeneo.products import ProductReader
from catalog.importing.akeneo.structure import (
    StateParsed,
    StructureRow,
    association_type_fields,
    attribute_group_fields,
    channel_fields,
    group_fields,
    option_fields,
    plainly,
    read_rows,
    skipping_unused,
)
from catalog.importing.codes import SeenKeys, make_sku_key
from catalog.importing.issues import Issue, Parsed, make_issue
from catalog.importing.records import MediaRecord, ProductRecord, StateRecord
from catalog.importing.sources import ImportSource
from catalog.importing.steps import ASSETS, ASSOCIATIONS, PRODUCTS, SKIPPED, STRUCTURE, Item, Step
from catalog.importing.tabular.rows import TABLE_SUFFIXES, count_rows, open_table
from catalog.importing.vocabulary import KnownAttribute, Vocabulary


@dataclass(frozen=True, slots=True)
class AkeneoPlan:
    """The steps in dependency order, and what was found before the first one."""

    source: ImportSource
    files: FoundFiles
    steps: tuple[Step, ...]
    issues: tuple[Issue, ...]
    vocabulary: Vocabulary
    models: ModelIndex

    def read(self, step: Step, known: Vocabulary) -> Iterator[Parsed[Item]]:
        """Read a step from its first row (see `ImportPlan.read`)."""
        match step.phase:
            case "structure":
                yield from _read_structure(self, step, known)
            case "assets":
                yield from _read_media(self, known)
            case "skipped":
                yield from _skip_rows(self.source, step.file)
            case _:
                yield from _read_products(self, step, known)

    def count(self, step: Step) -> int:
        """How many rows the step's file has, for the progress bar; reads the file."""
        return count_rows(self.source, step.file) if step.file else 0


Converter = Callable[[StructureRow], StateParsed]

STRUCTURE_KINDS = {
    "locales": "locale",
    "currencies": "currency",
    "attribute_groups": "attribute_group",
    "attributes": "attribute",
    "attribute_options": "option",
    "categories": "category",
    "channels": "channel",
    "families": "family",
    "family_variants": "family_variant",
    "association_types": "association_type",
    "groups": "group",
}
"""The structure kind of each file's rows."""

_CONVERTERS: dict[str, Converter] = {
    "attribute_groups": plainly("attribute_group", attribute_group_fields),
    "attributes": convert_attribute,
    "attribute_options": plainly("option", option_fields),
    "channels": plainly("channel", channel_fields),
    "family_variants": plainly("family_variant", family_variant_fields),
    "association_types": plainly("association_type", association_type_fields),
    "groups": plainly("group", group_fields),
}


def plan_import(source: ImportSource, known: Vocabulary | None = None) -> AkeneoPlan:
    """Look through a source and lay out its import: reads channels, attributes, association types and model parents.

    Args:
        known: the words the catalog knows already; the source's own come on top.
    """
    found = find_files(source)
    vocabulary = (known or Vocabulary()).merge(_read_vocabulary(source, found))
    models = index_models(source, found.tables["product_models"]) if "product_models" in found.tables else ModelIndex()
    notes = [make_issue("group_types", found.tables["group_types"])] if "group_types" in found.tables else []
    if not found.tables:
        notes.append(make_issue("nothing_to_import", source.label))
    return AkeneoPlan(
        source, found, tuple(_lay_out(found, vocabulary, models)), (*found.issues, *notes), vocabulary, models
    )


def _lay_out(found: FoundFiles, vocabulary: Vocabulary, models: ModelIndex) -> Iterator[Step]:
    yield from _lay_out_structure(found)
    yield from _lay_out_skipped(found)
    tables = found.tables
    has_models, has_products = "product_models" in tables, "products" in tables
    if has_models or has_products:
        yield Step(ASSETS, "assets", "")
    if has_models:
        for level in range(models.levels):
            yield Step(PRODUCTS, "product_models", tables["product_models"], level=level)
    if has_products:
        yield Step(PRODUCTS, "products", tables["products"])
    if vocabulary.association_types:
        for entity in ("product_models", "products"):
            if entity in tables:
                yield Step(ASSOCIATIONS, entity, tables[entity], counts=False)


def _lay_out_structure(found: FoundFiles) -> Iterator[Step]:
    tables = found.tables
    for entity in ENTITIES:
        if entity in {"locales", "currencies"} and entity not in tables and "channels" in tables:
            yield Step(STRUCTURE, entity, "", STRUCTURE_KINDS[entity], counts=False)
        if entity == "attributes" and entity in tables:
            yield Step(STRUCTURE, "measurement_families", "", "measurement_family", counts=False)
        if entity in STRUCTURE_KINDS and entity in tables:
            yield Step(STRUCTURE, entity, tables[entity], STRUCTURE_KINDS[entity])


def _lay_out_skipped(found: FoundFiles) -> Iterator[Step]:
    """Tables that are not imported: their rows are counted as skipped."""
    group_types = found.tables.get("group_types")
    others = (name for name in found.others if PurePosixPath(name).suffix.lower() in TABLE_SUFFIXES)
    for file in filter(None, (group_types, *others)):
        yield Step(SKIPPED, PurePosixPath(file).stem, file)


def _read_vocabulary(source: ImportSource, found: FoundFiles) -> Vocabulary:
    channels: dict[str, list[str]] = {}
    currencies: set[str] = set()
    for record in _states(source, found, "channels"):
        channels[record.code] = _texts(record, "locales")
        currencies.update(_texts(record, "currencies"))
    return Vocabulary.of(
        [_known_attribute(record) for record in _states(source, found, "attributes")],
        channels=channels,
        currencies=sorted(currencies),
        association_types={
            record.code: bool(record.fields["is_quantified"]) for record in _states(source, found, "association_types")
        },
    )


def _states(source: ImportSource, found: FoundFiles, entity: str) -> Iterator[StateRecord]:
    if entity in found.tables:
        for parsed in read_rows(source, found.tables[entity], _CONVERTERS[entity]):
            if parsed.item is not None:
                yield parsed.item


def _texts(record: StateRecord, name: str) -> list[str]:
    value = record.fields.get(name)
    return [str(item) for item in value] if isinstance(value, list) else []


def _known_attribute(record: StateRecord) -> KnownAttribute:
    labels = record.fields.get("labels")
    return KnownAttribute(
        code=record.code,
        type=str(record.fields["type"]),
        localizable=bool(record.fields["localizable"]),
        scopable=bool(record.fields["scopable"]),
        labels={locale: str(label) for locale, label in labels.items()} if isinstance(labels, dict) else {},
        available_locales=frozenset(_texts(record, "available_locales")),
    )


def _read_structure(plan: AkeneoPlan, step: Step, known: Vocabulary) -> Iterator[StateParsed]:
    words = known.merge(plan.vocabulary)
    match step.entity:
        case "measurement_families":
            for record in family_states(_metric_families(plan)):
                yield Parsed(0, record)
        case "locales" | "currencies" if not step.file:
            codes = plan.vocabulary.locales if step.entity == "locales" else plan.vocabulary.currencies
            yield from (Parsed(0, StateRecord(0, step.kind, code, {"code": code})) for code in codes.values())
        case "locales":
            yield from read_rows(plan.source, step.file, skipping_unused("locale", words.locales))
        case "currencies":
            yield from read_rows(plan.source, step.file, skipping_unused("currency", words.currencies))
        case "categories":
            yield from read_categories(plan.source, step.file)
        case "families":
            yield from read_families(plan.source, step.file, words)
        case "attribute_options":
            yield from read_rows(plan.source, step.file, _CONVERTERS[step.entity], key=("code", "attribute"))
        case _:
            yield from read_rows(plan.source, step.file, _CONVERTERS[step.entity])


def _metric_families(plan: AkeneoPlan) -> Iterator[str]:
    for record in _states(plan.source, plan.files, "attributes"):
        config = record.fields["config"]
        if isinstance(config, dict) and "family" in config:
            yield str(config["family"])


def _open_reader(plan: AkeneoPlan, step: Step, known: Vocabulary) -> Iterator[Parsed[ProductRecord]]:
    with open_table(plan.source, step.file) as table:
        reader = ProductReader(
            table,
            known,
            has_file=plan.source.has,
            codes=plan.models.codes,
            is_models=step.entity == "product_models",
            with_cells=step.phase == PRODUCTS,
        )
        if (step.phase != ASSOCIATIONS or reader.has_associations) and (step.phase != ASSETS or reader.has_files):
            yield from reader.read()


def _read_products(plan: AkeneoPlan, step: Step, known: Vocabulary) -> Iterator[Parsed[Item]]:
    """Yield the rows of this pass: of the first pass over a file all findings, of later ones their own rows' only."""
    is_first = step.phase == PRODUCTS and step.level == 0
    for parsed in _open_reader(plan, step, known):
        record = parsed.item
        if record is None:
            if is_first:
                yield Parsed(parsed.line, None, parsed.issues)
            continue
        key = make_sku_key(record.sku)
        if step.phase == ASSOCIATIONS:
            if record.associations or record.empty_associations:
                yield Parsed(parsed.line, record)
        elif step.entity == "product_models" and plan.models.depths.get(key, 0) != step.level:
            continue
        elif key in plan.models.loops and step.entity == "product_models":
            issue = make_issue("parent_loop", step.file, parsed.line, "parent", key=record.sku, code=record.sku)
            yield Parsed(parsed.line, None, (*parsed.issues, issue))
        else:
            yield Parsed(parsed.line, record, parsed.issues)


def _read_media(plan: AkeneoPlan, known: Vocabulary) -> Iterator[Parsed[Item]]:
    """Every file of the source that a product names, once, in the order in which they are met; models come first."""
    seen = SeenKeys()
    line = 0
    for entity in ("product_models", "products"):
        if entity not in plan.files.tables:
            continue
        step = Step(ASSETS, entity, plan.files.tables[entity])
        for parsed in _open_reader(plan, step, known):
            for attribute, scopes in parsed.item.files.items() if parsed.item else ():
                for path in (path for paths in scopes.values() for path in paths):
                    if seen.add(path, parsed.line) is None:
                        line += 1
                        size = plan.source.size(path)
                        yield Parsed(line, MediaRecord(parsed.line, path, attribute, size))


def _skip_rows(source: ImportSource, file: str) -> Iterator[Parsed[Item]]:
    with open_table(source, file) as table:
        for row in table.rows:
            if row.line:
                yield Parsed(row.line, None, is_skipped=True)

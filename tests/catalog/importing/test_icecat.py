"""The real catalog, to the last row: what the README of the data set counts, and the faults it is known for."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator

import pytest

from catalog.importing.akeneo.plan import AkeneoPlan
from catalog.importing.issues import Issue, Parsed
from catalog.importing.records import MediaRecord, ProductRecord, StateRecord
from catalog.importing.sources import ImportSource
from catalog.importing.steps import Item, Step
from pim.values.types import attribute_types


def steps_of(plan: AkeneoPlan, entity: str, phase: str | None = None) -> list[Step]:
    return [step for step in plan.steps if step.entity == entity and phase in (None, step.phase)]


def read(plan: AkeneoPlan, entity: str, phase: str | None = None) -> Iterator[Parsed[Item]]:
    for step in steps_of(plan, entity, phase):
        yield from plan.read(step, plan.vocabulary)


def products(plan: AkeneoPlan, entity: str = "products") -> list[ProductRecord]:
    return [parsed.item for parsed in read(plan, entity, "products") if isinstance(parsed.item, ProductRecord)]


def states(plan: AkeneoPlan, entity: str) -> dict[str, StateRecord]:
    found = (parsed.item for parsed in read(plan, entity))
    return {item.key: item for item in found if isinstance(item, StateRecord)}


def issues(plan: AkeneoPlan) -> list[Issue]:
    return [issue for step in plan.steps for parsed in plan.read(step, plan.vocabulary) for issue in parsed.issues]


@pytest.mark.parametrize(
    ("entity", "count"),
    [
        ("attribute_groups", 11),
        ("attributes", 77),
        ("attribute_options", 121),
        ("categories", 168),
        ("channels", 3),
        ("families", 17),
        ("family_variants", 9),
        ("association_types", 4),
        ("groups", 1),
        ("measurement_families", 2),
        ("locales", 3),
        ("currencies", 2),
    ],
)
def test_every_row_of_structure_becomes_a_state(icecat_plan: AkeneoPlan, entity: str, count: int) -> None:
    assert len(states(icecat_plan, entity)) == count


@pytest.mark.parametrize(
    ("entity", "skipped"), [("locales", 207), ("currencies", 292), ("users", 6), ("group_types", 1)]
)
def test_rows_that_are_not_imported_are_counted(icecat_plan: AkeneoPlan, entity: str, skipped: int) -> None:
    assert sum(parsed.is_skipped for parsed in read(icecat_plan, entity)) == skipped


def test_files_that_are_no_catalog_are_named_once_each(icecat_plan: AkeneoPlan) -> None:
    named = [(issue.file, issue.code) for issue in icecat_plan.issues]

    assert named == [
        ("jobs.yml", "not_imported"),
        ("user_groups.csv", "not_imported"),
        ("user_roles.csv", "not_imported"),
        ("users.csv", "not_imported"),
        ("group_types.csv", "group_types"),
    ]


def test_the_known_faults_and_no_others_are_reported(icecat_plan: AkeneoPlan) -> None:
    found = issues(icecat_plan)

    assert Counter(issue.code for issue in found) == {
        "missing_file": 12,
        "parent_case": 18,
        "no_family": 1,
        "literal_newline": 1,
    }
    assert {issue.file for issue in found} == {"products.csv"}


def test_the_missing_pictures_are_those_of_one_shirt(icecat_plan: AkeneoPlan) -> None:
    missing = [issue for issue in issues(icecat_plan) if issue.code == "missing_file"]

    assert {issue.key[:15] for issue in missing} == {"Tshirt-divided-"}
    assert len({issue.key for issue in missing}) == 12
    assert {issue.level for issue in missing} == {"warning"}
    assert {issue.column for issue in missing} == {"variation_image"} or len({issue.line for issue in missing}) == 12


def test_parents_that_differ_in_case_are_found(icecat_plan: AkeneoPlan) -> None:
    found = [issue for issue in issues(icecat_plan) if issue.code == "parent_case"]
    first = next(issue for issue in found if issue.key == "Tshirt-divided-blue-s")
    models = {record.sku for record in products(icecat_plan, "product_models")}

    assert len({issue.message for issue in found}) == 5
    assert (first.line, first.column) == (1523, "parent")
    assert all(record.parent in models for record in products(icecat_plan) if record.parent)


def test_literal_line_breaks_are_counted_in_one_summary(icecat_plan: AkeneoPlan) -> None:
    summary = [issue for issue in issues(icecat_plan) if issue.code == "literal_newline"]

    assert len(summary) == 1
    assert summary[0].message.startswith("1276 cells")
    assert (summary[0].line, summary[0].level) == (None, "info")


def test_products_and_variants(icecat_plan: AkeneoPlan) -> None:
    records = products(icecat_plan)

    assert Counter(record.kind for record in records) == {"simple": 999, "variant": 240}
    assert [record.sku for record in records if record.family is None] == ["AKNSTK"]
    assert next(record.line for record in records if record.sku == "AKNSTK") == 912
    assert all(record.enabled for record in records)


def test_models_come_parents_first(icecat_plan: AkeneoPlan) -> None:
    levels = [
        [parsed.item for parsed in icecat_plan.read(step, icecat_plan.vocabulary) if parsed.item]
        for step in steps_of(icecat_plan, "product_models", "products")
    ]

    assert [len(level) for level in levels] == [50, 31]
    roots = {record.sku for record in levels[0] if isinstance(record, ProductRecord)}
    assert all(isinstance(record, ProductRecord) and record.parent in roots for record in levels[1])


def test_reading_again_gives_the_same(icecat_plan: AkeneoPlan) -> None:
    step = steps_of(icecat_plan, "products", "products")[0]

    first, second = (list(icecat_plan.read(step, icecat_plan.vocabulary)) for _ in range(2))

    assert first == second


def test_pictures_are_met_once_and_are_130_contents(icecat_plan: AkeneoPlan, icecat: ImportSource) -> None:
    media = [parsed.item for parsed in read(icecat_plan, "assets")]
    contents: Counter[str] = Counter()
    for item in media:
        assert isinstance(item, MediaRecord)
        with icecat.open(item.path) as stream:
            contents[hashlib.sha256(stream.read()).hexdigest()] += 1

    assert len(media) == 258
    assert len(contents) == 130
    assert sum(1 for count in contents.values() if count > 1) == 21


def test_attributes_keep_their_type_and_limits(icecat_plan: AkeneoPlan) -> None:
    found = states(icecat_plan, "attributes")
    types = Counter(str(state.fields["type"]) for state in found.values())

    assert types == {
        "text": 22, "select": 18, "integer": 8, "textarea": 6, "rich_text": 1, "boolean": 7, "measurement": 4,
        "multiselect": 3, "asset": 5, "identifier": 1, "date": 1, "price": 1,
    }  # fmt: skip
    assert sum(bool(state.fields["localizable"]) for state in found.values()) == 12
    assert sum(bool(state.fields["scopable"]) for state in found.values()) == 3
    assert found["description"].fields["type"] == "rich_text"
    assert found["weight"].fields["group"] == "technical"
    assert found["ean"].fields["unique"] is True
    assert found["name"].fields["labels"] == {"de_DE": "Name", "en_US": "Name", "fr_FR": "Nom"}


def test_categories_are_four_trees_with_parents_first(icecat_plan: AkeneoPlan) -> None:
    written: set[str] = set()
    roots = []
    for parsed in read(icecat_plan, "categories"):
        assert isinstance(parsed.item, StateRecord)
        parent = parsed.item.fields["parent"]
        assert parent is None or parent in written
        written.add(parsed.item.code)
        if parent is None:
            roots.append(parsed.item.code)

    assert roots == ["master", "sales", "print", "suppliers"]


def test_families_and_their_variants(icecat_plan: AkeneoPlan) -> None:
    families = states(icecat_plan, "families")
    variants = states(icecat_plan, "family_variants")

    mugs = families["mugs"].fields
    assert (mugs["label_attribute"], mugs["image_attribute"]) == ("name", "picture")
    assert mugs["requirements"] == {
        "ecommerce": ["container_material", "description", "main_color", "name", "price", "sku"],
        "mobile": ["description", "main_color", "name", "price", "sku"],
        "print": ["description", "name", "price", "sku"],
    }
    assert variants["clothing_color_size"].fields["levels"] == [
        {"axes": ["color"], "attributes": ["variation_name", "variation_image", "composition", "material"]},
        {"axes": ["size"], "attributes": ["sku", "weight", "ean"]},
    ]
    assert variants["clothing_colorsize"].fields["levels"] == [
        {"axes": ["color", "size"], "attributes": ["variation_name", "variation_image", "composition", "sku", "ean"]}
    ]


def test_values_lie_at_their_scope(icecat_plan: AkeneoPlan) -> None:
    records = {record.sku: record for record in products(icecat_plan)}

    assert records["14596093"].cells["display_diagonal"] == {(None, None): {"": "32", "unit": "INCH"}}
    assert records["AKNSTK"].cells["price"] == {(None, None): {"EUR": "2", "USD": "3"}}
    assert records["13871461"].cells["release_date"] == {("ecommerce", None): {"": "2012-04-20"}}
    assert records["1111111171"].files == {"image": {(None, None): ("files/1111111171/image/bag.jpg",)}}
    assert "description:ecommerce:en_US" in records["1111111171"].empty
    assert records["13871461"].categories == ("lexmark", "multifunctionals", "print_scan_sales")


def test_the_channels_speak_what_their_file_says(icecat_plan: AkeneoPlan) -> None:
    channels = states(icecat_plan, "channels")

    assert channels["print"].fields["locales"] == ["fr_FR", "de_DE", "en_US"]
    assert channels["print"].fields["currencies"] == ["USD", "EUR"]
    assert channels["print"].fields["category_tree"] == "master"


def test_the_engine_takes_every_configuration(icecat_plan: AkeneoPlan) -> None:
    for state in states(icecat_plan, "attributes").values():
        config = state.fields["config"]
        assert isinstance(config, dict)

        assert attribute_types.get(str(state.fields["type"])).clean_config(config) == config

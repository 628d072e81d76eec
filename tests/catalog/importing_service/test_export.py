"""What goes out is what came in: Akeneo's files cell by cell, and the formats of our own by importing them again."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from catalog.importing.akeneo.compare import (
    Difference,
    Equal,
    compare_products,
    read_cells,
    same_code,
    same_media,
    same_set,
)
from catalog.importing.sources import ImportSource, open_source
from catalog.services.exporting.akeneo import export_akeneo
from catalog.services.exporting.flat import export_csv, export_jsonl
from catalog.services.importing.parameters import ImportParameters
from catalog.services.importing.tables import describe_table
from pim.models import Attribute, Entry
from pim.values.html import sanitise_html
from tests.catalog.importing_service.conftest import World, digests, run_import_of, storing_in
from tests.databases import using_database

pytestmark = pytest.mark.django_db

SAME_ANYWHERE = (
    "catalog_product", "catalog_productvalues", "catalog_productcategory", "catalog_productsort",
    "catalog_productnumber", "catalog_producttext", "assets_assetversion", "pim_option", "pim_category",
    "catalog_family",
)  # fmt: skip
"""What does not depend on the order in which channels and locales were first met."""


def equalities(before: ImportSource, after: ImportSource, file: str) -> dict[str, Equal]:
    """How the columns of a product file are compared, by the types of their attributes."""
    types = dict(Attribute.objects.values_list("code", "type"))
    by_type: dict[str, Equal] = {
        "asset": same_media(before, after),
        "rich_text": lambda old, new: sanitise_html(old) == new,
        "multiselect": same_set,
    }
    columns = next(read_cells(before, file))
    found = {name: by_type[types[code]] for name in columns if types.get(code := name.split("-")[0]) in by_type}
    return {**found, "parent": same_code}


def compare(before: ImportSource, after: ImportSource, file: str, key: str) -> list[Difference]:
    return list(compare_products(before, after, file, key=key, equal=equalities(before, after, file)))


@pytest.mark.parametrize("name", ["folder", "catalog.zip"])
def test_the_real_catalog_comes_back_cell_by_cell(icecat: World, tmp_path: Path, name: str) -> None:
    counts = export_akeneo(tmp_path / name, with_files=True)

    with open_source(icecat.source) as before, open_source(tmp_path / name) as after:
        models = compare(before, after, "product_models.csv", "code")
        products = compare(before, after, "products.csv", "sku")
        repaired = [each for each in products if each.before]
        filled = [each for each in products if not each.before]
        assert models == []
        assert len(products) == 24
        assert {each.key[:15] for each in products} == {"Tshirt-divided-"}
        assert Counter(each.column for each in repaired) == {"image": 12}
        assert Counter(each.column for each in filled) == {"variation_image": 12}
        assert not any(before.has(each.before or "") for each in repaired)
        assert all(after.has(each.after or "") for each in products)
        assert {file.partition("/")[0] for file in after.names() if "/" in file} == {"files"}
    assert (counts["products"], counts["product_models"], counts["categories"]) == (1239, 81, 168)


def test_importing_the_export_changes_nothing(icecat_copy: World, tmp_path: Path) -> None:
    export_akeneo(tmp_path / "out", with_files=True)
    entries = Entry.objects.count()

    report = run_import_of(tmp_path / "out")

    changed = {
        entity: counts
        for entity, counts in report["entities"].items()
        if counts["created"] or counts["updated"] or counts["refused"]
    }
    assert changed == {}
    assert Entry.objects.count() == entries
    assert [issue for issue in report["issues"] if issue["level"] != "info"] == [
        issue for issue in report["issues"] if issue["code"] == "no_family"
    ]


def test_json_lines_come_back(icecat_copy: World, tmp_path: Path) -> None:
    path = tmp_path / "all.jsonl"
    entries = Entry.objects.count()

    assert export_jsonl(path) == 1320
    report = run_import_of(path, file=path.name)

    assert report["issues"] == []
    assert report["entities"]["all"]["unchanged"] == 1320
    assert Entry.objects.count() == entries
    first = json.loads(path.read_text().splitlines()[0])
    assert (first["sku"], first["kind"], first["family_variant"]) == ("amor", "model", "clothing_colorsize")


def test_a_table_comes_back(icecat_copy: World, tmp_path: Path) -> None:
    path = tmp_path / "all.csv"
    entries = Entry.objects.count()

    assert export_csv(path) == 1320
    table = describe_table(path)
    report = run_import_of(path, file=path.name, mapping=table.mapping)

    assert {issue["code"] for issue in report["issues"]} == {"missing_file", "no_family", "literal_newline"}
    assert report["entities"]["all"]["unchanged"] == 1320
    assert Entry.objects.count() == entries


def test_what_was_exported_fills_an_empty_house(icecat_world: World, empty_copy: World, tmp_path: Path) -> None:
    """The catalog of one house becomes the same catalog in another one."""
    with using_database(icecat_world.database), storing_in(icecat_world.media):
        export_akeneo(tmp_path / "out.zip", with_files=True)
        here = digests()

    run_import_of(tmp_path / "out.zip")

    there = digests()
    assert {table for table in SAME_ANYWHERE if there[table] != here[table]} == set()


def test_parameters_are_the_same_for_the_same_command() -> None:
    given = ImportParameters(path="/a", stage="draft")

    assert ImportParameters.from_json(given.as_json()) == given
    assert given.as_json() == {"path": "/a", "stage": "draft", "unknown_options": "refuse"}

from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.importing.akeneo.compare import Difference, compare_products, same_code, same_media, same_set
from catalog.importing.akeneo.export import ProductWriter, media_path, write_table
from catalog.importing.akeneo.plan import AkeneoPlan, plan_import
from catalog.importing.akeneo.products import ProductReader
from catalog.importing.akeneo.structure_export import structure_table
from catalog.importing.records import Link, ProductRecord, StateRecord
from catalog.importing.sources import FolderSource, ImportSource
from catalog.importing.tabular import TableFormat, read_delimited
from catalog.importing.vocabulary import KnownAttribute, Vocabulary
from tests.catalog.importing.conftest import MakeSource
from tests.catalog.importing.test_icecat import products, states


def write(path: Path, header: tuple[str, ...], rows: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        write_table(stream, header, rows)


def test_the_real_catalog_comes_back_cell_by_cell(
    icecat_plan: AkeneoPlan, icecat: ImportSource, tmp_path: Path
) -> None:
    attributes = [record.code for record in states(icecat_plan, "attributes").values()]
    for entity in ("product_models", "products"):
        writer = ProductWriter(icecat_plan.vocabulary, attributes, is_models=entity == "product_models")
        write(tmp_path / f"{entity}.csv", writer.header, [writer.row(r) for r in products(icecat_plan, entity)])
    after = FolderSource(tmp_path)
    case_only = {"parent": same_code}

    models = list(compare_products(icecat, after, "product_models.csv", key="code", equal=case_only))
    changed = list(compare_products(icecat, after, equal=case_only))

    assert models == []
    assert len(changed) == 12
    assert {difference.key[:15] for difference in changed} == {"Tshirt-divided-"}
    assert {(difference.before or "").startswith("files/") for difference in changed} == {True}
    assert {difference.after for difference in changed} == {""}


@pytest.mark.parametrize(
    "entity",
    [
        "attribute_groups", "attributes", "attribute_options", "categories", "channels", "families", "family_variants",
        "association_types", "groups", "locales", "currencies",
    ],
)  # fmt: skip
def test_structure_that_is_written_is_read_back(icecat_plan: AkeneoPlan, tmp_path: Path, entity: str) -> None:
    before = states(icecat_plan, entity)
    for name in ("channels", "attributes", entity):
        found = [record.fields for record in states(icecat_plan, name).values()]
        header, rows = structure_table(name, found, ["de_DE", "en_US", "fr_FR"])
        write(tmp_path / f"{name}.csv", header, rows)

    after = states(plan_import(FolderSource(tmp_path)), entity)

    assert {key: _comparable(state) for key, state in after.items()} == {
        key: _comparable(state) for key, state in before.items()
    }


def _comparable(state: StateRecord) -> dict[str, object]:
    fields = dict(state.fields)
    for level in fields.get("levels") or []:  # type: ignore[union-attr]
        if isinstance(level, dict):
            level["attributes"] = sorted(level["attributes"])  # type: ignore[arg-type, type-var]
    if fields.get("requirements"):
        fields["requirements"] = {**fields["requirements"]}  # type: ignore[dict-item]
    return fields


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1).filter(str.strip)


@given(st.dictionaries(st.from_regex(r"[A-Za-z0-9-]{1,8}", fullmatch=True).map(str.lower), TEXTS, max_size=8))
def test_any_text_survives_export_and_import(texts: dict[str, str]) -> None:
    vocabulary = Vocabulary.of(
        [KnownAttribute("sku", "identifier"), KnownAttribute("name", "text", localizable=True, scopable=True)],
        channels={"web": ["en_US", "de_DE"]},
        association_types={"X": False},
    )
    records = [
        ProductRecord(
            line=0,
            sku=sku,
            kind="simple",
            family="f",
            enabled=True,
            categories=("a", "b"),
            groups=(),
            cells={"name": {("web", "de_DE"): {"": text}}},
            associations={"X": {"products": (Link("other"),)}},
        )
        for sku, text in texts.items()
    ]
    writer = ProductWriter(vocabulary, ["name"])
    text = io.StringIO(newline="")
    write_table(text, writer.header, [writer.row(record) for record in records])

    stream = io.BufferedReader(io.BytesIO(text.getvalue().encode()))  # type: ignore[arg-type]
    table = read_delimited(stream, "products.csv", TableFormat())
    reader = ProductReader(table, vocabulary, has_file=lambda path: False, codes={})
    found = [parsed.item for parsed in reader.read() if parsed.item]

    assert [
        (each.sku, each.family, each.enabled, each.categories, each.cells, each.associations) for each in found
    ] == [(each.sku, each.family, each.enabled, each.categories, each.cells, each.associations) for each in records]


def test_media_lie_where_akeneo_puts_them() -> None:
    assert media_path("mug/1", "picture", "a b.png") == "files/mug_1/picture/a b.png"
    assert media_path("..", "picture", "../x.png") == "files/_/picture/.._x.png"
    assert media_path("A", "pdf", "x.pdf", channel="print", locale="de_DE") == "files/A/pdf/de_DE/print/x.pdf"


def test_two_files_are_compared_cell_by_cell(make_source: MakeSource, tmp_path: Path) -> None:
    before = make_source(
        {
            "products.csv": "sku;categories;name;picture\nA;x,y;n;files/1.png\nB;;old;\nC;;;\n",
            "files/1.png": b"same",
        }
    )
    (tmp_path / "after").mkdir()
    (tmp_path / "after" / "2.png").write_bytes(b"same")
    (tmp_path / "after" / "products.csv").write_text(
        "sku;name;picture;categories;more\na;n;2.png;y,X;\nB;new;;;z\nD;;;;\n"
    )
    after = FolderSource(tmp_path / "after")

    found = list(compare_products(before, after, equal={"picture": same_media(before, after)}))

    assert found == [
        Difference("B", "name", "old", "new"),
        Difference("B", "more", "", "z"),
        Difference("C", "", "", None),
        Difference("D", "", None, ""),
    ]
    assert same_set("a,b", "B, a")

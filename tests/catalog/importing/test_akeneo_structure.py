from __future__ import annotations

import hashlib
import re
from decimal import Decimal

import pytest

from catalog.importing.akeneo.attributes import convert_attribute, translate_regex
from catalog.importing.akeneo.categories import read_categories
from catalog.importing.akeneo.files import find_files, recognise
from catalog.importing.akeneo.measurements import FAMILIES, family_states
from catalog.importing.akeneo.plan import plan_import
from catalog.importing.akeneo.structure import StructureRow, plainly, read_rows
from tests.catalog.importing.conftest import MakeSource


def attribute(**cells: str) -> StructureRow:
    return StructureRow("attributes.csv", 2, "a", "", {"type": "pim_catalog_text", **cells})


@pytest.mark.parametrize(
    ("stem", "entity"),
    [
        ("products", "products"),
        ("product", "products"),
        ("export_products_2024-01-31_10-00-00", "products"),
        ("product_models", "product_models"),
        ("product-models", "product_models"),
        ("category", "categories"),
        ("options", "attribute_options"),
        ("family_variant", "family_variants"),
        ("user_groups", None),
        ("stock", None),
    ],
)
def test_files_are_recognised_by_their_name(stem: str, entity: str | None) -> None:
    assert recognise(stem) == entity


def test_only_tables_and_settings_at_the_top_are_looked_at(make_source: MakeSource) -> None:
    source = make_source({"products.csv": "", "users.csv": "", "jobs.yml": "", "readme.txt": "", "files/list.csv": ""})

    found = find_files(source)

    assert dict(found.tables) == {"products": "products.csv"}
    assert [issue.file for issue in found.issues] == ["jobs.yml", "users.csv"]


@pytest.mark.parametrize(
    ("cells", "kind", "config"),
    [
        ({"max_characters": "50"}, "text", {"max_characters": 50}),
        ({"validation_rule": "email"}, "email", {}),
        ({"validation_rule": "url"}, "url", {}),
        ({"validation_rule": "regexp", "validation_regexp": "/^[A-Z]+$/i"}, "text", {"pattern": "(?i)^[A-Z]+$"}),
        ({"type": "pim_catalog_textarea", "wysiwyg_enabled": "1"}, "rich_text", {}),
        (
            {"type": "pim_catalog_number", "decimals_allowed": "0", "negative_allowed": "0"},
            "integer",
            {"negative_allowed": False},
        ),
        ({"type": "pim_catalog_number", "decimals_allowed": "1", "number_max": "9.5"}, "decimal", {"max": "9.5"}),
        ({"type": "pim_catalog_date", "date_min": "2020-01-01"}, "date", {"min": "2020-01-01"}),
        ({"type": "pim_catalog_price_collection", "decimals_allowed": "0"}, "price", {"decimals": 0}),
        (
            {"type": "pim_catalog_image", "allowed_extensions": "png,.JPG", "max_file_size": "1.5"},
            "asset",
            {"kinds": ["image"], "extensions": ["png", "jpg"], "max_size_bytes": 1_572_864},
        ),
        (
            {
                "type": "pim_catalog_metric",
                "metric_family": "Weight",
                "default_metric_unit": "GRAM",
                "decimals_allowed": "1",
            },
            "measurement",
            {"family": "Weight", "default_unit": "GRAM"},
        ),
    ],
)
def test_types_and_limits_are_taken_over(cells: dict[str, str], kind: str, config: dict[str, object]) -> None:
    parsed = convert_attribute(attribute(**cells))

    assert parsed.item is not None
    assert parsed.item.fields["type"] == kind
    assert parsed.item.fields["config"] == config


def test_a_type_that_we_lack_is_refused_and_a_pattern_that_fails_is_left_out() -> None:
    unsupported = convert_attribute(attribute(type="pim_reference_data_multiselect"))
    pattern = convert_attribute(attribute(validation_rule="regexp", validation_regexp="/(/"))

    assert (unsupported.item, [issue.code for issue in unsupported.issues]) == (None, ["unsupported_type"])
    assert pattern.item is not None
    assert [issue.code for issue in pattern.issues] == ["bad_regex"]


def test_php_patterns_become_ours() -> None:
    pattern = translate_regex("#^a/b$#iu")

    assert pattern is not None
    assert re.match(pattern, "A/B")


def test_categories_come_after_their_parents_and_loops_are_refused(make_source: MakeSource) -> None:
    source = make_source({"categories.csv": "code;parent\nc;b\nb;a\na;\nx;y\ny;x\nself;self\nz;elsewhere\n"})

    parsed = list(read_categories(source, "categories.csv"))

    assert [each.item.code for each in parsed if each.item] == ["a", "b", "c", "z"]
    assert [(each.line, each.issues[0].code) for each in parsed if not each.item] == [
        (5, "parent_loop"),
        (6, "parent_loop"),
        (7, "parent_loop"),
    ]


def test_codes_are_checked_and_made_ours(make_source: MakeSource) -> None:
    source = make_source({"groups.csv": "code;label-en_US\nA;a\n a ;again\n;none\nb-c;changed\nb_c;kept\n"})

    parsed = list(read_rows(source, "groups.csv", plainly("group", lambda row: {})))

    assert [(each.line, each.item.code if each.item else None) for each in parsed[:4]] == [
        (2, "A"),
        (3, None),
        (4, None),
        (5, "b_c_" + hashlib.sha256(b"b-c").hexdigest()[:8]),
    ]
    assert parsed[3].item is not None
    assert parsed[3].item.fields["external_code"] == "b-c"
    assert parsed[4].item is not None
    assert parsed[4].item.code == "b_c"
    assert [[issue.code for issue in each.issues] for each in parsed] == [
        [],
        ["duplicate_code"],
        ["missing_code"],
        ["code_changed"],
        [],
    ]


def test_a_file_without_its_code_column_is_refused(make_source: MakeSource) -> None:
    parsed = list(read_rows(make_source({"groups.csv": "name\nx\n"}), "groups.csv", plainly("group", lambda row: {})))

    assert [(each.item, each.issues[0].code, each.issues[0].column) for each in parsed] == [
        (None, "missing_column", "code")
    ]


def test_locales_without_their_own_file_come_from_the_channels(make_source: MakeSource) -> None:
    plan = plan_import(make_source({"channels.csv": "code;locales;currencies;tree\nweb;en_US,de_DE;EUR;master\n"}))

    found = {
        step.entity: [parsed.item.code for parsed in plan.read(step, plan.vocabulary) if hasattr(parsed.item, "code")]
        for step in plan.steps
    }

    assert found == {"locales": ["de_DE", "en_US"], "currencies": ["EUR"], "channels": ["web"]}


def test_the_measurement_families_have_a_standard_unit_and_exact_factors() -> None:
    states = {state.code: state.fields for state in family_states([*FAMILIES, "unknown"])}
    factors = {
        (family, unit["code"]): (Decimal(str(unit["factor"])), Decimal(str(unit["offset"])))
        for family, fields in states.items()
        for unit in fields["units"]  # type: ignore[union-attr]
        if isinstance(unit, dict)
    }

    assert len(states) == 24
    assert all(factors[family, str(fields["standard_unit"])] == (1, 0) for family, fields in states.items())
    assert factors["Weight", "POUND"] == (Decimal("0.45359237"), 0)
    assert factors["Length", "INCH"] == (Decimal("0.0254"), 0)
    assert factors["Binary", "TERABYTE"] == (1_099_511_627_776, 0)
    fahrenheit = factors["Temperature", "FAHRENHEIT"]
    assert round(212 * fahrenheit[0] + fahrenheit[1], 10) == Decimal("373.15")
    assert round(Decimal("14.503773773") * factors["Pressure", "PSI"][0], 8) == 1

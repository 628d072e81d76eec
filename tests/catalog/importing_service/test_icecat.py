"""The real catalog in the database: what landed, what was said, and at which level each value lies."""

from __future__ import annotations

from collections import Counter
from html.parser import HTMLParser

import pytest
from django.db.models import Max

from assets.models import Asset
from catalog.importing.codes import make_sku_key
from catalog.importing.sources import FolderSource
from catalog.models import Product
from catalog.services.reading import read_states
from pim import journal
from pim.models import Entry
from tests.catalog.importing_service.conftest import World, rows, run_import_of
from tests.catalog.importing_service.levels import PLACED_ABOVE, read_cells_above

pytestmark = pytest.mark.django_db

ENTITIES = {
    "locales": {"read": 210, "created": 3, "skipped": 207},
    "currencies": {"read": 294, "created": 2, "skipped": 292},
    "attribute_groups": {"read": 11, "created": 11},
    "attributes": {"read": 77, "created": 77},
    "attribute_options": {"read": 121, "created": 121},
    "categories": {"read": 168, "created": 168},
    "channels": {"read": 3, "created": 3},
    "families": {"read": 17, "created": 17},
    "family_variants": {"read": 9, "created": 9},
    "association_types": {"read": 4, "created": 4},
    "groups": {"read": 1, "created": 1},
    "group_types": {"read": 1, "skipped": 1},
    "users": {"read": 6, "skipped": 6},
    "user_groups": {"read": 7, "skipped": 7},
    "user_roles": {"read": 3, "skipped": 3},
    "assets": {"read": 258, "created": 130, "unchanged": 128},
    "product_models": {"read": 81, "created": 81},
    "products": {"read": 1239, "created": 1239},
}


def test_every_row_is_counted(icecat: World) -> None:
    figures = {
        entity: {name: number for name, number in counts.items() if number}
        for entity, counts in icecat.report["entities"].items()
    }

    assert figures == ENTITIES
    assert icecat.report["seconds"] < 60


def test_the_known_faults_are_reported_with_their_lines(icecat: World) -> None:
    issues = icecat.report["issues"]

    assert Counter((issue["file"], issue["level"], issue["code"]) for issue in issues) == {
        ("products.csv", "warning", "missing_file"): 12,
        ("products.csv", "warning", "parent_case"): 18,
        ("products.csv", "warning", "no_family"): 1,
        ("products.csv", "info", "literal_newline"): 1,
        ("group_types.csv", "info", "group_types"): 1,
        ("jobs.yml", "info", "not_imported"): 1,
        ("users.csv", "info", "not_imported"): 1,
        ("user_groups.csv", "info", "not_imported"): 1,
        ("user_roles.csv", "info", "not_imported"): 1,
    }
    assert [(i["line"], i["column"]) for i in issues if i["code"] == "no_family"] == [(912, "family")]
    by_case = [issue for issue in issues if issue["code"] == "parent_case"]
    assert len({issue["line"] for issue in by_case}) == 18
    assert len({issue["message"] for issue in by_case}) == 5
    assert {issue["column"] for issue in by_case} == {"parent"}
    missing = [issue for issue in issues if issue["code"] == "missing_file"]
    assert {issue["column"] for issue in missing} == {"image"}
    assert len({issue["line"] for issue in missing}) == 12


def test_products_lie_in_their_trees(icecat: World) -> None:
    assert sorted(rows("SELECT kind, level, count(*) FROM catalog_product GROUP BY 1, 2")) == [
        ("model", 0, 50),
        ("model", 1, 31),
        ("simple", 0, 999),
        ("variant", 1, 139),
        ("variant", 2, 101),
    ]
    assert rows("SELECT depth, count(*) FROM pim_category GROUP BY 1 ORDER BY 1")[0] == (1, 4)
    assert Product.objects.get(sku="AKNSTK").family is None


def test_completeness_is_what_the_requirements_say(icecat: World) -> None:
    complete = rows(
        "SELECT c.code, l.code, count(*) FILTER (WHERE pct[s.slot + 1] = 100) FROM catalog_completenessslot s"
        " JOIN pim_channel c ON c.ordinal = s.channel JOIN pim_locale l ON l.ordinal = s.locale"
        " CROSS JOIN catalog_productcompleteness GROUP BY 1, 2 ORDER BY 1, 2"
    )

    assert {(channel, locale): number for channel, locale, number in complete} == {
        ("ecommerce", "en_US"): 34, ("ecommerce", "de_DE"): 0, ("ecommerce", "fr_FR"): 0,
        ("mobile", "en_US"): 38, ("mobile", "de_DE"): 0, ("mobile", "fr_FR"): 12,
        ("print", "en_US"): 343, ("print", "de_DE"): 110, ("print", "fr_FR"): 116,
    }  # fmt: skip
    anywhere = dict(
        rows(
            "SELECT c.code, count(DISTINCT q.product_id) FROM catalog_completenessslot s JOIN pim_channel c"
            " ON c.ordinal = s.channel JOIN catalog_productcompleteness q ON q.pct[s.slot + 1] = 100 GROUP BY 1"
        )
    )
    assert anywhere == {"ecommerce": 34, "mobile": 38, "print": 345}
    assert rows("SELECT count(*) FROM catalog_productcompleteness WHERE product_id = (SELECT id FROM catalog_product"
                " WHERE sku = 'AKNSTK')") == [(0,)]  # fmt: skip


def test_no_value_lies_above_its_level(icecat: World) -> None:
    assert rows(PLACED_ABOVE) == [(0,)]
    assert rows(
        "SELECT count(*) FROM catalog_productcategory c JOIN catalog_product p ON p.id = c.product_id WHERE p.level > 0"
    ) == [(0,)]


def test_the_cells_above_their_level_were_what_the_issue_counts(icecat: World) -> None:
    with FolderSource(icecat.source) as source:
        cells, memberships = read_cells_above(source)

    assert Counter(cell.kind for cell in cells) == {"same": 1917, "same picture": 116, "missing": 12}
    assert memberships == {"repeated": 561}


def test_every_resolved_value_is_the_cell(icecat: World) -> None:
    """Checked cell by cell by the export's round trip; here the pictures that are missing in the source."""
    variant = Product.objects.get(sku="Tshirt-divided-blue-s")
    above = Product.objects.get(sku="model-tshirt-divided-blue")
    root = Product.objects.get(sku="model-tshirt-divided")
    states = read_states([variant.pk, above.pk, root.pk])

    assert (variant.parent_id, above.parent_id) == (above.pk, root.pk)
    assert "image" not in states[variant.pk]
    assert "image" not in states[above.pk]
    assert Asset.objects.filter(uuid=states[root.pk]["image"]).exists()
    assert Asset.objects.filter(uuid=states[above.pk]["variation_image"]).exists()


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.text = ""

    def handle_data(self, data: str) -> None:
        self.text += data


def test_html_loses_no_text(icecat: World) -> None:
    """A `<` that opens no tag is shown as it is; a plain sanitiser would take 1,590 and 238 characters with it."""
    with FolderSource(icecat.source) as source:
        cells = {row["sku"]: row for row in _cells(source)}
    for sku in ("14553662", "5314684"):
        product = Product.objects.get(sku=sku)
        stored = read_states([product.pk])[product.pk]
        for locale in ("en_US", "de_DE", "fr_FR"):
            cell = cells[sku][f"description-{locale}-ecommerce"]
            if not cell:
                continue
            words = _Words()
            words.feed(stored[f"description:ecommerce:{locale}"])
            assert len(words.text) >= len(_without_tags(cell))


def _without_tags(markup: str) -> str:
    from pim.values.html import LEFT_ANGLE

    return LEFT_ANGLE.sub(lambda match: "" if match["tag"] or match["doctype"] else "<", markup)


def _cells(source: FolderSource) -> list[dict[str, str]]:
    from catalog.importing.akeneo.compare import read_cells

    return list(read_cells(source, "products.csv"))


def test_files_are_kept_once(icecat: World) -> None:
    assert Asset.objects.count() == 130
    assert sum(1 for path in (icecat.media / "originals").rglob("*") if path.is_file()) == 130
    assert rows(
        "SELECT count(*) FROM catalog_productasset WHERE NOT asset_uuid IN (SELECT uuid FROM assets_asset)"
    ) == [(0,)]


def test_the_views_of_the_channels_are_there(icecat: World) -> None:
    assert sorted(rows("SELECT code FROM channels_channelview")) == [("ecommerce",), ("mobile",), ("print",)]
    assert set(Entry.objects.filter(subject_type="channel_view").values_list("job__uuid", flat=True)) == {
        icecat.job.uuid
    }


def test_running_it_again_changes_nothing(icecat_copy: World) -> None:
    journal.run_consumers()
    before = Entry.objects.aggregate(last=Max("id"))
    revisions = rows("SELECT sum(revision), count(*) FROM catalog_product")
    dirty = rows("SELECT count(*) FROM channels_dirty")

    report = run_import_of(icecat_copy.source)

    journal.run_consumers()
    counts = report["entities"]
    assert {counts[name]["unchanged"] for name in ("products",)} == {1239}
    assert sum(figures["created"] + figures["updated"] + figures["refused"] for figures in counts.values()) == 0
    assert Entry.objects.aggregate(last=Max("id")) == before
    assert rows("SELECT sum(revision), count(*) FROM catalog_product") == revisions
    assert rows("SELECT count(*) FROM channels_dirty") == dirty
    assert report["issues"] == icecat_copy.report["issues"]


def test_parents_are_found_whatever_their_case(icecat: World) -> None:
    with FolderSource(icecat.source) as source:
        wanted = {make_sku_key(row["sku"]): make_sku_key(row["parent"]) for row in _cells(source) if row["parent"]}

    found = dict(
        rows("SELECT p.sku_key, m.sku_key FROM catalog_product p JOIN catalog_product m ON m.id = p.parent_id"
             " WHERE p.kind = 'variant'")
    )  # fmt: skip
    assert found == wanted

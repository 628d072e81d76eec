"""The door of structure: no-ops write nothing, refusals name the place, ordinals last for ever."""

from __future__ import annotations

import pytest

from pim.errors import Refused
from pim.models import Attribute, Category, Channel, Entry, Option, Ordinal
from pim.services.snapshot import current_epoch, get_structure
from pim.services.structure import StructureChange, read_state, write_structure
from tests.factories.structure import make, make_attributes, make_axes, make_structure

pytestmark = pytest.mark.django_db


def delete(kind: str, *keys: str) -> object:
    return write_structure(kind, [StructureChange(key, None) for key in keys], actor=None, origin="command")


def test_writing_the_same_again_writes_nothing() -> None:
    make_structure()
    entries, epoch = Entry.objects.count(), current_epoch()

    make_structure()

    assert (Entry.objects.count(), current_epoch()) == (entries, epoch)


def test_a_change_is_journaled_with_before_and_after() -> None:
    make_axes()
    make("locale", de_DE={"labels": {"en_US": "German"}})

    entry = Entry.objects.latest("id")

    assert (entry.subject_type, entry.key, entry.kind, entry.revision) == ("locale", "de_DE", "update", 2)
    assert entry.delta == {"@labels": [{}, {"en_US": "German"}]}


def test_the_snapshot_follows_every_write() -> None:
    make_axes()
    assert get_structure().fallbacks("de_DE") == ("en_US",)

    make("locale", de_DE={"fallback": None})

    assert get_structure().fallbacks("de_DE") == ()
    assert get_structure().channels["web"].locales == ("de_DE", "en_US")


def test_ordinals_survive_deletion() -> None:
    make("locale", de_DE={}, fr_FR={})
    before = Ordinal.objects.get(kind="locale", code="fr_FR").ordinal

    delete("locale", "fr_FR")
    make("locale", it_IT={})
    make("locale", fr_FR={})

    assert get_structure().locales["fr_FR"].ordinal == before
    assert get_structure().locales["it_IT"].ordinal == before + 1


def test_codes_are_one_whatever_their_case() -> None:
    make_axes()

    outcome = make("category", SHOES={"parent": "master", "labels": {"en_US": "Shoes"}})

    assert outcome.updated == 1
    assert Category.objects.get(code="shoes").labels == {"en_US": "Shoes"}


@pytest.mark.parametrize(
    ("kind", "key", "fields", "code", "pointer"),
    [
        ("locale", "a b", {}, "invalid_code", "/code"),
        ("locale", "en_US", {"fallback": "de_DE"}, "fallback_cycle", "/fallback"),
        ("locale", "en_US", {"nonsense": 1}, "unknown_field", "/nonsense"),
        ("channel", "web", {"locales": ["en_US", "xx_XX"]}, "unknown_locale", "/locales/1"),
        ("channel", "web", {"category_tree": "shoes"}, "not_a_tree", "/category_tree"),
        ("category", "master", {"parent": "shoes"}, "parent_below", "/parent"),
        ("attribute", "name", {"type": "integer"}, "attribute_is_fixed", "/type"),
        ("attribute", "name", {"facet": "yes"}, "invalid_boolean", "/facet"),
        ("attribute", "new", {"group": "basics", "type": "colour"}, "unknown_type", "/type"),
        ("attribute", "new", {"type": "text"}, "group_missing", "/group"),
        ("option", "name.red", {"attribute": "name", "code": "red"}, "no_options", "/attribute"),
        ("measurement_family", "Weight", {"standard_unit": "TON"}, "unknown_standard_unit", "/standard_unit"),
        ("family", "shoe", {"requirements": {"web": ["nope"]}}, "not_in_family", "/requirements/web"),
        ("family_variant", "v", {"family": "shoe", "levels": []}, "invalid_levels", "/levels"),
        (
            "family_variant", "v", {"family": "shoe", "levels": [{"axes": ["name"]}]}, "invalid_axis", "/levels/0/axes",
        ),
    ],
)  # fmt: skip
def test_refusals_name_the_place_and_change_nothing(
    kind: str, key: str, fields: dict[str, object], code: str, pointer: str
) -> None:
    make_structure()
    epoch = current_epoch()

    with pytest.raises(Refused) as refusal:
        write_structure(
            kind, [StructureChange(key, {"code": key, **fields})], actor=None, origin="command", atomic=True
        )

    assert (refusal.value.code, refusal.value.pointer) == (code, pointer)
    assert current_epoch() == epoch


def test_each_row_fails_alone() -> None:
    changes = [StructureChange("de_DE", {"code": "de_DE"}), StructureChange("?", {"code": "?"})]

    outcome = write_structure("locale", changes, actor=None, origin="command")

    assert (outcome.created, [(r.key, r.row) for r in outcome.refused]) == (1, [("?", 1)])


def test_what_is_in_use_is_not_deleted() -> None:
    make_structure()

    codes = [
        delete("locale", "en_US").refused[0].problems[0].code,  # type: ignore[attr-defined]
        delete("category", "master").refused[0].problems[0].code,  # type: ignore[attr-defined]
        delete("attribute_group", "basics").refused[0].problems[0].code,  # type: ignore[attr-defined]
    ]

    assert codes == ["in_use", "has_children", "in_use"]


def test_a_dry_run_stores_nothing() -> None:
    outcome = write_structure(
        "locale", [StructureChange("de_DE", {"code": "de_DE"})], actor=None, origin="command", dry_run=True
    )

    assert outcome.created == 1
    assert "de_DE" not in get_structure().locales
    assert not Entry.objects.exists()


def test_attribute_ids_leave_room_for_system_fields() -> None:
    make_attributes()

    assert min(Attribute.objects.values_list("pk", flat=True)) >= 1024


def test_a_moved_category_takes_its_children_along() -> None:
    make_axes()
    make("category", boots={"parent": "shoes"})

    make("category", shoes={"parent": "sale"})

    assert [node.code for node in Category.objects.get_ancestors(Category.objects.get(code="boots"))] == [
        "master",
        "sale",
        "shoes",
    ]
    assert read_state("category", "shoes")["parent"] == "sale"


def test_a_state_is_what_a_channel_speaks() -> None:
    make_axes()

    assert read_state("channel", "WEB") == {
        "code": "web",
        "external_code": "",
        "labels": {},
        "locales": ["de_DE", "en_US"],
        "currencies": ["EUR", "USD"],
        "category_tree": "master",
    }
    assert Channel.objects.count() == 2
    assert Option.objects.count() == 0

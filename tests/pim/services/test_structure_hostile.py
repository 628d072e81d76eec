"""Structure that no honest caller sends: every field of every kind is taken or refused by name, never a crash."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pim import extensions
from pim.errors import Refused
from pim.models import Entry
from pim.services.snapshot import current_epoch, get_structure
from pim.services.structure import StructureChange, write_structure
from tests.factories.structure import make, make_structure

pytestmark = pytest.mark.django_db

KINDS = [kind for kind, _kind in extensions.structure_kinds.items()]
PARENTS = {"option": {"attribute": "color"}, "attribute": {"group": "basics"}, "family_variant": {"family": "shoe"}}

LEAVES = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text()
    | st.sampled_from(["sku", "color", "web", "en_US", "shoe", "x" * 300, "a\0b", "\ud800", "Weight", "1e999999"])
)  # fmt: skip
NAMES = st.text() | st.sampled_from(
    ["code", "factor", "offset", "symbol", "labels", "unece", "axes", "attributes", "overridable", "web", "min", "max"]
)
JSON = st.recursive(LEAVES, lambda x: st.lists(x, max_size=3) | st.dictionaries(NAMES, x, max_size=4), max_leaves=12)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(choice=st.data())
def test_fields_of_any_shape_are_taken_or_refused(kind: str, choice: st.DataObject) -> None:
    if not get_structure().attributes:
        make_structure()
    names = sorted(extensions.structure_kinds.get(kind).defaults())
    name = choice.draw(st.sampled_from([*names, "code"]))
    fields = {"code": "fuzzed", **PARENTS.get(kind, {}), name: choice.draw(JSON)}
    key = "color.fuzzed" if kind == "option" else "fuzzed"

    outcome = write_structure(kind, [StructureChange(key, fields)], actor=None, origin="command")

    assert outcome.done + len(outcome.refused) == 1
    if outcome.done:
        again = write_structure(kind, [StructureChange(key, fields)], actor=None, origin="command")
        assert (again.unchanged, again.refused) == (1, [])


@pytest.mark.parametrize("key", ["", "a\0b", "\ud800", "x" * 10_000, None, 7, "\u200fabc"])
@pytest.mark.parametrize("kind", KINDS)
def test_keys_of_any_shape_are_refused(kind: str, key: Any) -> None:
    changes = [StructureChange(key, {"code": key}), StructureChange(key, None)]

    outcome = write_structure(kind, changes, actor=None, origin="command")

    assert len(outcome.refused) == 2


def test_deep_fields_are_refused() -> None:
    deep: Any = []
    for _level in range(5_000):
        deep = [deep]

    with pytest.raises(Refused) as caught:
        make("attribute_group", deep={"labels": {"en_US": deep}})

    assert caught.value.code == "too_deep"


def test_an_epoch_is_never_given_twice() -> None:
    from django.db import transaction

    with transaction.atomic():
        make("locale", fr_FR={})
        rolled_back = current_epoch()
        assert "fr_FR" in get_structure().locales
        transaction.set_rollback(True)
    make("locale", it_IT={})

    assert current_epoch() > rolled_back
    assert set(get_structure().locales) == {"it_IT"}


def test_a_refused_change_leaves_no_trace_in_the_next_of_its_batch() -> None:
    make("attribute_group", basics={"labels": {"en_US": "Basics"}})
    bad = StructureChange("basics", {"labels": {"en_US": "Other"}, "position": -1})
    good = StructureChange("basics", {"position": 2})

    write_structure("attribute_group", [bad, good], actor=None, origin="command")

    assert Entry.objects.latest("id").delta == {"@position": [0, 2]}


def test_a_default_is_kept_as_it_is_stored() -> None:
    make_structure()
    make("attribute", color={"default": "RED"})
    assert get_structure().attributes["color"].default == "red"

    with pytest.raises(Refused) as caught:
        make("attribute", color={"default": {"no": "option"}})

    assert caught.value.pointer == "/default"

"""The picture of the structure: asked for once by who holds it, and anew by everybody else."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pim.services.snapshot import forget_structure, get_structure, holding_structure
from tests.factories.structure import make_locale

pytestmark = pytest.mark.django_db


def test_who_holds_the_picture_asks_once() -> None:
    get_structure()

    with CaptureQueriesContext(connection) as queries, holding_structure():
        pictures = {id(get_structure()) for _ in range(3)}

    assert (len(queries), len(pictures)) == (1, 1)


def test_a_held_picture_stays_as_it_is_and_the_next_one_is_new() -> None:
    with holding_structure():
        before = get_structure()
        make_locale("de_DE")
        assert get_structure() is before

    assert "de_DE" in get_structure().locales


def test_a_held_picture_can_be_dropped() -> None:
    with holding_structure():
        before = get_structure()
        make_locale("de_DE")
        forget_structure()

        assert get_structure() is not before

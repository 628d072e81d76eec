"""The published contracts are what the code does."""

import pytest

from config import snapshots


@pytest.mark.django_db
def test_the_openapi_and_sdl_files_are_fresh():
    assert snapshots.list_stale() == [], "run `make snapshots` and look at the difference"

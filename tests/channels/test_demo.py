"""The delivery half of the demo."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django import Settings

from channels.demo import load_delivery
from channels.models import ChannelView
from pim.models import ApiToken, User
from tests.factories.structure import make, make_structure


@pytest.mark.django_db
def test_the_demo_opens_views_and_shows_one_token_again(settings: Settings, tmp_path: Path) -> None:
    settings.VITRINE_HOME = tmp_path
    User.objects.create_user("manager")
    make_structure()
    make("channel", webshop={"locales": ["en_US"], "currencies": ["EUR"], "category_tree": "master"})

    first, again = load_delivery(lambda line: None), load_delivery(lambda line: None)

    assert list(first) == list(again)
    assert "vtr_" in first[0]
    assert ApiToken.objects.get().view == "webshop"
    assert sorted(ChannelView.objects.values_list("code", flat=True)) == ["print", "web", "webshop"]
    assert (tmp_path / "demo-token").stat().st_mode & 0o077 == 0

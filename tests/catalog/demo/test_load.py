"""Loading the demo catalog: every row lands, links and rights are in place, and a second time changes nothing."""

from __future__ import annotations

from collections import Counter

import pytest

from assets.models import Asset
from catalog.demo.load import load_catalog, load_people
from catalog.models import Association, Product
from pim.models import Entry, User

pytestmark = pytest.mark.django_db


def test_the_demo_is_loaded_once() -> None:
    lines: list[str] = []

    load_people(lines.append)
    load_catalog(lines.append)
    entries = Entry.objects.count()
    load_people(lines.append)
    load_catalog(lines.append)

    assert Entry.objects.count() == entries
    assert set(User.objects.values_list("username", flat=True)) == {"admin", "manager", "creative", "reviewer"}
    assert User.objects.get(username="manager").check_password("demo")
    assert Counter(Product.objects.values_list("kind", flat=True)) == {"variant": 142, "model": 57, "simple": 12}
    assert Counter(Asset.objects.values_list("kind", flat=True)) == {"image": 200, "document": 27}
    assert Asset.objects.filter(license__code="autumn_campaign").count() == 2
    assert set(Product.objects.values_list("stage", flat=True)) == {
        "draft", "enriching", "in_review", "approved", "retired"
    }  # fmt: skip
    assert Association.objects.count() == 33

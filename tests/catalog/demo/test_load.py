"""Loading the demo catalog: every row lands, links and rights are in place, and a second time changes nothing."""

from __future__ import annotations

from collections import Counter

import pytest

from assets.models import Asset, CollectionItem
from catalog.demo.load import load_catalog, load_people
from catalog.models import Association, Product, ProductCompleteness
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
    assert not Asset.objects.filter(folder=None).exists()
    assert Asset.objects.get(code="alva_sage").completeness.pct == {"de_DE": 100, "en_US": 100, "fr_FR": 100}
    assert Asset.objects.get(code="alva_group").completeness.pct == {"de_DE": 66, "en_US": 100, "fr_FR": 100}
    assert Asset.objects.filter(releases__code="ida_lindqvist").count() == 2
    assert CollectionItem.objects.count() == 5
    assert ProductCompleteness.objects.filter(pct__contains=[100]).exists()

"""What changes elsewhere reaches the publications that show it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import orjson
import pytest

from assets.models import Asset
from catalog.models import Product
from channels.models import Dirty, Publication
from channels.services.explaining import explain_product
from channels.services.marking import mark_due
from channels.services.publishing import publish_pending
from pim.models import Entry
from tests.factories.assets import make_asset, make_license
from tests.factories.channels import COMPLETE, make_shoes, make_shop, make_view, publish
from tests.factories.structure import make

pytestmark = pytest.mark.django_db


def _web(sku: str = "boot") -> Publication:
    return Publication.objects.get(view__code="web", sku=sku)


def _picture_shop() -> Asset:
    make_shop()
    make("attribute", picture={"type": "asset", "group": "basics"})
    attributes = ["sku", "name", "description", "color", "size", "weight", "price", "ean", "stock", "picture"]
    make("family", shoe={"attributes": attributes})
    return make_asset()


def test_a_picture_is_delivered_with_its_address_and_size() -> None:
    picture = _picture_shop()
    make_shoes("boot", values={**COMPLETE, "picture": str(picture.uuid)})

    publish()

    value = orjson.loads(_web().by_locale["en_US"])["values"]["picture"]
    assert value["uuid"] == str(picture.uuid)
    assert value["url"].startswith("/media/r/preview/")
    assert (value["width"], value["height"]) == (240, 160)


def test_a_licence_that_has_ended_withholds_and_a_longer_one_lets_through() -> None:
    picture = _picture_shop()
    yesterday = (datetime.now(UTC) - timedelta(days=1)).date().isoformat()
    licence = make_license("fair", valid_until=yesterday)
    Asset.objects.filter(pk=picture.pk).update(license=licence)
    make_shoes("boot", values={**COMPLETE, "picture": str(picture.uuid)})
    publish()
    assert (_web().state, _web().reasons[0]["code"], _web().reasons[0]["why"]) == (
        "withheld", "asset_not_allowed", ["license_expired"]
    )  # fmt: skip

    tomorrow = (datetime.now(UTC) + timedelta(days=1)).date()
    make("license", fair={"valid_until": tomorrow.isoformat()})
    publish()

    assert _web().state == "live"
    assert _web().valid_until == datetime.combine(tomorrow + timedelta(days=1), datetime.min.time(), UTC)


def test_what_is_due_is_looked_at_again() -> None:
    make_shop()
    make_shoes("boot", "shoe")
    publish()
    Publication.objects.filter(sku="boot").update(valid_until=datetime.now(UTC) - timedelta(days=1))

    marked = mark_due()

    assert marked == Publication.objects.filter(sku="boot").count()
    assert publish_pending().looked_at == marked
    assert _web().valid_until is None


def test_a_renamed_category_reaches_what_is_below_it() -> None:
    make_shop()
    make_shoes("boot")
    make_shoes("cheap", categories=["sale"])
    publish()

    make("category", shoes={"labels": {"en_US": "Shoes"}})
    publish()

    assert orjson.loads(_web().by_locale["en_US"])["category_labels"] == ["Shoes"]
    assert (_web().position, _web("cheap").position) == (3, 2)


def test_a_view_with_a_filter_of_its_own_selects_by_it() -> None:
    make_shop(selection={"field": "color", "op": "eq", "value": "red"})
    make_shoes("boot", values={**COMPLETE, "color": "red"}, categories=[])
    make_shoes("shoe", values={**COMPLETE, "color": "blue"})

    publish()

    assert list(Publication.objects.filter(view__code="web").values_list("sku", "state")) == [("boot", "live")]
    answer = explain_product("web", Product.objects.get(sku="shoe"))
    assert [reason.code for reason in answer.reasons] == ["not_selected", "incomplete"]


def test_a_channel_gets_its_view_and_a_job_its_entry() -> None:
    make_shop()

    publish()

    entry = Entry.objects.get(subject_type="channel_view", key="print")
    assert entry.kind == "create"
    assert Publication.objects.count() == 0
    assert not Dirty.objects.exists()


def test_a_view_that_is_switched_off_withdraws() -> None:
    make_shop()
    make_shoes("boot")
    publish()

    make_view("web", is_active=False)
    publish()

    assert (_web().state, [reason["code"] for reason in _web().reasons]) == ("withdrawn", ["inactive_view"])


def test_an_import_goes_in_the_bulk_lane_and_a_person_first() -> None:
    from pim import journal
    from pim.choices import JobState
    from pim.models import Job

    make_shop()
    publish()
    job = Job.objects.create(kind="import_akeneo", state=JobState.DONE)
    from catalog.services.changes import ProductChange
    from tests.factories.catalog import write

    write(ProductChange("mass", family="shoe", values=COMPLETE), job=job.pk, atomic=True)
    write(ProductChange("mine", family="shoe", values=COMPLETE), atomic=True)
    journal.run_consumers()

    lanes = dict(Dirty.objects.filter(view__code="web").values_list("product", "lane"))
    assert lanes == {Product.objects.get(sku="mass").pk: 1, Product.objects.get(sku="mine").pk: 0}

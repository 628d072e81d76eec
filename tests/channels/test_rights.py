"""Rights decide what a view shows, and what loses them is gone after one publish cycle."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assets import extensions as asset_extensions
from assets.models import Asset, Release, Rendition
from assets.services.renditions import file_key
from assets.services.rights import exposure
from assets.services.rights.forecasting import forecast
from assets.services.rights.releases import check_withdrawal, reinstate_release, withdraw_release
from assets.services.rights.verdicts import today
from assets.services.writing import AssetChange, write_assets
from channels.models import Dirty, Publication
from channels.services.marking import mark_due
from channels.services.publishing import publish_pending
from pim.errors import NotAllowed, Refused
from pim.models import Entry, User
from pim.services.due import fire_due
from pim.services.structure import StructureChange, write_structure
from tests.factories.assets import make_asset, make_license, make_release
from tests.factories.channels import COMPLETE, make_shoes, make_shop, make_view, publish
from tests.factories.structure import make

pytestmark = pytest.mark.django_db


def make_shop_with_picture(*skus: str, **facts: Any) -> Asset:
    """A live product of each SKU, all with one picture."""
    make_shop()
    make("attribute", picture={"type": "asset", "group": "basics"}, detail={"type": "asset", "group": "basics"})
    attributes = [
        "sku", "name", "description", "color", "size", "weight", "price", "ean", "stock", "picture", "detail",
    ]  # fmt: skip
    make("family", shoe={"attributes": attributes, "image_attribute": "picture"})
    asset = make_asset("front.png")
    if facts:
        change(asset, **facts)
    make_shoes(*(skus or ("boot",)), values={**COMPLETE, "picture": str(asset.uuid)})
    publish()
    return Asset.objects.with_current().get(pk=asset.pk)


def change(asset: Asset, **fields: Any) -> None:
    write_assets([AssetChange(asset.code, fields)], actor=None, origin="admin").raise_first()


def change_license(code: str, **fields: Any) -> None:
    write_structure("license", [StructureChange(code, fields)], actor=None, origin="admin", atomic=True)


def state(sku: str = "boot", view: str = "web") -> tuple[str, list[str]]:
    found = Publication.objects.get(view__code=view, sku=sku)
    return found.state, [code for reason in found.reasons for code in reason.get("why", ())]


def picture_url(sku: str = "boot") -> str:
    found = Publication.objects.get(view__code="web", sku=sku)
    return str(orjson.loads(found.by_locale["en_US"])["values"]["picture"]["url"])


def status_of(url: str, **headers: str) -> int:
    response = Client().get(url, headers=headers)
    if response.streaming:
        b"".join(response.streaming_content)  # type: ignore[arg-type]
    return response.status_code


@pytest.mark.parametrize(
    ("facts", "codes"),
    [
        ({"territories": ["DE"]}, []),
        ({"territories": ["FR"]}, ["license_excludes_territory"]),
        ({"media": ["print"]}, ["license_excludes_medium"]),
        ({"media": ["web", "print"]}, []),
        ({"channels": ["print"]}, ["license_excludes_channel"]),
        ({"valid_until": str(today() - timedelta(days=1))}, ["license_expired"]),
    ],
)
def test_a_view_asks_for_its_channel_its_country_and_the_web(facts: dict[str, Any], codes: list[str]) -> None:
    asset = make_shop_with_picture()
    make("channel", print={})
    make_view("web", territory="DE")
    change(asset, license=make_license(**facts).code)

    publish()

    assert state() == ("withdrawn" if codes else "live", codes)


def test_a_view_without_a_country_asks_for_none() -> None:
    make_shop_with_picture(license=make_license(territories=["FR"]).code)

    assert state() == ("live", [])
    assert "?e=4102444800&s=" in picture_url()


def test_a_country_that_does_not_exist_is_refused() -> None:
    make_shop()

    with pytest.raises(Refused) as refused:
        make_view("web", territory="XX")

    assert (refused.value.code, refused.value.pointer) == ("unknown_territory", "/territory")


@pytest.mark.django_db(transaction=True)
def test_a_withdrawn_release_revokes_every_use_within_one_cycle() -> None:
    boss = User.objects.create_superuser("boss")
    release = make_release("anna")
    make_shop_with_picture("boot", "clog", releases=["anna"])
    url = picture_url()
    assert status_of(url) == 200
    etag = f'"{url.partition(".")[0].rpartition("/")[2]}"'
    assert status_of(url, **{"If-None-Match": etag}) == 304
    stored = [file_key(row) for row in Rendition.objects.filter(state="ready")]
    assert stored
    before = check_withdrawal(release)

    hit = withdraw_release(release, actor=boss, reason="Anna wrote on 3 March that she ends it.")

    assert [asset.code for asset in hit.assets] == ["front"]
    assert [sku for _uuid, sku in hit.products] == ["boot", "clog"]
    assert [(target.code, count) for target, count in hit.places] == [("web", 2)]
    assert hit == before
    assert status_of(url) == 404
    assert status_of(url, **{"If-None-Match": etag}) == 404
    assert [key for key in stored if default_storage.exists(key)] == []

    publish()

    assert state("boot") == state("clog") == ("withdrawn", ["release_withdrawn"])
    entry = Entry.objects.filter(subject_type="release", key="anna").latest("id")
    assert (entry.actor, entry.message) == (boss, "Anna wrote on 3 March that she ends it.")
    assert entry.delta["@withdrawn"][0] is None
    assert datetime.fromisoformat(entry.delta["@withdrawn"][1]) == Release.objects.get(code="anna").withdrawn


@pytest.mark.django_db(transaction=True)
def test_a_consent_that_was_given_again_brings_everything_back() -> None:
    release = make_release("anna")
    make_shop_with_picture(releases=["anna"])
    withdraw_release(release, actor=None, reason="ended")
    publish()

    reinstate_release(release, actor=None, reason="signed again")
    publish()

    assert state() == ("live", [])
    assert status_of(picture_url()) == 200


def test_a_withdrawal_needs_a_reason_and_a_right() -> None:
    release = make_release("anna")

    with pytest.raises(Refused, match="evidence"):
        withdraw_release(release, actor=None, reason=" ")
    with pytest.raises(NotAllowed):
        withdraw_release(release, actor=User.objects.create_user("guest"), reason="x")

    assert Release.objects.get(code="anna").withdrawn is None
    assert not Entry.objects.filter(subject_type="release", kind="update").exists()


@pytest.mark.parametrize(
    ("after", "code"),
    [
        ({"valid_until": str(today() - timedelta(days=1))}, "license_expired"),
        ({"territories": ["FR"]}, "license_excludes_territory"),
        ({"media": ["print"]}, "license_excludes_medium"),
    ],
)
@pytest.mark.django_db(transaction=True)
def test_a_licence_that_allows_less_closes_addresses_at_once_and_products_with_the_next_cycle(
    after: dict[str, Any], code: str
) -> None:
    make_license("fair", valid_until=str(today() + timedelta(days=300)))
    make_shop_with_picture(license="fair")
    make_view("web", territory="DE")
    publish()
    url = picture_url()
    assert status_of(url) == 200

    change_license("fair", **after)

    assert status_of(url) == 404
    publish()
    assert state() == ("withdrawn", [code])


@pytest.mark.django_db(transaction=True)
def test_a_shorter_licence_ends_the_addresses_that_were_signed_for_longer() -> None:
    make_license("fair", valid_until=str(today() + timedelta(days=300)))
    make_shop_with_picture(license="fair")
    long = picture_url()
    assert status_of(long) == 200

    change_license("fair", valid_until=str(today() + timedelta(days=3)))
    publish()

    assert status_of(long) == 404
    assert (state(), status_of(picture_url())) == (("live", []), 200)


@pytest.mark.django_db(transaction=True)
def test_a_longer_licence_leaves_the_addresses_that_are_out_alone() -> None:
    make_license("fair", valid_until=str(today() + timedelta(days=3)))
    make_shop_with_picture(license="fair")
    short = picture_url()
    assert status_of(short) == 200

    change_license("fair", valid_until=str(today() + timedelta(days=300)))
    publish()

    assert (status_of(short), status_of(picture_url())) == (200, 200)
    assert picture_url() != short


@pytest.mark.django_db(transaction=True)
def test_an_embargo_takes_the_picture_away_until_its_day() -> None:
    asset = make_shop_with_picture()
    url = picture_url()
    assert status_of(url) == 200

    change(asset, valid_from=str(today() + timedelta(days=2)))

    assert status_of(url) == 404
    publish()
    assert state() == ("withdrawn", ["asset_not_yet_usable"])
    lifted = Publication.objects.get(sku="boot", view__code="web").valid_until
    assert lifted == datetime.combine(today() + timedelta(days=2), datetime.min.time(), UTC)


def test_the_days_of_releases_and_embargoes_are_events_that_views_follow() -> None:
    until = today() + timedelta(days=5)
    make_release("anna", valid_until=str(until))
    asset = make_shop_with_picture(releases=["anna"], valid_until=str(until + timedelta(days=1)))
    assert not Dirty.objects.exists()

    fired = fire_due(timezone.now() + timedelta(days=10))

    kinds = {(entry.subject_type, next(iter(entry.delta))) for entry in Entry.objects.filter(kind="due")}
    assert fired == 4
    assert kinds == {
        ("release", "@release_notice_1"),
        ("release", "@release_ended"),
        ("asset", "@asset_notice_1"),
        ("asset", "@asset_ended"),
    }
    assert Entry.objects.filter(kind="due", subject_uuid=asset.uuid).exists()


def test_a_right_that_ends_overnight_is_looked_at_again() -> None:
    make_shop_with_picture(license=make_license(valid_until=str(today())).code)
    Publication.objects.update(valid_until=timezone.now() - timedelta(minutes=1))

    waiting = Publication.objects.count()
    assert mark_due() == waiting
    assert publish_pending().looked_at == waiting


def test_the_forecast_names_the_day_the_products_and_the_reasons() -> None:
    until = today() + timedelta(days=20)
    front = make_shop_with_picture("boot", "clog", license=make_license("fair", valid_until=str(until)).code)
    detail = make_asset("detail.png")
    change(detail, valid_until=str(until))
    make_shoes("sandal", values={**COMPLETE, "detail": str(detail.uuid)})
    other = make_asset("other.png")
    change(other, license="fair", valid_until=str(until - timedelta(days=15)))
    publish()

    first, second = forecast(days=30)

    assert (first.day, [lost.asset.code for lost in first.assets]) == (until - timedelta(days=14), ["other"])
    assert (len(first.losing_main), len(first.losing_any)) == (0, 0)
    assert second.day == until + timedelta(days=1)
    assert [(lost.asset.code, lost.codes) for lost in second.assets] == [
        ("detail", ("asset_no_longer_usable",)),
        ("front", ("license_expired",)),
    ]
    assert [use.sku for use in second.assets[1].main] == ["boot", "clog"]
    assert [use.sku for use in second.assets[0].others] == ["sandal"]
    assert (len(second.losing_main), len(second.losing_any)) == (2, 3)
    assert [target.code for target in second.assets[1].targets] == ["print", "web"]
    assert forecast(days=3) == []
    assert forecast(days=30, channel="nowhere")[1].losing_any == set()
    assert front.license is not None


def test_what_a_view_never_showed_is_not_lost_by_it() -> None:
    until = today() + timedelta(days=20)
    make_shop()
    make_shop_with_picture(license=make_license(valid_until=str(until), channels=["web"]).code)
    Publication.objects.update(state="withheld")

    (day,) = forecast(days=30)

    assert (len(day.assets), day.losing_any) == (1, set())


def test_the_forecast_asks_as_much_for_one_file_as_for_ten() -> None:
    until = str(today() + timedelta(days=20))
    make_shop_with_picture(license=make_license("fair", valid_until=until).code)
    forecast(days=30)
    with CaptureQueriesContext(connection) as one:
        forecast(days=30)
    for _number in range(9):
        change(make_asset(), license="fair")

    with CaptureQueriesContext(connection) as ten:
        (day,) = forecast(days=30)

    assert len(day.assets) == 10
    assert len(ten) == len(one)


@pytest.mark.django_db(transaction=True)
def test_what_is_under_a_large_agreement_is_declared_by_a_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exposure, "AT_ONCE", 0)
    handed: list[str] = []
    monkeypatch.setitem(asset_extensions.workers._entries, "declare_terms", handed.append)
    make_license("fair", valid_until=str(today() + timedelta(days=300)))
    make_shop_with_picture(license="fair")
    old = picture_url()
    assert status_of(old) == 200

    change_license("fair", valid_until=str(today() + timedelta(days=3)))
    publish()

    assert handed == ["license:fair"]
    assert status_of(old) == 404
    assert exposure.declare_terms("license", "fair") > 0
    assert status_of(picture_url()) == 200

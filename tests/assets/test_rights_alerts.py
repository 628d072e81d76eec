from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from assets import extensions
from assets.models import Asset
from assets.services.deletion import delete_assets
from assets.services.rights.alerts import list_endings, send_notices
from assets.services.rights.verdicts import today
from assets.services.writing import AssetChange, write_assets
from pim import journal
from pim.models import Due, Entry, User
from pim.services.due import fire_due
from pim.services.structure import StructureChange, write_structure
from tests.factories.assets import make_asset, make_license, make_release

pytestmark = pytest.mark.django_db


def day(days: int) -> str:
    return str(today() + timedelta(days=days))


def under(**fields: Any) -> str:
    asset = make_asset()
    write_assets([AssetChange(asset.code, fields)], actor=None, origin="admin").raise_first()
    return asset.code


@pytest.fixture
def handed(monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any) -> Iterator[Any]:
    """Let time pass: dates fire, the journal is read, and what is handed to the workers comes back."""
    keys: list[str] = []
    monkeypatch.setitem(extensions.workers._entries, "alert", keys.append)

    def pass_days(days: int) -> list[str]:
        keys.clear()
        with django_capture_on_commit_callbacks(execute=True):
            fire_due(timezone.now() + timedelta(days=days))
            journal.run_consumers()
        return list(keys)

    return pass_days


def test_notices_are_dated_thirty_seven_and_one_day_before_the_end() -> None:
    row = make_license(valid_until=day(20))

    last = date.fromisoformat(day(21))
    assert {(due.kind, due.at.date()) for due in Due.objects.filter(subject_uuid=row.uuid)} == {
        ("license_notice_7", last - timedelta(days=7)),
        ("license_notice_1", last - timedelta(days=1)),
        ("license_ended", last),
    }


def test_a_file_that_is_deleted_leaves_no_dates() -> None:
    code = under(valid_from=day(2), valid_until=day(20))
    assert Due.objects.filter(subject_type="asset").count() == 4

    delete_assets([Asset.objects.get(code=code).uuid], actor=None, origin="admin")

    assert not Due.objects.exists()


def test_people_are_told_once_of_everything_that_ends(handed: Any) -> None:
    User.objects.create_superuser("boss", "boss@example.com")
    User.objects.create_user("guest", "guest@example.com")
    User.objects.create_superuser("silent")
    license_code, release = make_license("summer", valid_until=day(10)).code, make_release("anna", valid_until=day(10))
    under(license=license_code)
    under(license=license_code, releases=[release.code])

    (key,) = handed(5)
    told = send_notices([int(part) for part in key.split(",")])

    assert told == 1
    (letter,) = mail.outbox
    assert (letter.to, letter.subject) == (["boss@example.com"], "2 rights end soon")
    assert f"* {day(10)}  summer (2 files)" in letter.body
    assert f"* {day(10)}  anna (1 file)" in letter.body
    assert handed(5) == []


def test_an_end_that_has_moved_is_not_told_and_gets_new_dates(handed: Any) -> None:
    User.objects.create_superuser("boss", "boss@example.com")
    under(license=make_license("summer", valid_until=day(10)).code)
    (key,) = handed(5)
    write_structure(
        "license", [StructureChange("summer", {"valid_until": None})], actor=None, origin="admin", atomic=True
    )

    assert send_notices([int(part) for part in key.split(",")]) == 0
    assert mail.outbox == []
    assert not Due.objects.exists()


def test_what_no_file_is_under_is_told_to_nobody(handed: Any) -> None:
    User.objects.create_superuser("boss", "boss@example.com")
    make_license(valid_until=day(10))

    (key,) = handed(5)

    assert send_notices([int(part) for part in key.split(",")]) == 0


def test_a_label_changed_later_does_not_tell_again(handed: Any) -> None:
    under(license=make_license("summer", valid_until=day(10)).code)
    assert len(handed(5)) == 1
    write_structure("license", [StructureChange("summer", {"holder": "Ada"})], actor=None, origin="admin", atomic=True)
    Due.objects.filter(kind="license_notice_7").delete()

    assert handed(5) == []
    assert Entry.objects.filter(kind="due").count() == 1


def test_the_first_page_lists_what_ends_soon(client: Client) -> None:
    client.force_login(User.objects.create_superuser("boss"))
    under(license=make_license("summer", valid_until=day(3)).code)
    under(license=make_license("winter", valid_until=day(90)).code)
    under(releases=[make_release("anna", valid_until=day(12)).code])
    under(releases=[make_release("bob", valid_until=day(12), withdrawn=f"{day(0)}T00:00:00+00:00").code])
    code = under(valid_until=day(5))

    assert [(ending.kind, ending.name, ending.days_left) for ending in list_endings()] == [
        ("license", "summer", 3),
        ("asset", code, 5),
        ("release", "anna", 12),
    ]
    page = client.get("/admin/").content.decode()
    assert "Rights that end soon" in page
    assert "3 days left" in page

"""A share link shows and gives out its files and nothing else, to whoever has its address, its password and its terms."""

from __future__ import annotations

import io
import re
import zipfile
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.utils import timezone
from PIL import Image

from assets.choices import ShareEventKind
from assets.models import Asset, AssetVersion, Collection, DownloadTicket, ShareEvent, ShareLink
from assets.services.downloads.requests import Use
from assets.services.downloads.selection import AssetSelection
from assets.services.ingest import ingest_version, upload_asset
from assets.services.rights.verdicts import today
from assets.services.sharing.links import (
    NewShare,
    create_share,
    find_by_token,
    renew_address,
    state_of,
    withdraw_share,
)
from assets.services.sharing.visits import MAX_WRONG, begin_visit, try_password
from assets.services.writing import AssetChange, write_assets
from pim.choices import Origin
from pim.errors import NotAllowed, Refused
from pim.models import Entry, User
from tests.factories.assets import make_asset, make_collection, make_license, make_preset

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner() -> User:
    return User.objects.create_superuser("kim")


def share(owner: User, *assets: Asset, **more: Any) -> tuple[ShareLink, str]:
    """A link and its path."""
    selection = more.pop("selection", AssetSelection(tuple(asset.uuid for asset in assets)))
    wanted = NewShare(**{"title": "Autumn", "selection": selection, "presets": ["thumb"], **more})
    link, token = create_share(wanted, actor=owner, origin=Origin.ADMIN)
    return link, f"/share/{token}/"


def put_under(asset: Asset, **terms: Any) -> None:
    code = make_license(**terms).code
    write_assets([AssetChange(asset.code, {"license": code})], actor=None, origin=Origin.SYSTEM).raise_first()


def body_of(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def status_of(client: Client, path: str) -> int:
    response = client.get(path)
    body_of(response)
    return response.status_code


def previews_in(response: Any) -> list[str]:
    return [path.replace("&amp;", "&") for path in re.findall(r'src="(/share/[^"]+)"', response.content.decode())]


def events_of(link: ShareLink) -> list[tuple[str, str]]:
    return list(ShareEvent.objects.filter(share=link).order_by("pk").values_list("kind", "subject"))


def ask_zip(client: Client, base: str, **fields: Any) -> Any:
    return client.post(base, {"zip": "all", "preset": "thumb", **fields})


def test_the_page_shows_its_files_and_gives_them_out(client: Client, owner: User) -> None:
    asset, other = make_asset("mug.png"), make_asset("secret.png")
    link, base = share(owner, asset, message="For the fair.", allows_originals=True)

    page = client.get(base)
    picture = client.get(previews_in(page)[0])
    rendition = client.get(f"{base}file/{asset.uuid}/?preset=thumb")
    original = client.get(f"{base}file/{asset.uuid}/?preset=")

    text = page.content.decode()
    assert ("Autumn" in text, "For the fair." in text, "mug.png" in text, "secret.png" in text) == (
        True,
        True,
        True,
        False,
    )
    assert str(asset.pk) not in re.findall(r'value="(\d+)"', text)
    assert Image.open(io.BytesIO(body_of(picture))).size == (240, 160)
    assert picture.headers["Content-Disposition"].startswith("inline")
    assert Image.open(io.BytesIO(body_of(rendition))).format == "WEBP"
    assert rendition.headers["Content-Disposition"] == 'attachment; filename="mug.webp"'
    assert len(body_of(original)) == asset.version.size_bytes
    assert status_of(client, f"{base}file/{other.uuid}/?preset=thumb") == 404
    assert events_of(link) == [
        ("opened", ""),
        ("downloaded", f"{asset.code} (thumb)"),
        ("downloaded", f"{asset.code} (original)"),
        ("denied", "not_shared"),
    ]
    assert ShareLink.objects.get(pk=link.pk).last_used is not None


def test_a_refused_file_is_left_out_and_one_that_is_checked_says_so(client: Client, owner: User) -> None:
    good = make_asset("mug.png")
    refused = upload_asset(io.BytesIO(b"<html>no</html>"), "bad.jpg", actor=None, origin=Origin.SYSTEM)
    waiting = upload_asset(io.BytesIO(b"a text that waits"), "notes.txt", actor=None, origin=Origin.SYSTEM)
    ingest_version(refused.version.pk)
    _link, base = share(owner, good, refused.asset, waiting.asset)

    text = client.get(base).content.decode()

    assert text.count('class="tile') == 2
    assert text.count("This file is not ready yet.") == 1


def test_every_answer_is_sealed(client: Client, owner: User) -> None:
    asset = make_asset()
    _link, base = share(owner, asset, password="open sesame")
    answers = [client.get(base), client.post(base, {"password": "wrong"}), client.get("/share/" + "x" * 43 + "/")]
    client.post(base, {"password": "open sesame"})
    page = client.get(base)
    answers += [page, client.get(previews_in(page)[0]), client.get(f"{base}file/{asset.uuid}/?preset=thumb")]

    for answer in answers:
        body_of(answer)
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["X-Robots-Tag"] == "noindex, nofollow, noarchive"
        assert answer.headers["Cache-Control"].startswith("private")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert page.cookies["vt_share"]["path"] == base
    assert page.cookies["vt_share"]["httponly"] is True
    assert page.cookies["vt_share"]["samesite"] == "Lax"


def test_of_an_address_only_a_hash_is_kept(owner: User) -> None:
    link, base = share(owner, make_asset(), password="open sesame")
    token = base.split("/")[2]

    kept = str(ShareLink.objects.values().get(pk=link.pk)) + str(list(Entry.objects.values()))

    assert len(token) == 43
    assert token not in kept
    assert "open sesame" not in kept
    assert find_by_token(token) == link
    assert find_by_token(link.token_hash) is None
    entry = Entry.objects.get(subject_type="share")
    assert (entry.subject_uuid, entry.actor_id, entry.delta["@title"]) == (link.uuid, owner.pk, [None, "Autumn"])


def test_nothing_is_told_before_the_password_and_before_the_terms(client: Client, owner: User) -> None:
    asset = make_asset("mug.png")
    link, base = share(owner, asset, password="open sesame", terms="Print only.", message="Hush.")

    first = client.get(base)
    too_early = client.post(base, {"accept": "1"}, follow=True)
    file = client.get(f"{base}file/{asset.uuid}/?preset=thumb")
    second = client.post(base, {"password": "open sesame"}, follow=True)
    still_not = client.get(f"{base}file/{asset.uuid}/?preset=thumb")
    third = client.post(base, {"accept": "1"}, follow=True)

    for page in (first, too_early):
        text = page.content.decode()
        assert not any(word in text for word in ("Autumn", "Hush", "mug", "Print only"))
    assert (file.status_code, still_not.status_code) == (403, 403)
    assert "Print only." in second.content.decode()
    assert "mug" not in second.content.decode()
    assert "mug.png" in third.content.decode()
    assert [kind for kind, _subject in events_of(link)] == ["opened", "accepted"]
    assert status_of(client, f"{base}file/{asset.uuid}/?preset=thumb") == 200


def test_a_password_cannot_be_guessed_in_a_row(client: Client, owner: User) -> None:
    link, base = share(owner, make_asset(), password="open sesame")

    statuses = [client.post(base, {"password": f"guess {number}"}).status_code for number in range(MAX_WRONG + 2)]
    right = client.post(base, {"password": "open sesame"})
    elsewhere = Client(REMOTE_ADDR="192.0.2.7").post(base, {"password": "open sesame"})
    ShareEvent.objects.update(created=timezone.now() - timedelta(minutes=16))
    later = client.post(base, {"password": "open sesame"})

    assert statuses == [403] * MAX_WRONG + [429, 429]
    assert (right.status_code, elsewhere.status_code, later.status_code) == (429, 302, 302)
    assert events_of(link).count(("denied", "password")) == MAX_WRONG


@pytest.mark.django_db(transaction=True)
def test_a_hundred_guesses_at_once_are_a_hundred_guesses() -> None:
    owner = User.objects.create_superuser("kim")
    link, _base = share(owner, make_asset(), password="open sesame")

    def guess(number: int) -> str:
        try:
            try_password(link, begin_visit(), f"guess {number}", address="192.0.2.1")
        except NotAllowed as error:
            return error.code
        finally:
            connection.close()
        return "in"

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(guess, range(40)))

    assert answers.count("wrong_password") == MAX_WRONG
    assert answers.count("too_many_attempts") == 40 - MAX_WRONG


def test_a_cookie_opens_its_own_link_only_and_no_longer_than_password_and_address_hold(
    client: Client, owner: User
) -> None:
    one, base = share(owner, make_asset("one.png"), password="open sesame")
    two, other = share(owner, make_asset("two.png"), password="open sesame")
    client.post(base, {"password": "open sesame"})
    cookie = client.cookies["vt_share"].value

    def see(path: str, value: str) -> str:
        visitor = Client()
        visitor.cookies["vt_share"] = value
        return visitor.get(path).content.decode()

    assert "one.png" in see(base, cookie)
    assert "two.png" not in see(other, cookie)
    assert "one.png" not in see(base, cookie[:-3] + "abc")
    ShareLink.objects.filter(pk=one.pk).update(password="changed")
    assert "one.png" not in see(base, cookie)
    assert two.password != "open sesame"


@pytest.mark.parametrize("end", ["expired", "withdrawn", "orphaned", "deactivated"])
def test_a_link_that_is_over_says_so_and_gives_out_nothing(client: Client, owner: User, end: str) -> None:
    asset = make_asset("mug.png")
    link, base = share(owner, asset)
    picture = previews_in(client.get(base))[0]
    if end == "expired":
        ShareLink.objects.filter(pk=link.pk).update(expires=timezone.now())
    elif end == "withdrawn":
        withdraw_share(link, actor=owner, origin=Origin.ADMIN)
    elif end == "orphaned":
        User.objects.filter(pk=owner.pk).update(is_superuser=False)
    else:
        User.objects.filter(pk=owner.pk).update(is_active=False)

    page, file, preview = client.get(base), client.get(f"{base}file/{asset.uuid}/?preset=thumb"), client.get(picture)

    assert (page.status_code, file.status_code, preview.status_code) == (410, 403, 403)
    assert "This link is over" in page.content.decode()
    assert "mug" not in page.content.decode()
    assert ask_zip(client, base).status_code == 410
    assert events_of(link)[1][0] == "denied"


def test_an_unknown_address_is_not_found(client: Client) -> None:
    assert status_of(client, "/share/" + "a" * 43 + "/") == 404
    assert status_of(client, "/share/short/") == 404
    assert ShareEvent.objects.count() == 0


def test_a_new_address_ends_the_old_one_and_every_visit(client: Client, owner: User) -> None:
    asset = make_asset("mug.png")
    link, base = share(owner, asset)
    client.get(base)

    token = renew_address(link, actor=owner, origin=Origin.ADMIN)
    fresh = f"/share/{token}/"

    assert status_of(client, base) == 404
    assert status_of(client, f"{fresh}file/{asset.uuid}/?preset=thumb") == 403
    assert "mug.png" in client.get(fresh).content.decode()
    with pytest.raises(NotAllowed):
        renew_address(link, actor=User.objects.create_user("other"), origin=Origin.ADMIN)
    withdraw_share(link, actor=owner, origin=Origin.ADMIN)
    with pytest.raises(Refused) as caught:
        renew_address(link, actor=owner, origin=Origin.ADMIN)
    assert caught.value.code == "share_ended"


def test_only_presets_of_the_link_are_given_out(client: Client, owner: User) -> None:
    preset = make_preset(fit="contain", width=40, height=40, formats=["webp"]).code
    asset = make_asset()
    link, base = share(owner, asset, presets=[preset])
    client.get(base)

    answers = {name: status_of(client, f"{base}file/{asset.uuid}/?preset={name}") for name in (preset, "", "file")}

    assert answers == {preset: 200, "": 410, "file": 410}
    assert ask_zip(client, base, preset="").status_code == 422
    assert events_of(link)[2:] == [
        ("denied", f"{asset.code}: preset_not_shared"),
        ("denied", f"{asset.code}: preset_not_shared"),
        ("denied", "nothing_to_download"),
    ]
    assert DownloadTicket.objects.count() == 0


def test_originals_need_the_owners_permission_all_the_while(client: Client) -> None:
    owner = User.objects.create_user("kim")
    names = ("view_asset", "add_sharelink")
    owner.user_permissions.set(Permission.objects.filter(codename__in=names))
    asset = make_asset()
    with pytest.raises(NotAllowed):
        share(owner, asset, allows_originals=True)
    owner.user_permissions.add(Permission.objects.get(codename="download_asset"))
    owner = User.objects.get(pk=owner.pk)
    _link, base = share(owner, asset, allows_originals=True)
    client.get(base)
    before = client.get(f"{base}file/{asset.uuid}/")
    body_of(before)

    owner.user_permissions.remove(Permission.objects.get(codename="download_asset"))
    after = client.get(f"{base}file/{asset.uuid}/")

    assert (before.status_code, after.status_code) == (200, 410)
    assert body_of(after).decode() == "This link does not give out originals any more."


def test_a_right_that_ends_takes_the_file_away_with_a_reason_and_without_a_name(client: Client, owner: User) -> None:
    asset, free = make_asset("anna.png"), make_asset("free.png")
    _link, base = share(owner, asset, free)
    picture = previews_in(client.get(base))[0]

    put_under(asset, code="anna_contract", valid_until=str(today() - timedelta(days=1)))
    page = client.get(base)
    file = client.get(f"{base}file/{asset.uuid}/?preset=thumb")

    text = page.content.decode()
    assert "The right to use this file has ended." in text
    assert not any(word in text for word in ("anna.png", "anna_contract", str(asset.uuid)))
    assert file.status_code == 410
    assert body_of(file).decode() == "The right to use this file has ended."
    assert status_of(client, picture) == 410


def test_the_use_of_the_link_is_what_is_judged(client: Client, owner: User) -> None:
    asset = make_asset("mug.png")
    put_under(asset, territories=["DE"])

    _swiss, swiss = share(owner, asset, use=Use(territory="CH"))
    _german, german = share(owner, asset, use=Use(territory="DE"))

    assert "This file is not cleared for this use." in client.get(swiss).content.decode()
    assert "mug.png" in client.get(german).content.decode()


def test_a_preview_has_a_signed_address_of_its_own(client: Client, owner: User) -> None:
    asset, other = make_asset(), make_asset()
    _link, base = share(owner, asset)
    path = previews_in(client.get(base))[0]

    changed = [
        path[:-1] + ("0" if path[-1] != "0" else "1"),
        path.replace("/thumb/", "/preview/"),
        path.replace(str(asset.uuid), str(other.uuid)),
        re.sub(r"e=\d+", "e=99999999999", path),
        path.partition("?")[0],
    ]

    assert status_of(client, path) == 200
    assert [status_of(client, address) for address in changed] == [403] * 5
    assert status_of(Client(), path) == 403


def test_all_or_some_come_as_a_zip_once_for_one_visit(client: Client, owner: User) -> None:
    one, two = make_asset("one.png"), make_asset("two.png")
    link, base = share(owner, one, two)
    client.get(base)
    stranger = Client()
    stranger.get(base)

    everything = ask_zip(client, base)
    of_stranger = stranger.get(everything["Location"])
    first = client.get(everything["Location"])
    archive = zipfile.ZipFile(io.BytesIO(body_of(first)))
    again = client.get(everything["Location"])
    some = ask_zip(client, base, zip="some", asset=[str(two.uuid)])
    picked = zipfile.ZipFile(io.BytesIO(body_of(client.get(some["Location"]))))

    assert archive.namelist() == ["one.webp", "two.webp", "manifest.csv"]
    assert picked.namelist() == ["two.webp", "manifest.csv"]
    assert (of_stranger.status_code, again.status_code) == (404, 404)
    assert first.headers["Content-Disposition"].startswith('attachment; filename="autumn-')
    assert events_of(link)[2:] == [
        ("denied", "ticket_used"),
        ("downloaded", "2 files as ZIP (thumb)"),
        ("denied", "ticket_used"),
        ("downloaded", "1 file as ZIP (thumb)"),
    ]


def test_a_foreign_file_does_not_get_into_the_zip(client: Client, owner: User) -> None:
    asset, other = make_asset("mine.png"), make_asset("other.png")
    _link, base = share(owner, asset)
    client.get(base)

    answer = ask_zip(client, base, zip="some", asset=[str(asset.uuid), str(other.uuid)])
    archive = zipfile.ZipFile(io.BytesIO(body_of(client.get(answer["Location"]))))

    assert archive.namelist() == ["mine.webp", "manifest.csv"]
    assert ask_zip(client, base, zip="some", asset=[str(other.uuid)]).status_code == 422
    assert ask_zip(client, base, zip="some", asset=["1"]).status_code == 422


def test_a_link_that_is_withdrawn_on_the_way_sends_no_further_file(client: Client, owner: User) -> None:
    noise = io.BytesIO()
    Image.effect_noise((600, 600), 90).save(noise, "PNG")
    one, two = make_asset("one.png", content=noise.getvalue()), make_asset("two.png")
    link, base = share(owner, one, two, allows_originals=True)
    client.get(base)
    pieces = iter(client.get(ask_zip(client, base, preset="")["Location"]).streaming_content)

    begin = next(pieces)
    withdraw_share(link, actor=owner, origin=Origin.ADMIN)
    archive = zipfile.ZipFile(io.BytesIO(begin + b"".join(pieces)))

    assert archive.namelist() == ["one.png", "manifest.csv"]
    assert b"This link is over." in archive.read("manifest.csv")
    assert events_of(link)[-1] == ("denied", f"{two.code}: share_ended")


def test_a_collection_is_shared_as_it_is_at_each_moment(client: Client, owner: User) -> None:
    one, two = make_asset("one.png"), make_asset("two.png")
    by_hand = make_collection("By hand", one)
    searched = make_collection("Searched", query={"field": "code", "op": "eq", "value": two.code})
    _link, base = share(owner, selection=AssetSelection(collection=by_hand.uuid))
    _smart, found = share(owner, selection=AssetSelection(collection=searched.uuid))

    before = client.get(base).content.decode()
    by_hand.items.create(asset=two, position=7)
    after = client.get(base).content.decode()

    assert ("one.png" in before, "two.png" in before) == (True, False)
    assert ("one.png" in after, "two.png" in after) == (True, True)
    assert "two.png" in client.get(found).content.decode()
    assert status_of(client, f"{found}file/{two.uuid}/?preset=thumb") == 200
    assert status_of(client, f"{found}file/{one.uuid}/?preset=thumb") == 404


def test_a_collection_that_is_closed_to_who_shared_it_is_closed_to_visitors(client: Client, owner: User) -> None:
    asset = make_asset("mug.png")
    collection = make_collection("Ours", asset, actor=User.objects.create_superuser("lee"))
    link, base = share(owner, selection=AssetSelection(collection=collection.uuid))
    opened = client.get(base)

    Collection.objects.filter(pk=collection.pk).update(is_shared=False)

    assert (opened.status_code, client.get(base).status_code) == (200, 410)
    assert status_of(client, f"{base}file/{asset.uuid}/?preset=thumb") == 403
    with pytest.raises(Refused, match="This link is over"):
        renew_address(link, actor=owner, origin=Origin.ADMIN)
    Collection.objects.filter(pk=collection.pk).update(owner=owner)
    assert status_of(client, f"{base}file/{asset.uuid}/?preset=thumb") == 200


def test_many_files_are_shown_page_by_page(client: Client, owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    from assets.services.sharing import showing

    monkeypatch.setattr(showing.page_share, "__kwdefaults__", {"after": None, "limit": 2})
    assets = [make_asset(f"file_{number}.png") for number in range(5)]
    _link, base = share(owner, *assets)
    seen, address = [], base

    while address:
        text = client.get(address).content.decode()
        seen += re.findall(r'class="name" title="([^"]+)"', text)
        more = re.search(r'href="([^"]+after=[^"]+)"', text)
        address = more[1].replace("&amp;", "&") if more else ""

    assert seen == [f"file_{number}.png" for number in range(5)]


def test_a_page_costs_the_same_however_many_files_it_shows(
    client: Client, owner: User, django_assert_max_num_queries: Any
) -> None:
    _link, base = share(owner, *[make_asset() for _ in range(12)])
    client.get(base)

    with django_assert_max_num_queries(12):
        client.get(base)


def test_a_post_from_another_site_is_refused(client: Client, owner: User) -> None:
    _link, base = share(owner, make_asset(), terms="Be kind.")

    answer = client.post(base, {"accept": "1"}, headers={"Sec-Fetch-Site": "cross-site"})

    assert answer.status_code == 403
    assert not ShareEvent.objects.filter(kind=ShareEventKind.ACCEPTED).exists()


def test_a_file_with_a_hostile_name_is_saved_and_shown_plainly(client: Client, owner: User) -> None:
    asset = make_asset()
    name = '<script>alert(1)</script>"\r\nX-Evil: 1.png'
    AssetVersion.objects.filter(pk=asset.version_id).update(filename=name)
    _link, base = share(owner, asset)

    text = client.get(base).content.decode()
    file = client.get(f"{base}file/{asset.uuid}/?preset=thumb")

    body_of(file)
    assert "<script>alert" not in text
    assert "X-Evil" not in file.headers
    assert file.headers["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"title": " "}, "title_missing"),
        ({"title": "x" * 201}, "title_too_long"),
        ({"expires_in_days": 0}, "invalid_expiry"),
        ({"expires_in_days": 366}, "invalid_expiry"),
        ({"password": "short"}, "password_too_short"),
        ({"presets": ["nothing"]}, "unknown_preset"),
        ({"selection": AssetSelection()}, "nothing_selected"),
    ],
)
def test_a_link_that_makes_no_sense_is_not_made(owner: User, fields: dict[str, Any], code: str) -> None:
    with pytest.raises(Refused) as caught:
        share(owner, make_asset(), **fields)

    assert caught.value.code == code
    assert ShareLink.objects.count() == 0


def test_who_may_share_and_withdraw(owner: User) -> None:
    plain = User.objects.create_user("plain")
    viewer = User.objects.create_user("viewer")
    viewer.user_permissions.set(Permission.objects.filter(codename__in=["view_asset"]))
    asset = make_asset()
    link, _base = share(owner, asset)

    for person in (plain, viewer):
        with pytest.raises(NotAllowed):
            share(person, asset)
        with pytest.raises(NotAllowed):
            withdraw_share(link, actor=person, origin=Origin.ADMIN)
    viewer.user_permissions.add(Permission.objects.get(codename="change_sharelink"))
    withdraw_share(link, actor=User.objects.get(pk=viewer.pk), origin=Origin.ADMIN)

    link.refresh_from_db()
    assert state_of(link) == "withdrawn"
    assert ShareLink.objects.count() == 1

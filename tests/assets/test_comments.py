from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission

from assets.models import AssetComment
from assets.services.comments import (
    MAX_TEXT,
    count_open_threads,
    delete_comment,
    list_threads,
    resolve_comment,
    write_comment,
)
from pim.choices import Origin
from pim.errors import DomainError, NotAllowed, Refused
from pim.models import Entry, User
from tests.factories.assets import make_asset, make_comment
from tests.factories.callers import make_program, make_user

pytestmark = pytest.mark.django_db
REGION = {"left": 0.1, "top": 0.2, "width": 0.3, "height": 0.4}


@pytest.fixture
def reader() -> User:
    return make_user("reader", permissions=["assets.view_asset"])


def say(asset: Any, actor: User, text: object = "Too dark", **more: Any) -> AssetComment:
    return write_comment(asset, text, actor=actor, origin=Origin.ADMIN, **more)


def test_who_may_see_may_speak_and_it_is_journaled(reader: User) -> None:
    asset = make_asset()

    comment = say(asset, reader, "  Too dark  ", region=REGION)

    assert (comment.text, comment.region, comment.version_number) == ("Too dark", REGION, 1)
    entry = Entry.objects.get(subject_uuid=comment.uuid)
    assert (entry.subject_type, entry.key, entry.actor) == ("asset_comment", asset.code, reader)
    assert entry.delta == {"@text": [None, "Too dark"], "@region": [None, REGION]}
    assert Entry.objects.filter(subject_uuid=asset.uuid).count() == 1


def test_who_may_not_see_may_not_speak() -> None:
    with pytest.raises(NotAllowed):
        say(make_asset(), make_user("stranger"))
    assert not AssetComment.objects.exists()


@pytest.mark.parametrize(
    ("text", "more", "code"),
    [
        ("  ", {}, "text_missing"),
        (None, {}, "text_missing"),
        ("x" * (MAX_TEXT + 1), {}, "text_too_long"),
        ("Here", {"region": {"left": 0.9, "top": 0, "width": 0.5, "height": 0.5}}, "invalid_focal"),
        ("Here", {"version": 7}, "unknown_version"),
    ],
)
def test_what_makes_no_sense_is_refused(reader: User, text: object, more: dict[str, Any], code: str) -> None:
    with pytest.raises(DomainError) as refused:
        say(make_asset(), reader, text, **more)

    assert refused.value.code == code
    assert not AssetComment.objects.exists()


def test_an_answer_to_an_answer_joins_the_thread(reader: User) -> None:
    asset = make_asset()
    root = say(asset, reader)
    answer = say(asset, reader, "Really?", reply_to=root)
    say(asset, reader, "Yes", reply_to=answer)

    threads = list_threads(asset)

    assert [(thread.comment.text, [reply.text for reply in thread.replies]) for thread in threads] == [
        ("Too dark", ["Really?", "Yes"])
    ]
    with pytest.raises(Refused) as refused:
        say(asset, reader, "There", reply_to=root, region=REGION)
    assert refused.value.code == "region_on_reply"


def test_an_answer_stays_on_its_asset(reader: User) -> None:
    root = say(make_asset(), reader)

    with pytest.raises(Refused) as refused:
        say(make_asset(), reader, "Yes", reply_to=root)

    assert refused.value.code == "unknown_comment"


def test_a_thread_is_resolved_once_and_opened_again(reader: User) -> None:
    asset = make_asset()
    root = say(asset, reader)

    for _twice in range(2):
        resolve_comment(root.uuid, actor=reader, origin=Origin.ADMIN)
    root.refresh_from_db()

    assert (root.resolved is not None, root.resolved_by, count_open_threads(asset)) == (True, reader, 0)
    assert Entry.objects.filter(subject_uuid=root.uuid).count() == 2
    resolve_comment(root.uuid, actor=reader, origin=Origin.ADMIN, is_resolved=False)
    root.refresh_from_db()
    assert (root.resolved, root.resolved_by, count_open_threads(asset)) == (None, None, 1)


def test_an_answer_is_not_resolved_by_itself(reader: User) -> None:
    asset = make_asset()
    answer = say(asset, reader, "Yes", reply_to=say(asset, reader))

    with pytest.raises(Refused) as refused:
        resolve_comment(answer.uuid, actor=reader, origin=Origin.ADMIN)

    assert refused.value.code == "not_a_thread"


def test_only_ones_own_words_go_and_only_while_nobody_has_answered(reader: User) -> None:
    asset, other = make_asset(), make_user("other", permissions=["assets.view_asset"])
    root = say(asset, reader)

    with pytest.raises(NotAllowed):
        delete_comment(root.uuid, actor=other, origin=Origin.ADMIN)
    answer = say(asset, other, "Yes", reply_to=root)
    with pytest.raises(Refused) as refused:
        delete_comment(root.uuid, actor=reader, origin=Origin.ADMIN)
    assert refused.value.code == "answered"
    assert AssetComment.objects.count() == 2

    delete_comment(answer.uuid, actor=other, origin=Origin.ADMIN)
    delete_comment(root.uuid, actor=reader, origin=Origin.ADMIN)
    assert not AssetComment.objects.exists()


def test_comments_over_rest(reader: User) -> None:
    asset = make_asset()
    program = make_program(reader)

    made = program.post("/api/v1/asset-comments/", {"asset": asset.code, "text": "Too dark", "region": REGION}, "json")
    program.post(
        "/api/v1/asset-comments/", {"asset": asset.code, "text": "Yes", "reply_to": made.json()["uuid"]}, "json"
    )
    closed = program.patch(f"/api/v1/asset-comments/{made.json()['uuid']}/", {"resolved": True}, "json")
    wrong = program.patch(f"/api/v1/asset-comments/{made.json()['uuid']}/", {"text": "other"}, "json")
    first = program.get("/api/v1/asset-comments/", {"asset": str(asset.uuid), "limit": 1}).json()
    second = program.get(first["next"]).json()
    waiting = program.get("/api/v1/asset-comments/", {"asset": asset.code, "open": 1}).json()

    assert made.status_code == 201, made.content
    assert (made.json()["author"], made.json()["version"], made.json()["region"]) == ("reader", 1, REGION)
    assert (closed.json()["resolved_by"], wrong.status_code) == ("reader", 400)
    assert [row["text"] for row in first["results"] + second["results"]] == ["Too dark", "Yes"]
    assert (second["next"], waiting["results"]) == (None, [])
    assert program.delete(f"/api/v1/asset-comments/{made.json()['uuid']}/").status_code in {400, 422}


def test_comments_over_graphql(reader: User) -> None:
    asset = make_asset()
    program = make_program(reader)

    def run(query: str) -> Any:
        return program.post("/graphql/", {"query": query}, "json").json()

    made = run(
        f'mutation {{ assetCommentCreate(asset: "{asset.code}", text: "Too dark")'
        " { comment { uuid author } userErrors { code } } }"
    )["data"]["assetCommentCreate"]
    run(f'mutation {{ assetCommentResolve(uuid: "{made["comment"]["uuid"]}") {{ userErrors {{ code }} }} }}')
    read = run(f'{{ assetComments(asset: "{asset.code}") {{ text resolvedBy }} }}')
    gone = run(f'mutation {{ assetCommentDelete(uuid: "{made["comment"]["uuid"]}") {{ userErrors {{ code }} }} }}')

    assert made["comment"]["author"] == "reader"
    assert read["data"]["assetComments"] == [{"text": "Too dark", "resolvedBy": "reader"}]
    assert gone["data"]["assetCommentDelete"]["userErrors"] == []
    assert not AssetComment.objects.exists()


def test_the_list_of_comments_leads_to_the_asset(client: Any, reader: User) -> None:
    reader.is_staff = True
    reader.save()
    reader.user_permissions.add(Permission.objects.get(codename="view_assetcomment"))
    client.force_login(reader)
    comment = make_comment(text="Too dark")

    page = client.get("/admin/assets/assetcomment/")
    answer = client.get(f"/admin/assets/assetcomment/{comment.uuid}/change/")

    assert b"Too dark" in page.content
    assert answer.url.endswith(f"/admin/assets/asset/{comment.asset.uuid}/change/#comment-{comment.uuid}")

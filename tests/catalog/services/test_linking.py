"""Files find their products: what a preview shows is what is applied, once; the rest waits, is asked about or left."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assets.models import Asset
from catalog.models import AssetMatch, Linking, LinkingRow, Product, ProductValues
from catalog.services.changes import ProductChange
from catalog.services.deletion import purge_products
from catalog.services.linking.binding import BIND
from catalog.services.linking.examining import examine, read_own_values
from catalog.services.linking.forgetting import forget_linkings
from catalog.services.linking.matches import dismiss_matches, settle_match
from catalog.services.linking.rules import get_rules
from catalog.services.linking.running import apply_linking, preview_linking
from catalog.services.linking.selecting import name_files
from pim import journal
from pim.errors import Conflict, NotAllowed, NotFound, Refused
from pim.models import Entry, Job, User
from pim.services.jobs import run_job
from pim.services.undo import undo_job
from tests.factories.assets import make_asset
from tests.factories.catalog import make_product, make_tree, write
from tests.factories.linking import make_naming_rule, make_picture_structure
from tests.factories.structure import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def structure() -> None:
    make_picture_structure()


@pytest.fixture
def manager() -> User:
    return User.objects.create_superuser("manager")


def files(*names: str) -> list[Asset]:
    return [make_asset(name) for name in names]


def preview(manager: User, *assets: Asset, **options: Any) -> Linking:
    selection = {"assets": [str(asset.uuid) for asset in assets]}
    return preview_linking(selection, actor=manager, is_detached=False, **options)


def shown(linking: Linking) -> dict[str, tuple[str, str]]:
    rows = linking.rows.select_related("asset__version").order_by("pk")
    return {row.asset.version.filename: (row.state, row.why) for row in rows}  # type: ignore[union-attr]


def apply(linking: Linking, manager: User) -> Job:
    job = apply_linking(linking, linking.token, actor=manager, origin="admin", is_detached=False)
    assert run_job(str(job.uuid))
    job.refresh_from_db()
    assert job.error == ""
    return job


def value(sku: str, key: str) -> Any:
    product = Product.objects.get(sku=sku)
    return read_own_values([product.pk]).get(product.pk, {}).get(key)


def uuids(*assets: Asset) -> list[str]:
    return [str(asset.uuid) for asset in assets]


def test_a_preview_shows_everything_and_writes_nothing(manager: User) -> None:
    make_naming_rule()
    make_product("A")
    make_product("A_5")
    found = files("A_main.jpg", "A_side_2.jpg", "B_main.jpg", "A_5.jpg", "notes.of.a.jpg")
    before = Entry.objects.count()

    linking = preview(manager, *found)

    assert linking.state == "ready"
    assert shown(linking) == {
        "A_main.jpg": ("link", "same_sku"),
        "A_side_2.jpg": ("link", "same_sku"),
        "B_main.jpg": ("waiting", "no_such_sku"),
        "A_5.jpg": ("ambiguous", "several_products"),
        "notes.of.a.jpg": ("waiting", "no_such_sku"),
    }
    assert linking.counts == {"link": 2, "waiting": 2, "ambiguous": 1}
    assert Entry.objects.count() == before
    assert (value("A", "image"), AssetMatch.objects.count()) == (None, 0)


def test_what_is_applied_is_in_the_order_of_positions_behind_what_is_there(manager: User) -> None:
    make_naming_rule()
    old, second, tenth, last, main = files("old.png", "A_side_2.png", "A_back_10.png", "A_side.png", "a_MAIN.png")
    make_product("A", values={"gallery": uuids(old)})

    job = apply(preview(manager, tenth, last, main, second), manager)

    assert value("A", "gallery") == uuids(old, second, tenth, last)
    assert value("A", "image") == str(main.uuid)
    assert job.result == {"done": 4}
    entry = Entry.objects.filter(job=job).get()
    assert (entry.key, entry.message.startswith("Linked by file name: ")) == ("A", True)


def test_a_rule_that_replaces_leaves_only_what_it_brings(manager: User) -> None:
    make_naming_rule(mode="replace")
    old, first, second = files("old.png", "A_side_1.png", "A_side_2.png")
    make_product("A", values={"gallery": uuids(old, second), "image": str(old.uuid)})

    apply(preview(manager, second, first), manager)

    assert value("A", "gallery") == uuids(first, second)
    assert value("A", "image") == str(old.uuid)


def test_what_is_linked_already_or_taken_is_left_and_said(manager: User) -> None:
    make_naming_rule()
    here, side, other = files("A_main.png", "A_side.png", "A_main_2.png")
    make_product("A", values={"image": str(here.uuid), "gallery": uuids(side)})

    linking = preview(manager, here, side, other)

    assert shown(linking) == {
        "A_main.png": ("linked", "same_sku"),
        "A_side.png": ("linked", "same_sku"),
        "A_main_2.png": ("taken", "goes_to_another"),
    }


def test_two_files_for_one_place_go_by_their_positions_and_need_a_decision_without(manager: User) -> None:
    make_naming_rule()
    make_product("A")
    make_product("B")

    linking = preview(manager, *files("A_main_2.png", "A_main_1.png", "B_main.png", "b_main.jpg"))

    assert shown(linking) == {
        "A_main_2.png": ("taken", "goes_to_another"),
        "A_main_1.png": ("link", "same_sku"),
        "B_main.png": ("ambiguous", "several_files"),
        "b_main.jpg": ("ambiguous", "several_files"),
    }


def test_what_the_product_refuses_is_refused_in_the_preview(manager: User) -> None:
    make_naming_rule()
    make_tree()

    linking = preview(manager, *files("boot-red-s_main.png", "boot_main.png"))

    rows = {row.sku: (row.state, row.why) for row in linking.rows.all()}
    assert rows["boot"] == ("link", "same_sku")
    assert rows["boot-red-s"][0] == "refused"


def test_spelling_that_the_rule_does_not_mind_finds_the_product_the_very_sku_first(manager: User) -> None:
    make_naming_rule(template="{sku}", roles=[], ignores_separators=True, ignores_zeros=True)
    make_product("00AB-12")
    make_product("X-1")
    make_product("X1")
    make_product("X.1")

    linking = preview(manager, *files("ab_12.png", "x-1.jpg", "x_1.png"))

    assert shown(linking) == {
        "ab_12.png": ("link", "similar_sku"),
        "x-1.jpg": ("link", "same_sku"),
        "x_1.png": ("ambiguous", "several_products"),
    }
    assert [row.confidence for row in linking.rows.order_by("pk")] == [80, 100, 33]


def test_rules_go_in_their_order_and_the_same_order_with_two_answers_is_ambiguous(manager: User) -> None:
    make_naming_rule("first", template="{sku}", roles=[], attribute="image", position=1)
    make_naming_rule("second", template="{sku}", roles=[], attribute="gallery", position=2)
    make_product("A")
    (file,) = files("A.png")

    assert preview(manager, file).rows.get().key == "image"
    make("naming_rule", second={"position": 1})
    linking = preview(manager, file)

    assert shown(linking) == {"A.png": ("ambiguous", "several_places")}
    assert [each["key"] for each in linking.rows.get().candidates] == ["image", "gallery"]


def test_attributes_that_vary_take_channel_and_locale_from_role_and_name(manager: User) -> None:
    roles = [{"text": "banner", "attribute": "banner", "channel": "web"}]
    make_naming_rule(template="{sku}_{role}[_{locale}]", roles=roles, attribute=None)
    make_product("A")
    german, none = files("A_banner_de-DE.png", "A_banner.png")

    linking = preview(manager, german, none)
    apply(linking, manager)

    assert shown(linking) == {
        "A_banner_de-DE.png": ("done", "same_sku"),
        "A_banner.png": ("refused", "locale_missing"),
    }
    assert value("A", "banner:web:de_DE") == str(german.uuid)


def test_a_preview_is_applied_once_and_only_by_who_has_its_token(manager: User) -> None:
    make_naming_rule()
    make_product("A")
    linking = preview(manager, *files("A_main.png"))

    with pytest.raises(Refused) as wrong:
        apply_linking(linking, "guessed", actor=manager, origin="admin")
    assert wrong.value.code == "wrong_token"
    apply(linking, manager)
    with pytest.raises(Conflict) as again:
        apply_linking(linking, linking.token, actor=manager, origin="admin")

    assert again.value.code == "applied_already"
    assert Job.objects.filter(kind="link_assets").count() == 1


def test_what_has_changed_since_the_preview_is_left_alone_and_named(manager: User) -> None:
    make_naming_rule()
    mine, theirs, fine, gone = files("A_main.png", "other.png", "B_main.png", "C_main.png")
    for sku in "ABC":
        make_product(sku)
    linking = preview(manager, mine, fine, gone)
    write(ProductChange("A", values={"image": str(theirs.uuid)}), atomic=True)
    purge_products([str(Product.objects.get(sku="C").uuid)], actor=None, origin="command")

    job = apply(linking, manager)

    assert shown(linking) == {
        "A_main.png": ("stale", "changed_since"),
        "B_main.png": ("done", "same_sku"),
        "C_main.png": ("stale", "product_gone"),
    }
    assert (value("A", "image"), value("B", "image")) == (str(theirs.uuid), str(fine.uuid))
    assert sorted(job.issues.values_list("code", "file")) == [
        ("changed_since", "A_main.png"), ("product_gone", "C_main.png"),
    ]  # fmt: skip


def test_undo_puts_everything_back_but_what_was_changed_since(manager: User) -> None:
    make_naming_rule()
    old, side, main, other = files("old.png", "A_side.png", "B_main.png", "other.png")
    make_product("A", values={"gallery": uuids(old)})
    make_product("B")
    job = apply(preview(manager, side, main), manager)
    write(ProductChange("B", values={"image": str(other.uuid)}), atomic=True)

    undo = undo_job(job, actor=manager, is_detached=False)
    run_job(str(undo.uuid))

    undo.refresh_from_db()
    assert value("A", "gallery") == uuids(old)
    assert value("B", "image") == str(other.uuid)
    assert undo.counters == {"undone": 1, "conflicts": 1}


def bind() -> Job | None:
    """What consumers and the worker do meanwhile."""
    journal.run_consumers(["late links"])
    job = Job.objects.filter(kind=BIND.code, state="queued").first()
    if job is not None:
        run_job(str(job.uuid))
        job.refresh_from_db()
    return job


def test_files_wait_for_their_sku_and_are_linked_when_it_comes(manager: User) -> None:
    make_naming_rule()
    main, side = files("NEW-1_main.png", "new-1_side_2.png")
    apply(preview(manager, main, side), manager)
    assert list(AssetMatch.objects.values_list("state", flat=True)) == ["waiting", "waiting"]
    assert bind() is None

    make_product("new-1")
    make_product("unrelated")
    job = bind()

    assert job is not None
    assert job.result == {"linked": 2, "waiting": 0, "ambiguous": 0, "left": 0}
    assert (value("new-1", "image"), value("new-1", "gallery")) == (str(main.uuid), uuids(side))
    assert set(AssetMatch.objects.values_list("state", "sku")) == {("linked", "new-1")}
    undo = undo_job(job, actor=manager, is_detached=False)
    run_job(str(undo.uuid))
    assert value("new-1", "image") is None


def test_files_of_a_product_that_goes_and_comes_back_are_linked_again(manager: User) -> None:
    make_naming_rule()
    (main,) = files("A_main.png")
    make_product("A")
    journal.run_consumers(["late links"])
    apply(preview(manager, main), manager)
    purge_products([str(Product.objects.get(sku="A").uuid)], actor=None, origin="command")
    make_product("A")

    bind()

    assert value("A", "image") == str(main.uuid)


def test_thousands_of_new_products_cost_one_query_a_batch(manager: User) -> None:
    make_naming_rule()
    apply(preview(manager, *files("p7_main.png", "p250_side.png")), manager)
    journal.run_consumers(["late links"])
    write(*(ProductChange(f"p{n}", family="shoe") for n in range(300)), atomic=True)
    journal.relay()

    with CaptureQueriesContext(connection) as found:
        journal.run_consumers(["late links"])

    touching = [query["sql"] for query in found if "assetmatch" in query["sql"].lower()]
    assert len(touching) == 1
    bind()
    assert (value("p7", "image") is None, value("p250", "gallery") is None) == (False, False)


def test_an_automatic_rule_links_new_files_and_leaves_old_ones(manager: User) -> None:
    files("A_side.png")
    make_product("A")
    journal.run_consumers(["late links"])
    make_naming_rule(is_automatic=True)
    make_naming_rule("manual", template="{sku}-{position}", roles=[], attribute="gallery", position=5)

    main, later, other = files("A_main.png", "Z_main.png", "A-1.png")
    job = bind()

    assert job is not None
    assert value("A", "image") == str(main.uuid)
    assert value("A", "gallery") is None
    assert set(AssetMatch.objects.values_list("asset_id", "state")) == {
        (main.pk, "linked"),
        (later.pk, "waiting"),
        (other.pk, "waiting"),
    }


def test_without_an_automatic_rule_new_files_are_not_even_noted() -> None:
    make_naming_rule()
    files("A_main.png")

    assert bind() is None
    assert AssetMatch.objects.count() == 0


def test_somebody_decides_where_a_file_belongs(manager: User) -> None:
    make_naming_rule()
    make_product("A")
    make_product("A_5")
    (file,) = files("A_5.jpg")
    apply(preview(manager, file), manager)
    match = AssetMatch.objects.get()
    assert [each["sku"] for each in match.candidates] == ["A", "A_5"]

    settle_match(match, "a_5", actor=manager)

    assert (value("A_5", "gallery"), value("A", "gallery")) == (uuids(file), None)
    match.refresh_from_db()
    assert (match.state, match.sku) == ("linked", "A_5")
    with pytest.raises(Conflict) as again:
        settle_match(match, "A", actor=manager)
    assert again.value.code == "settled_already"


@pytest.mark.parametrize(
    ("sku", "key", "error", "code"),
    [
        ("missing", "", NotFound, "not_found"),
        ("A", "name:en_US", Refused, "not_of_assets"),
        ("A", "nothing", Refused, "place_missing"),
        ("A", "image", Conflict, "holds_another"),
    ],
)
def test_a_decision_that_cannot_be_is_refused_and_changes_nothing(
    manager: User, sku: str, key: str, error: type[Exception], code: str
) -> None:
    make_naming_rule()
    other, file = files("other.png", "B_main.png")
    make_product("A", values={"image": str(other.uuid)})
    apply(preview(manager, file), manager)
    match = AssetMatch.objects.get()

    with pytest.raises(error) as caught:
        settle_match(match, sku, key=key, actor=manager)

    assert caught.value.code == code  # type: ignore[attr-defined]
    assert value("A", "image") == str(other.uuid)
    match.refresh_from_db()
    assert match.state == "waiting"


def test_a_dismissed_file_is_asked_about_no_more_until_it_is_put_back(manager: User) -> None:
    make_naming_rule()
    (file,) = files("B_main.png")
    apply(preview(manager, file), manager)
    match = AssetMatch.objects.get()

    assert dismiss_matches([str(match.uuid)], actor=manager) == 1
    make_product("B")
    apply(preview_linking({"unlinked": True}, actor=manager, rules=None, is_detached=False), manager)
    assert AssetMatch.objects.get().state == "linked"


def test_dismissed_files_stay_dismissed_when_their_sku_comes(manager: User) -> None:
    make_naming_rule()
    (file,) = files("B_main.png")
    apply(preview(manager, file), manager)
    dismiss_matches([str(AssetMatch.objects.get().uuid)], actor=manager)
    make_product("B")

    assert bind() is None
    assert value("B", "image") is None
    assert dismiss_matches([str(AssetMatch.objects.get().uuid)], actor=manager, is_dismissed=False) == 1
    assert AssetMatch.objects.get().state == "waiting"


def test_nobody_links_who_may_not_change_products(manager: User) -> None:
    make_naming_rule()
    stranger = User.objects.create_user("stranger")
    linking = preview(manager, *files("A_main.png"))

    with pytest.raises(NotAllowed):
        preview_linking({"unlinked": True}, actor=stranger)
    with pytest.raises(NotAllowed):
        apply_linking(linking, linking.token, actor=stranger, origin="admin")


@pytest.mark.parametrize(
    ("selection", "code"),
    [
        ({}, "invalid_selection"),
        ({"assets": []}, "invalid_selection"),
        ({"assets": ["x"]}, "invalid_uuid"),
        ({"unlinked": False}, "invalid_selection"),
        ({"unlinked": True, "batch": "x"}, "invalid_selection"),
        ({"filter": {"field": "nothing", "op": "eq", "value": 1}}, "unknown_field"),
    ],
)
def test_a_selection_that_makes_no_sense_is_refused(manager: User, selection: object, code: str) -> None:
    make_naming_rule()

    with pytest.raises(Refused) as caught:
        preview_linking(selection, actor=manager)

    assert caught.value.code == code
    assert Linking.objects.count() == 0


def test_a_filter_and_all_that_is_unlinked_select_files(manager: User) -> None:
    make_naming_rule()
    used, _free = files("A_main.png", "B_main.png")
    make_product("A", values={"image": str(used.uuid)})
    make_product("B")

    unlinked = preview_linking({"unlinked": True}, actor=manager, is_detached=False)
    filtered = preview_linking(
        {"filter": {"field": "uuid", "op": "eq", "value": str(used.uuid)}}, actor=manager, is_detached=False
    )

    assert shown(unlinked) == {"B_main.png": ("link", "same_sku")}
    assert shown(filtered) == {"A_main.png": ("linked", "same_sku")}


def test_files_are_examined_in_a_constant_number_of_queries() -> None:
    make_naming_rule(ignores_separators=True)
    assets = files(*(f"Q-{n}_side.png" for n in range(12)))
    write(*(ProductChange(f"q{n}", family="shoe") for n in range(12)), atomic=True)
    rules = get_rules().choose()

    def count(found: list[Asset]) -> int:
        names = name_files(Asset.objects.filter(pk__in=[asset.pk for asset in found]))
        get_rules()
        with CaptureQueriesContext(connection) as queries:
            plans = examine(names, rules)
        assert {plan.state for plan in plans} == {"link"}
        return len(queries)

    assert count(assets[:2]) == count(assets)
    assert ProductValues.objects.count() == 0


def test_old_previews_and_runs_are_forgotten_and_what_they_linked_stays(manager: User) -> None:
    make_naming_rule()
    make_product("A")
    old, applied, fresh = (preview(manager, *files(name)) for name in ("X_main.png", "A_main.png", "Y_main.png"))
    apply(applied, manager)
    linked = value("A", "image")
    Linking.objects.filter(pk=old.pk).update(created=timezone.now() - timedelta(days=15))
    Linking.objects.filter(pk=applied.pk).update(created=timezone.now() - timedelta(days=89))

    assert forget_linkings() == 1
    assert set(Linking.objects.values_list("pk", flat=True)) == {applied.pk, fresh.pk}
    Linking.objects.filter(pk=applied.pk).update(created=timezone.now() - timedelta(days=91))
    assert forget_linkings() == 1
    assert set(Linking.objects.values_list("pk", flat=True)) == {fresh.pk}
    assert value("A", "image") == linked is not None
    assert LinkingRow.objects.filter(linking=fresh).count() == LinkingRow.objects.count() == 1


def test_a_run_that_is_being_applied_is_never_forgotten(manager: User) -> None:
    make_naming_rule()
    linking = preview(manager, *files("X_main.png"))
    Linking.objects.filter(pk=linking.pk).update(state="applying", created=timezone.now() - timedelta(days=400))

    assert forget_linkings() == 0
    assert Linking.objects.count() == 1

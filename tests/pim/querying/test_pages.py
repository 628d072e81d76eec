"""A walk through a list meets every row once, forwards and backwards, however it is ordered."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import pytest
from django.db.backends.base.base import BaseDatabaseWrapper

from pim.errors import Refused
from pim.querying.compile import Selection, compile_tree, select
from pim.querying.conditions import is_not_null
from pim.querying.cursor import Cursor, hash_query, read_cursor, write_cursor
from pim.querying.pages import OrderTerm, PageRequest
from pim.querying.params import parse_order
from pim.querying.tree import parse_filter
from pim.querysets import pages
from pim.querysets.pages import count_many_tokens, fetch_ids
from pim.values.texts import make_sort_key
from pim.values.tokens import FILLED, split_token
from tests.pim.querying import world

KEY = b"k" * 32


def selection(data: Any = None, *more: Any) -> Selection:
    node = parse_filter(data, catalogue=world.CATALOGUE)
    return select(world.TABLES, compile_tree(node, catalogue=world.CATALOGUE, context=world.CONTEXT), *more)


def order(text: str) -> tuple[OrderTerm, ...]:
    return parse_order(text, catalogue=world.CATALOGUE, context=world.CONTEXT)


def _euros(thing: world.Thing) -> float | None:
    amount = thing.values.get("price:print:", {}).get("EUR")
    return float(amount) if amount else None


def _name(thing: world.Thing) -> str | None:
    name = thing.values.get("name:de_DE")
    return make_sort_key(name) if name else None


def _weight(thing: world.Thing) -> float | None:
    weight = thing.values.get("weight")
    return world.numbers_of(world.ATTRIBUTES["weight"], weight)[""] if weight else None


SORT_VALUES: dict[str, Callable[[world.Thing], Any]] = {
    "updated": lambda thing: thing.updated,
    "embargo": lambda thing: thing.embargo,
    "revision": lambda thing: thing.revision,
    "sku": lambda thing: thing.sku.casefold(),
    "stock": lambda thing: thing.values.get("stock"),
    "values[price,print,EUR]": _euros,
    "values[name,de_DE]": _name,
    "weight": _weight,
}


def brute_order(text: str, things: list[world.Thing]) -> list[int]:
    """Stable sorts from the last term to the first; without a value last; the key in the last term's direction."""
    terms = [part for part in text.replace("],", "]|").replace("updated,", "updated|").split("|") if part]
    terms = [term for part in terms for term in (part.split(",") if "[" not in part else [part])]
    ordered = sorted(things, key=lambda thing: thing.id, reverse=bool(terms) and terms[-1].startswith("-"))
    for term in reversed(terms):
        value = SORT_VALUES[term.lstrip("-")]
        present = [thing for thing in ordered if value(thing) is not None]
        absent = [thing for thing in ordered if value(thing) is None]
        ordered = sorted(present, key=value, reverse=term.startswith("-")) + absent
    return [thing.id for thing in ordered]


ORDERS = [
    "", "updated", "-updated", "sku", "-sku", "embargo", "-embargo", "stock", "-stock", "values[price,print,EUR]",
    "-values[price,print,EUR]", "values[name,de_DE]", "-values[name,de_DE]", "-weight", "stock,-updated", "-stock,weight",
    "revision,embargo,-stock", "-embargo,stock", "values[name,de_DE],-weight,sku",
]  # fmt: skip


@pytest.mark.parametrize("fenced", [True, False])
@pytest.mark.parametrize("text", ORDERS)
def test_a_walk_meets_every_row_once_in_both_directions(
    text: str, fenced: bool, connection: BaseDatabaseWrapper, things: list[world.Thing]
) -> None:
    where = selection({"field": "stage", "value": "draft"})
    wanted = brute_order(text, [thing for thing in things if thing.stage == "draft"])
    request = PageRequest(where, order(text), limit=7)

    forwards = walk(connection, request, fenced=fenced)
    backwards = walk(connection, PageRequest(where, order(text), limit=7, backwards=True), fenced=fenced)

    assert list(itertools.chain.from_iterable(forwards)) == wanted
    assert list(itertools.chain.from_iterable(reversed(backwards))) == wanted


def walk(connection: BaseDatabaseWrapper, request: PageRequest, *, fenced: bool) -> list[tuple[int, ...]]:
    """All pages, each cursor signed and read again; every page's neighbour leads back to where it came from."""
    found: list[tuple[int, ...]] = []
    query_hash = hash_query("draft")
    while True:
        page = fetch_ids(connection, request, fenced=fenced)
        assert page.ids
        found.append(page.ids)
        further = page.previous_values if request.backwards else page.next_values
        came_from = page.next_values if request.backwards else page.previous_values
        assert (came_from is None) is (request.after is None)
        if further is None:
            return found
        signed = write_cursor(Cursor(further, request.backwards), key=KEY, query_hash=query_hash, endpoint="/things")
        cursor = read_cursor(signed, key=KEY, query_hash=query_hash, endpoint="/things")
        request = PageRequest(request.where, request.order, cursor.values, request.limit, cursor.backwards)


def test_going_back_gives_the_page_before(connection: BaseDatabaseWrapper, things: list[world.Thing]) -> None:
    request = PageRequest(selection(), order("-stock"), limit=50)
    first = fetch_ids(connection, request)
    second = fetch_ids(connection, PageRequest(request.where, request.order, first.next_values, 50))

    back = fetch_ids(connection, PageRequest(request.where, request.order, second.previous_values, 50, backwards=True))

    assert back.ids == first.ids
    assert back.previous_values is None
    assert back.next_values == first.next_values


def test_an_empty_list_has_no_neighbours(connection: BaseDatabaseWrapper, things: list[world.Thing]) -> None:
    page = fetch_ids(connection, PageRequest(selection({"field": "sku", "value": "nothing"})))

    assert page == pages.Page((), None, None)


@pytest.mark.parametrize("limit", [0, 1_001, -1])
def test_a_limit_out_of_bounds_is_refused(connection: BaseDatabaseWrapper, limit: int) -> None:
    with pytest.raises(Refused) as refusal:
        fetch_ids(connection, PageRequest(selection(), limit=limit))

    assert refusal.value.code == "invalid_limit"


def test_further_conditions_narrow_the_filter(connection: BaseDatabaseWrapper, things: list[world.Thing]) -> None:
    page = fetch_ids(connection, PageRequest(selection(None, is_not_null("embargo")), limit=1_000))

    assert page.ids == tuple(thing.id for thing in things if thing.embargo)


DEAR = {"field": "note", "op": "contains", "value": "mug"}


@pytest.mark.parametrize(
    ("data", "is_refused"),
    [
        (DEAR, True),
        ({"not": DEAR}, True),
        ({"or": [DEAR, {"field": "family", "value": "mugs"}]}, True),
        ({"and": [DEAR, {"not": {"field": "family", "value": "mugs"}}]}, True),
        ({"field": "name", "op": "contains", "value": "mu", "locale": "de_DE"}, True),
        ({"and": [DEAR, {"field": "family", "value": "mugs"}]}, False),
        ({"field": "name", "op": "contains", "value": "mug", "locale": "de_DE"}, False),
        ({"field": "brand", "op": "eq", "value": "Mug", "locale": "de_DE", "channel": "print"}, False),
        ({"not": {"field": "family", "value": "mugs"}}, False),
        ({"field": "completeness", "op": "lt", "value": 100, "channel": "print"}, False),
    ],
)
def test_reading_many_documents_without_an_index_is_refused(
    data: Any, is_refused: bool, connection: BaseDatabaseWrapper, things: list[world.Thing]
) -> None:
    where = selection(data)

    if is_refused:
        with pytest.raises(Refused) as refusal:
            pages.refuse_unindexed(connection, where, limit=100)
        assert refusal.value.code == "not_indexed"
    else:
        pages.refuse_unindexed(connection, where, limit=100)


def test_few_candidates_may_be_read(connection: BaseDatabaseWrapper, things: list[world.Thing]) -> None:
    few = {"and": [DEAR, {"field": "revision", "op": "gt", "value": 1_000}]}

    pages.refuse_unindexed(connection, selection(few), limit=100)
    assert fetch_ids(connection, PageRequest(selection(DEAR))).ids


def test_facets_count_the_matches(connection: BaseDatabaseWrapper, things: list[world.Thing]) -> None:
    where = selection({"field": "enabled", "value": True})
    spec = world.ATTRIBUTES["tags"]
    wanted: dict[int, int] = {}
    for thing in things:
        for code in thing.values.get("tags:de_DE", []) if thing.enabled else []:
            ref = world.STRUCTURE.option("tags", code)
            assert ref is not None
            wanted[ref.id] = wanted.get(ref.id, 0) + 1

    counts = count_many_tokens(connection, where, attributes=[spec.id])
    capped = count_many_tokens(connection, where, attributes=[spec.id], cap=10)

    found = [(split_token(packed), count.owners) for packed, count in counts.tokens.items()]
    german = [(parts.value, owners) for parts, owners in found if parts.locale == world.LOCALES["de_DE"]]
    assert {value: owners for value, owners in german if value != FILLED} == wanted
    assert {parts.attribute for parts, _owners in found} == {spec.id}
    assert [owners for _parts, owners in found] == sorted((owners for _parts, owners in found), reverse=True)
    assert counts.is_exact
    assert (capped.is_exact, capped.looked_at) == (False, 10)


def test_the_index_of_the_first_term_orders_a_large_list(
    connection: BaseDatabaseWrapper, things: list[world.Thing]
) -> None:
    query = pages.page_queries(PageRequest(selection(), order("-stock"), (1.0, 70), 5), fenced=False)[0]
    with connection.cursor() as cursor:
        cursor.execute("SET enable_seqscan = off")
        cursor.execute("SET enable_bitmapscan = off")
        cursor.execute(f"EXPLAIN {query.text}", (*query.params, 5))
        plan = "\n".join(row[0] for row in cursor.fetchall())
        cursor.execute("RESET enable_seqscan")
        cursor.execute("RESET enable_bitmapscan")

    assert "q_number_akey_number_thing_id_idx" in plan
    assert "Sort" not in plan
    assert "ROW(number, thing_id) < ROW" in plan


def test_few_matches_are_collected_first(connection: BaseDatabaseWrapper, things: list[world.Thing]) -> None:
    rare, common = selection({"field": "sku", "value": things[0].sku}), selection({"field": "enabled", "value": True})

    assert pages.is_selective(connection, rare, limit=5)
    assert not pages.is_selective(connection, common, limit=5)
    assert fetch_ids(connection, PageRequest(rare)).ids == (things[0].id,)

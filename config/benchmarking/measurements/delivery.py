"""Delivery over HTTP: pages, filters and GraphQL, beside the SELECT of what they show."""

from __future__ import annotations

import json
from collections.abc import Iterator

import orjson
from django.db import connection

from config.benchmarking.figures import Figure, cost, rate
from config.benchmarking.serving import Client, WebServer, count_requests, time_requests
from config.benchmarking.structure import FAMILIES
from config.benchmarking.timing import median_ms, time_each
from config.benchmarking.world import World

PAGE = "/hub/web/products?limit=100"
FILTERED = "/hub/web/products?limit=50&locale=en_US&color=color_3&sort=-values%5Bprice%2CEUR%5D"
FAMILY = FAMILIES[0]
CLIENTS = 8
BASELINE, BASELINE_PATH, BASELINE_TABLE = "config.benchmarking.baseline", "/benchmark/text", "benchmark_text"
TIMES = 200

DOCUMENTS = (
    "SELECT shared, by_locale::text FROM channels_publication WHERE view_id = {view} AND state = 'live'"
    " ORDER BY sku, id LIMIT {limit}"
)
FILTERED_DOCUMENTS = (
    "SELECT p.shared, p.by_locale ->> 'en_US' FROM channels_publicationnumber n JOIN channels_publication p"
    " ON p.id = n.publication_id WHERE n.akey = {akey} AND p.view_id = {view} ORDER BY n.number DESC LIMIT 50"
)
FIELDS = """
  name summary care keywords description brand { code label } color { code label } materials { code label }
  origin { code label } weight { amount unit } width { amount unit } height { amount unit } price { amount currency }
  stock warranty rating is_recyclable released gtin image { url width height }
"""


class Delivery:
    """The REST page, alone and with eight clients; a filter with an order; the GraphQL page."""

    code = "delivery"

    def measure(self, world: World) -> Iterator[Figure]:
        """All of it on one web server with two workers."""
        world.publish()
        client = Client(world.web, {"Authorization": world.bearer})
        view = _one("SELECT id FROM channels_channelview WHERE code = 'web'")
        select_ms = _time_select(DOCUMENTS.format(view=view, limit=100))
        page_ms = median_ms(time_requests(client, PAGE, times=TIMES))
        yield cost(
            "delivery REST: page of 100",
            page_ms,
            "ms",
            limit=select_ms,
            at_most_ratio=3,
            note="p50; SELECT of the same",
        )
        yield self._eight_clients(world, client)
        akey = _one("SELECT akey FROM channels_publicationnumber GROUP BY akey ORDER BY count(*) DESC, akey LIMIT 1")
        limit_ms = _time_select(FILTERED_DOCUMENTS.format(akey=akey, view=view))
        filtered_ms = median_ms(time_requests(client, FILTERED, times=TIMES))
        yield cost(
            "delivery REST: filter + sort, 50", filtered_ms, "ms", limit=limit_ms, at_most_ratio=5,
            note="p50; SELECT in the order of an indexed column",
        )  # fmt: skip
        body = json.dumps({"query": make_query()}).encode()
        answer = orjson.loads(client.ask_well("/hub/web/graphql", body).body)
        if "errors" in answer or len(answer["data"][FAMILY]["edges"]) != min(100, world.products // len(FAMILIES)):
            raise AssertionError(f"the GraphQL page is not what it should be: {str(answer)[:300]}")
        select_ms = _time_select(DOCUMENTS.format(view=view, limit=100))
        graphql_ms = median_ms(time_requests(client, "/hub/web/graphql", body, times=TIMES))
        yield cost(
            "delivery GraphQL: 100 × 20 fields", graphql_ms, "ms", limit=select_ms, at_most_ratio=3.5,
            note="p50; with category and picture",
        )  # fmt: skip

    def _eight_clients(self, world: World, client: Client) -> Figure:
        headers = {"Authorization": world.bearer}
        text = client.ask_well(PAGE).body.decode()
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE TABLE {BASELINE_TABLE} (body text)")
            cursor.execute(f"INSERT INTO {BASELINE_TABLE} VALUES (%s)", [text])
        pages = count_requests(world.web, headers, PAGE, clients=CLIENTS, for_s=4)
        server = WebServer.start(BASELINE)
        try:
            count_requests(server, headers, BASELINE_PATH, clients=CLIENTS, for_s=0.5)
            texts = count_requests(server, headers, BASELINE_PATH, clients=CLIENTS, for_s=4)
        finally:
            server.stop()
        return rate(
            "delivery REST: 8 clients", pages, limit=texts, at_most_ratio=3, unit="pages/s",
            note="a view that returns the same text stored",
        )  # fmt: skip


def make_query() -> str:
    """100 products of a family with its 20 fields, category and picture."""
    edges = f"edges {{ node {{ sku categories {{ code label }} {FIELDS} }} }}"
    return f"{{ {FAMILY}(first: 100, locale: en_US) {{ {edges} pageInfo {{ hasNextPage endCursor }} }} }}"


def _one(statement: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return int(cursor.fetchone()[0])


def _time_select(statement: str) -> float:
    """Median milliseconds of a SELECT with its rows fetched."""
    with connection.cursor() as cursor:

        def select() -> None:
            cursor.execute(statement)
            cursor.fetchall()

        return median_ms(time_each(select, times=TIMES))

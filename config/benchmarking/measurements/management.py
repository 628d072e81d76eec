"""The management REST API: a page of whole products, beside the SELECT of their values."""

from __future__ import annotations

from collections.abc import Iterator

import orjson
from django.db import connection

from config.benchmarking.figures import Figure, cost
from config.benchmarking.serving import Client, time_requests
from config.benchmarking.timing import median_ms, time_each
from config.benchmarking.world import World

PAGE = "/api/v1/products/?limit=100"
DOCUMENTS = (
    'SELECT p.sku, v.locale, v."values"::text FROM (SELECT id, sku FROM catalog_product WHERE deleted_at IS NULL'
    " ORDER BY sku_key LIMIT 100) p JOIN catalog_productvalues v ON v.product_id = p.id"
)
TIMES = 60


class Management:
    """`/api/v1/products/` over HTTP."""

    code = "management"

    def measure(self, world: World) -> Iterator[Figure]:
        """The page and its limit, each on one open connection."""
        world.load()
        client = Client(world.web, {"Authorization": world.bearer})
        answer = orjson.loads(client.ask_well(PAGE).body)
        if len(answer["results"]) != 100:
            raise AssertionError(f"{len(answer['results'])} products on the page")
        page_ms = median_ms(time_requests(client, PAGE, times=TIMES))
        with connection.cursor() as cursor:

            def select() -> None:
                cursor.execute(DOCUMENTS)
                cursor.fetchall()

            select_ms = median_ms(time_each(select, times=TIMES))
        yield cost(
            "management REST: page of 100",
            page_ms,
            "ms",
            limit=select_ms,
            at_most_ratio=8,
            note="p50; SELECT of the same",
        )

"""The product grid of the admin: server time of its pages, with what people filter, sort and search by."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from config.benchmarking.figures import Figure, cost
from config.benchmarking.timing import median_ms, time_each
from config.benchmarking.world import World

TIMES = 15
PAGES = {
    "first page": {},
    "facets together": {"color": "color_3", "is_recyclable": "true", "family": "bags"},
    "common facet, by price": {"is_recyclable": "true", "sort": "-values[price,EUR]"},
    "not complete": {"missing": "image"},
    "category": {"category": "leaf_4_3"},
    "branch of categories": {"category__in_children": "branch_0"},
    "last changed": {"sort": "-updated"},
    "models for their variants": {"grouped": "1", "color": "color_3"},
    "search for a number": {"q": "0000512"},
    "search for a word, by name": {"q": "wald", "sort": "values[name,en_US]"},
}
"""Pages and what their addresses ask."""


class Grid:
    """Whole pages: request to rendered answer, in this process."""

    code = "grid"

    def measure(self, world: World) -> Iterator[Figure]:
        """Each page some times; the number of queries is counted once."""
        world.load()
        client = Client(headers={"host": "localhost"})
        client.force_login(world.user)
        address = reverse("admin:catalog_product_changelist")
        for name, asked in PAGES.items():
            page = f"{address}?{urlencode({'grouped': '0', **asked})}"
            with CaptureQueriesContext(connection) as queries:
                answer: Any = client.get(page)
            asked_database = len(queries)
            shown = answer.context_data["cl"]
            if answer.status_code != 200 or shown.problems:
                raise AssertionError(f"{page}: {answer.status_code} {shown.problems}")
            times = time_each(partial(client.get, page), times=TIMES)
            rows = len(shown.rows)
            yield cost(
                f"grid: {name}", median_ms(times), "ms", at_most=200, note=f"p50; {rows} rows, {asked_database} queries"
            )

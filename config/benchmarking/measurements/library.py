"""The asset library of the admin: server time of its pages and of its counted filters, over ten assets for each product."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from urllib.parse import urlencode

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from config.benchmarking.figures import Figure, cost
from config.benchmarking.library import load_library
from config.benchmarking.timing import median_ms, time_each
from config.benchmarking.world import World

TIMES = 9
ASSETS_PER_PRODUCT = 10
PAGES = {
    "page": {},
    "filters together": {"kind__in": "image", "keyword": "summer", "colour": "blue", "license": "agency_3"},
    "branch of folders": {"folder__in_children": "b3"},
    "search for a word": {"q": "wald"},
    "search for a number": {"q": "gen_51234"},
    "last changed": {"sort": "-updated"},
    "nearest to a colour": {"near": "#1976d2"},
}
"""Pages and what their addresses ask."""

COUNTED = {"everything": {}, "of a search": {"q": "mug"}, "of filters": {"kind__in": "image", "colour": "red"}}


class Library:
    """Whole pages of 200 assets: request to rendered answer, in this process."""

    code = "library"

    def measure(self, world: World) -> Iterator[Figure]:
        """Each page some times; the number of queries is counted once."""
        count = world.products * ASSETS_PER_PRODUCT
        if not world.generated.images:
            raise AssertionError("a library needs pictures")
        world.say(f"filling the library with {count:,} assets")
        load_library(count)
        client = Client(headers={"host": "localhost"})
        client.force_login(world.user)
        lists, facets = reverse("admin:assets_asset_changelist"), reverse("admin:assets_asset_facets")
        for name, asked in PAGES.items():
            yield _measure(
                client, f"{lists}?{urlencode({'size': 200, **asked})}", f"library {name} at {count:,} assets"
            )
        for name, asked in COUNTED.items():
            yield _measure(client, f"{facets}?{urlencode(asked)}", f"library counts {name}")


def _measure(client: Client, address: str, name: str) -> Figure:
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(address)
    asked_database = len(queries)
    if answer.status_code != 200:
        raise AssertionError(f"{address}: {answer.status_code}")
    times = time_each(partial(client.get, address), times=TIMES)
    return cost(name, median_ms(times), "ms", at_most=200, note=f"p50; {asked_database} queries")

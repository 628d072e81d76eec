"""The write path: a catalog through the one door, and the same documents through COPY."""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter

from catalog.models import Product
from catalog.services.products import write_products
from config.benchmarking.figures import Figure, cost, rate
from config.benchmarking.measurements.limits import copy_documents
from config.benchmarking.timing import peak_mib, reset_peak, resident_mib
from config.benchmarking.world import World
from pim.choices import Origin
from pim.models import Entry

CHUNK = 1_000
PRODUCTS = 10_000


class Writing:
    """`write_products`: everything that belongs to a product in one transaction, without a file around it."""

    code = "writing"

    def measure(self, world: World) -> Iterator[Figure]:
        """Write products beside those of the catalog, then once more, unchanged."""
        first, end = world.products, world.products + min(world.products, PRODUCTS)
        seconds, written, steady = 0.0, 0, 0.0
        for chunk in world.generated.chunks_of(first, end, CHUNK):
            started = perf_counter()
            outcome = write_products(chunk, actor=None, origin=Origin.IMPORT)
            seconds += perf_counter() - started
            outcome.raise_first()
            written += outcome.created
            if not steady:
                steady = resident_mib()
                reset_peak()
        growth = max(0.0, peak_mib() - steady)
        copied, limit = copy_documents(Product.objects.get(sku=world.generated.sku(first)).pk)
        per_s = written / seconds
        yield rate(
            "write products", per_s, limit=copied / limit, at_least=3_000, at_most_ratio=9,
            note="limit: COPY of the same documents",
        )  # fmt: skip
        yield cost("write products: memory", growth, "MiB", at_most=64, note="growth after the first thousand")
        yield self._again(world, first, end, per_s)

    def _again(self, world: World, first: int, end: int, per_s: float) -> Figure:
        """The same once more: nothing may be written."""
        entries = Entry.objects.count()
        seconds = 0.0
        for chunk in world.generated.chunks_of(first, end, CHUNK):
            started = perf_counter()
            write_products(chunk, actor=None, origin=Origin.IMPORT)
            seconds += perf_counter() - started
        if Entry.objects.count() != entries:
            raise AssertionError("writing unchanged products has written something")
        again = (end - first) / seconds
        return rate("write unchanged", again, at_least=3 * per_s, note=f"{again / per_s:.1f} times the first")

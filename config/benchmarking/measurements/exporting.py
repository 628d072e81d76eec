"""The export: the catalog as JSON Lines and as CSV, beside the same documents through `COPY … TO`."""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter

from django.db import connection

from catalog.models import Product
from catalog.services.exporting.flat import export_csv, export_jsonl
from config import env
from config.benchmarking.figures import Figure, cost, rate
from config.benchmarking.timing import peak_mib, reset_peak, resident_mib
from config.benchmarking.world import World

DOCUMENTS = 'COPY (SELECT product_id, "values"::text FROM catalog_productvalues ORDER BY product_id, locale) TO STDOUT'


class Exporting:
    """One exporting process; files are written to disk, memory stays flat."""

    code = "export"

    def measure(self, world: World) -> Iterator[Figure]:
        """Export in both formats, each next to the limit."""
        world.load()
        products = Product.objects.count()
        folder = env.home() / "export"
        folder.mkdir(parents=True, exist_ok=True)
        for name, write, at_most in (("JSON Lines", export_jsonl, 4), ("CSV", export_csv, 8)):
            limit = products / _copy_out()
            before = resident_mib()
            reset_peak()
            started = perf_counter()
            written = write(folder / f"products.{name[:3].lower()}")
            seconds = perf_counter() - started
            growth = max(0.0, peak_mib() - before)
            if written != products:
                raise AssertionError(f"{written} of {products} products were written")
            yield rate(
                f"export {name}", products / seconds, limit=limit, at_most_ratio=at_most,
                note="limit: COPY TO of the same values",
            )  # fmt: skip
            yield cost(f"export {name}: memory", growth, "MiB", at_most=128, note="growth over the whole export")


def _copy_out() -> float:
    """Seconds to read every document through COPY."""
    started = perf_counter()
    with connection.cursor() as cursor, cursor.copy(DOCUMENTS) as copy:
        for _block in copy:
            pass
    return perf_counter() - started

"""One product changed by a person: the service, and the admin's form around it, beside one UPDATE."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.services.changes import ProductChange
from catalog.services.products import write_products
from config.benchmarking.figures import Figure, cost
from config.benchmarking.timing import median_ms, time_each
from config.benchmarking.world import World
from pim.choices import Origin

TIMES = 100


class Saving:
    """A changed name in one locale: values, derived rows, journal."""

    code = "saving"

    def measure(self, world: World) -> Iterator[Figure]:
        """Save through the service; update one row of values by hand."""
        world.load()
        numbers = itertools.count()
        sku = world.generated.sku(world.products // 2)

        def save() -> None:
            change = ProductChange(sku, values={"name:en_US": f"Another name {next(numbers)}"})
            write_products([change], actor=world.user, origin=Origin.ADMIN, atomic=True)

        save()
        with CaptureQueriesContext(connection) as queries:
            save()
        with connection.cursor() as cursor:

            def update() -> None:
                cursor.execute(
                    'UPDATE catalog_productvalues SET "values" = "values" || jsonb_build_object(%s::text, %s::text)'
                    " WHERE locale = 1 AND product_id = (SELECT id FROM catalog_product WHERE sku = %s)",
                    ["name:en_US", f"By hand {next(numbers)}", sku],
                )

            limit = median_ms(time_each(update, times=TIMES))
        yield cost(
            "saving one product", median_ms(time_each(save, times=TIMES)), "ms", limit=limit, at_most=60,
            note=f"service; {len(queries)} queries; limit: one UPDATE",
        )  # fmt: skip

"""From a change to its publication: a whole catalog in bulk, and one product after the other."""

from __future__ import annotations

import time
from collections.abc import Iterator
from threading import Event, Thread
from time import perf_counter

from django.db import connection

from catalog.services.changes import ProductChange
from catalog.services.products import write_products
from channels.services.marking import mark_everything
from channels.services.publishing import publish_pending
from config.benchmarking.figures import Figure, cost, rate
from config.benchmarking.timing import percentile_ms
from config.benchmarking.world import World
from pim import journal
from pim.choices import Origin

CHANGES = 500
PER_S = 100


class Publishing:
    """Documents a second in bulk; and how long a single change takes to be seen."""

    code = "publishing"

    def measure(self, world: World) -> Iterator[Figure]:
        """Publish everything for the first time, look at everything again, then change products at a steady rate."""
        world.load()
        journal.run_consumers()
        mark_everything()
        started = perf_counter()
        published = publish_pending(at_most_s=3_600)
        yield rate(
            "publish in bulk", published.looked_at / (perf_counter() - started), at_least=1_500,
            note="product × view, first publication",
        )  # fmt: skip
        world.is_published = True
        world.analyse()
        mark_everything()
        started = perf_counter()
        again = publish_pending(at_most_s=3_600).looked_at
        yield rate("publish unchanged", again / (perf_counter() - started), at_least=1_500, note="nothing differs")
        late = self._single_changes(world)
        yield cost(
            "publish one change", percentile_ms(late, 95) / 1000, "s", at_most=2, note=f"p95 at {PER_S} changes/s"
        )

    def _single_changes(self, world: World) -> list[float]:
        """Seconds from the commit of each change to its publication, with a worker reading beside the writer."""
        over = Event()
        seen: dict[str, float] = {}
        worker = Thread(target=_publish_until, args=(over, seen))
        worker.start()
        written: dict[str, float] = {}
        started = perf_counter()
        for number in range(min(CHANGES, world.products)):
            sku = world.generated.sku(number)
            change = ProductChange(sku, values={"stock": 5_000 + number})
            write_products([change], actor=None, origin=Origin.COMMAND, atomic=True)
            written[sku] = perf_counter()
            time.sleep(max(0.0, started + (number + 1) / PER_S - perf_counter()))
        until = perf_counter() + 30
        while len(seen.keys() & written.keys()) < len(written) and perf_counter() < until:
            time.sleep(0.05)
        over.set()
        worker.join()
        return [seen.get(sku, until) - moment for sku, moment in written.items()]


def _publish_until(over: Event, seen: dict[str, float]) -> None:
    """What the worker does when it is woken; notes when a publication with a changed value appeared."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(position), 0) FROM channels_publication WHERE state = 'live'")
        position = cursor.fetchone()[0]
    while not over.is_set():
        journal.run_consumers()
        publish_pending(at_most_s=1)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT p.sku, p.position FROM channels_publication p JOIN channels_channelview v ON v.id = p.view_id"
                " WHERE v.code = 'web' AND p.position > %s",
                [position],
            )
            now = perf_counter()
            for sku, found in cursor.fetchall():
                seen.setdefault(sku, now)
                position = max(position, found)
        time.sleep(0.01)
    connection.close()

"""The import: a CSV file through the real job, the same file again, and its documents through COPY."""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter

from catalog.models import Product
from catalog.services.importing.kinds import start_import
from catalog.services.importing.parameters import ImportParameters
from catalog.services.importing.reports import make_report
from catalog.services.importing.tables import describe_table
from config import env
from config.benchmarking.figures import Figure, cost, rate
from config.benchmarking.measurements.limits import copy_documents
from config.benchmarking.tables import write_table
from config.benchmarking.timing import peak_mib, reset_peak, resident_mib, time_once
from config.benchmarking.world import World
from pim import journal
from pim.choices import JobState
from pim.models import Entry, Job
from pim.services.jobs import run_job


class Importing:
    """One importing process, everything included: parsing, validation, derived rows, journal, checkpoints."""

    code = "import"

    def measure(self, world: World) -> Iterator[Figure]:
        """Import the catalog, import it again, and let the consumers read."""
        generated = world.generated
        table = write_table(world, env.home() / "import")
        described = describe_table(table)
        parameters = ImportParameters(
            path=str(table.parent), file=table.name, mapping=described.mapping, settings=described.settings
        )
        before = resident_mib()
        reset_peak()
        seconds = self._run(parameters)
        growth = max(0.0, peak_mib() - before)
        products = Product.objects.count()
        if products < generated.count:
            raise AssertionError(f"{products} of {generated.count} products are there")
        world.is_loaded = True
        world.analyse()
        copied, limit = copy_documents()
        first = products / seconds
        yield rate(
            "import CSV", first, limit=copied / limit, at_least=3_000, at_most_ratio=9,
            note="limit: COPY of the same documents",
        )  # fmt: skip
        yield cost("import CSV: memory", growth, "MiB", at_most=128, note="growth over the whole job")
        entries = Entry.objects.count()
        again = products / self._run(parameters)
        if Entry.objects.count() != entries:
            raise AssertionError("importing an unchanged file has written something")
        yield rate("import CSV again", again, at_least=3 * first, note=f"{again / first:.1f} times the first")
        yield rate(
            "read the journal", entries / time_once(journal.run_consumers), unit="entries/s", note="all consumers"
        )

    def _run(self, parameters: ImportParameters) -> float:
        job = start_import(parameters, actor=None, is_detached=False)
        started = perf_counter()
        run_job(str(job.uuid))
        seconds = perf_counter() - started
        job = Job.objects.get(pk=job.pk)
        if job.state != JobState.DONE:
            raise AssertionError(f"the import ended as {job.state}: {job.error}")
        if issues := make_report(job)["issues"]:
            raise AssertionError(f"the import found fault with its own catalog: {issues[:3]}")
        return seconds

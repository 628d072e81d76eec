"""`manage.py benchmark`: what the house does beside what the machine could do, in a database of its own."""

import json
import logging
import signal
import sys
from argparse import SUPPRESS, ArgumentParser
from pathlib import Path
from time import perf_counter
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from config.benchmarking import isolation
from config.benchmarking.figures import Figure, draw_table
from config.benchmarking.measurements import MEASUREMENTS
from config.benchmarking.world import World

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = (
        "Measure import, delivery, grid, saving, pictures and publishing on a generated catalog, each beside its limit."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--products", type=int, default=10_000, help="size of the catalog (default 10000)")
        parser.add_argument("--variants", action="store_true", help="70 %% of the products are variants of models")
        parser.add_argument("--only", nargs="+", default=[], metavar="NAME", help="only these measurements")
        parser.add_argument("--json", type=Path, metavar="PATH", help="write the figures to a file as well")
        parser.add_argument("--inside", action="store_true", help=SUPPRESS)

    def handle(
        self, *, products: int, variants: bool, only: list[str], json: Path | None, inside: bool, **_options: Any
    ) -> None:
        if products < 100:
            raise CommandError("A catalog of fewer than 100 products says nothing.")
        known = [measurement.code for measurement in MEASUREMENTS]
        if unknown := set(only) - set(known):
            raise CommandError(f"There is no {', '.join(sorted(unknown))}. Possible: {', '.join(known)}.")
        if inside:
            self._measure(products, variants, only, json)
            return
        arguments = ["benchmark", "--inside", "--products", str(products), *(["--variants"] if variants else [])]
        arguments += ["--only", *only] if only else []
        arguments += ["--json", str(json.resolve())] if json else []
        # A polite kill cleans up; after a rude one the child ends with us, and the next run drops the database.
        signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
        sys.exit(isolation.run_inside(arguments))

    def _measure(self, products: int, variants: bool, only: list[str], path: Path | None) -> None:
        """Run in the throw-away database, whose address the environment names."""
        call_command("migrate", interactive=False, verbosity=0)
        world = World(products, with_variants=variants, say=self._say)
        figures: list[Figure] = []
        failed: list[str] = []
        try:
            for measurement in MEASUREMENTS:
                if only and measurement.code not in only:
                    continue
                started = perf_counter()
                try:
                    figures += measurement.measure(world)
                except Exception:  # one subject that fails must not hide what the others do
                    logger.exception("%s could not be measured", measurement.code)
                    failed.append(measurement.code)
                self._say(f"{measurement.code} · {perf_counter() - started:.1f} s")
        finally:
            world.close()
        self.stdout.write(draw_table(figures))
        if path:
            report = {"products": products, "variants": variants, "failed": failed}
            report["figures"] = [figure.as_json() for figure in figures]
            path.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
        if failed:
            raise CommandError(f"Not measured: {', '.join(failed)}.")

    def _say(self, line: str) -> None:
        self.stderr.write(line)

"""Everything that is measured, in the order in which one builds on the other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from config.benchmarking.figures import Figure
from config.benchmarking.measurements.delivery import Delivery
from config.benchmarking.measurements.exporting import Exporting
from config.benchmarking.measurements.grid import Grid
from config.benchmarking.measurements.importing import Importing
from config.benchmarking.measurements.ingesting import Ingesting
from config.benchmarking.measurements.library import Library
from config.benchmarking.measurements.management import Management
from config.benchmarking.measurements.pictures import Pictures
from config.benchmarking.measurements.process import Process
from config.benchmarking.measurements.publishing import Publishing
from config.benchmarking.measurements.saving import Saving
from config.benchmarking.measurements.writing import Writing
from config.benchmarking.world import World


class Measurement(Protocol):
    """One subject; `code` is what `--only` names it by."""

    code: str

    def measure(self, world: World) -> Iterable[Figure]:
        """Do the work and its limit, one after the other."""
        ...


MEASUREMENTS: Sequence[Measurement] = (
    Importing(),
    Writing(),
    Exporting(),
    Publishing(),
    Delivery(),
    Management(),
    Grid(),
    Library(),
    Saving(),
    Pictures(),
    Ingesting(),
    Process(),
)

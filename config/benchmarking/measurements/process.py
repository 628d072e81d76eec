"""The web process itself: how soon it answers, and what it weighs when nobody asks."""

from __future__ import annotations

import time
from collections.abc import Iterator

from config.benchmarking.figures import Figure, cost
from config.benchmarking.serving import WebServer
from config.benchmarking.timing import proportional_mib
from config.benchmarking.world import World

SETTLES_WITHIN_S = 2.0


class Process:
    """Cold start and idle memory with two workers."""

    code = "process"

    def measure(self, world: World) -> Iterator[Figure]:
        """Start it three times, and weigh the last one."""
        started = []
        for _ in range(3):
            server = WebServer.start()
            started.append(server.started_s)
            time.sleep(SETTLES_WITHIN_S)
            weight = proportional_mib(server.pids())
            server.stop()
        yield cost("web: cold start", min(started), "s", at_most=1.5, note="best of three, to the first answer")
        yield cost("web: idle memory", weight, "MiB PSS", at_most=250, note="two workers and their master")

"""Pictures: a photograph of 24 megapixels into six renditions, and a stored rendition over HTTP."""

from __future__ import annotations

import importlib.util
import io
import json
import subprocess
import sys
from collections.abc import Iterator

from assets.models import Asset
from assets.services.presets import PREVIEW, get_presets
from assets.services.urls import rendition_url
from config import env
from config.benchmarking.figures import Figure, cost
from config.benchmarking.serving import Client, time_requests
from config.benchmarking.timing import median_ms
from config.benchmarking.world import World


class Pictures:
    """One process draws, as a worker does; the web serves what is drawn."""

    code = "pictures"

    def measure(self, world: World) -> Iterator[Figure]:
        """Best of three processes for time, the largest for memory."""
        runs = [_run("ours") for _ in range(3)]
        has_vips = importlib.util.find_spec("pyvips") is not None
        limit = min(run["seconds"] for run in (_run("vips") for _ in range(3))) if has_vips else None
        seconds = min(run["seconds"] for run in runs)
        yield cost(
            "24 MP JPEG: six renditions", seconds, "s", limit=limit, at_most_ratio=1.2,
            note="pyvips, same outputs" if has_vips else "pyvips is not installed: nothing to compare with",
        )  # fmt: skip
        yield cost("24 MP JPEG: memory", max(run["peak_mib"] for run in runs), "MiB", at_most=250, note="whole process")
        yield self._stored(world)

    def _stored(self, world: World) -> Figure:
        _ = world.generated
        asset = Asset.objects.with_current().order_by("pk")[0]
        url = rendition_url(asset, get_presets().get(PREVIEW)).url
        client = Client(world.web, {})
        health_ms = median_ms(time_requests(client, "/healthz", times=200))
        stored_ms = median_ms(time_requests(client, url, times=300))
        return cost(
            "a stored rendition over HTTP", stored_ms, "ms", limit=health_ms, at_most=1.0, note="p50; beside /healthz"
        )


def _run(engine: str) -> dict[str, float]:
    """Draw in a process of its own, which says how long it took and what it used at most."""
    command = [sys.executable, "-m", "config.benchmarking.drawing", engine]
    done = subprocess.run(command, cwd=env.REPOSITORY, capture_output=True, text=True, check=True)
    return dict(json.load(io.StringIO(done.stdout)))

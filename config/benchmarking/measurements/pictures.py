"""Pictures: a photograph of 24 megapixels into six renditions, and a stored rendition over HTTP."""

from __future__ import annotations

import importlib.util
import io
import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

from assets.models import Asset
from assets.services.renditions.presets import PREVIEW, get_presets
from assets.services.renditions.urls import rendition_url
from config import env
from config.benchmarking.drawing import OUTPUTS
from config.benchmarking.figures import Figure, cost, rate
from config.benchmarking.serving import Client, time_requests
from config.benchmarking.timing import median_ms
from config.benchmarking.world import World

RUNS = 5


class Pictures:
    """One process draws, as a worker does; the web serves what is drawn."""

    code = "pictures"

    def measure(self, world: World) -> Iterator[Figure]:
        """Best of several processes for time, in turns, so that what else runs hits both; the largest for memory."""
        has_vips = importlib.util.find_spec("pyvips") is not None
        turns = [(_run("ours"), _run("vips") if has_vips else None) for _ in range(RUNS)]
        runs = [ours for ours, _vips in turns]
        limit = min((vips["seconds"] for _ours, vips in turns if vips), default=None)
        seconds = min(run["seconds"] for run in runs)
        yield cost(
            "24 MP JPEG: six renditions", seconds, "s", limit=limit, at_most_ratio=1.2,
            note="pyvips, same outputs" if has_vips else "pyvips is not installed: nothing to compare with",
        )  # fmt: skip
        yield cost("24 MP JPEG: memory", max(run["peak_mib"] for run in runs), "MiB", at_most=250, note="whole worker")
        if has_vips:
            yield self._likeness()
        ten = min(_run("ten")["cpu_seconds"] for _ in range(3))
        yield cost("24 MP JPEG: ten JPEG sizes", ten, "s", at_most=0.6, note="processor time, encoding included")
        yield self._stored(world)

    def _likeness(self) -> Figure:
        """How far the worst of the six is above pyvips's own, at equal settings."""
        found = _run("compare")
        leads = [ours - theirs for ours, theirs in zip(found["ours"], found["vips"], strict=True)]
        worst = min(range(len(leads)), key=leads.__getitem__)
        fmt, side = OUTPUTS[worst]
        return rate(
            "24 MP JPEG: likeness above pyvips's", leads[worst], unit="dB", at_least=0,
            note=f"worst of six, {fmt} {side}: PSNR {found['ours'][worst]:.2f} and {found['vips'][worst]:.2f}",
        )  # fmt: skip

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


def _run(work: str) -> dict[str, Any]:
    """Draw in a process of its own, which says how long it took and what it used at most."""
    command = [sys.executable, "-m", "config.benchmarking.drawing", work]
    done = subprocess.run(command, cwd=env.REPOSITORY, capture_output=True, text=True, check=True)
    return dict(json.load(io.StringIO(done.stdout)))

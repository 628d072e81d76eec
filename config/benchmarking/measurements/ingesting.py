"""Ingest: photographs of three megabytes until their thumbnails are there, by two workers; and by workers that are killed."""

from __future__ import annotations

import io
import random
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from time import perf_counter

from PIL import Image

from assets import storage
from assets.choices import RenditionState, VersionState
from assets.models import Asset, AssetVersion, Rendition
from assets.services.ingest import upload_asset
from assets.services.renditions.presets import THUMB
from config import env
from config.benchmarking.figures import Figure, cost, rate
from config.benchmarking.world import World
from pim.choices import Origin

FILES, KILLED_FILES = 1_000, 300
WORKERS = 2
KILLS = 10
WIDTH, HEIGHT = 4_000, 3_000
_SPARE = 1_500
_FINISHES_WITHIN_S = 900.0


class Ingesting:
    """Two processes check what waits, as the workers of two cores do."""

    code = "ingest"

    def measure(self, world: World) -> Iterator[Figure]:
        """A thousand files at full speed, then some with workers that are killed at random."""
        world.say(f"drawing {FILES + KILLED_FILES} photographs")
        pictures = draw_photographs(FILES + KILLED_FILES)
        limit = _decodes_per_s([next(pictures) for _ in range(4)])
        upload(islice(pictures, FILES))
        seconds, used_s = time_workers(WORKERS)
        size_mib = sum(AssetVersion.objects.values_list("size_bytes", flat=True)) / AssetVersion.objects.count() / 2**20
        yield rate(
            f"ingest of {FILES} files of {size_mib:.1f} MiB, until the thumbnail", count_thumbnails() / seconds,
            unit="files/s", limit=limit, at_least=15, note="two workers; beside one full decode on each core",
        )  # fmt: skip
        yield cost(
            "ingest: processor time of one file", used_s * 1000 / FILES, "ms", at_most=2_000 / 15,
            note="workers and confined processes, without PostgreSQL",
        )  # fmt: skip
        upload(pictures)
        killed = run_workers(WORKERS, kills=KILLS, numbers=random.Random(3))  # noqa: S311  a run repeats itself
        lost = count_lost()
        yield cost("files lost by workers that are killed", lost, "files", at_most=0, note=f"{killed} kills at random")


def draw_photographs(count: int) -> Iterator[bytes]:
    """Photographs of about three megabytes, each another view of one large scene."""
    scene = Image.new("RGB", (WIDTH + _SPARE, HEIGHT + _SPARE))
    for divisor, weight in ((400, 1.0), (60, 0.5), (12, 0.3), (3, 0.15)):
        size = (scene.width // divisor, scene.height // divisor)
        bands = [Image.effect_noise(size, 90).resize(scene.size, Image.Resampling.BICUBIC) for _ in range(3)]
        scene = Image.blend(scene, Image.merge("RGB", bands), weight)
    numbers = random.Random(7)  # noqa: S311  the same pictures each time
    for _number in range(count):
        left, top = numbers.randrange(_SPARE), numbers.randrange(_SPARE)
        out = io.BytesIO()
        scene.crop((left, top, left + WIDTH, top + HEIGHT)).save(out, "JPEG", quality=90)
        yield out.getvalue()


def upload(pictures: Iterable[bytes]) -> None:
    """Put files into quarantine, as the web does."""
    for number, content in enumerate(pictures):
        upload_asset(io.BytesIO(content), f"photograph_{number}.jpg", actor=None, origin=Origin.COMMAND)


def time_workers(count: int) -> tuple[float, float]:
    """Seconds that so many processes, started before, take until nothing waits, and the processor time they use."""
    workers = [_start("--wait") for _ in range(count)]
    try:
        for worker in workers:
            if worker.stdout is not None:
                worker.stdout.readline()
        started = perf_counter()
        for worker in workers:
            if worker.stdin is not None:
                worker.stdin.close()
        for worker in workers:
            worker.wait(_FINISHES_WITHIN_S)
        seconds = perf_counter() - started
        return seconds, sum(float(worker.stdout.read()) for worker in workers if worker.stdout is not None)
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()


def run_workers(count: int, *, kills: int = 0, numbers: random.Random | None = None) -> int:
    """Have so many processes work until nothing waits, killing them at random; return how many were killed.

    Raises:
        TimeoutError: they do not finish.
    """
    numbers = numbers or random.Random(1)  # noqa: S311  a run repeats itself
    killed, until = 0, time.monotonic() + _FINISHES_WITHIN_S
    workers = [_start() for _ in range(count)]
    try:
        while any(worker.poll() is None for worker in workers):
            if time.monotonic() > until:
                raise TimeoutError("The workers do not finish.")
            if killed >= kills:
                time.sleep(0.05)
                continue
            time.sleep(numbers.uniform(0.4, 2.0))
            victim = numbers.randrange(count)
            if workers[victim].poll() is None:
                workers[victim].kill()
                workers[victim].wait()
                killed += 1
                workers[victim] = _start()
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()
    return killed


def count_thumbnails() -> int:
    """Thumbnails that are there."""
    return Rendition.objects.filter(preset=THUMB, state=RenditionState.READY).count()


def count_lost() -> int:
    """Files that did not become a whole asset, and those left over in quarantine."""
    whole = 0
    for asset in Asset.objects.with_current():
        version = asset.version
        whole += version is not None and version.state == VersionState.READY and storage.is_stored(version.storage_key)
    return Asset.objects.count() - whole + sum(1 for _file in storage.walk_files("quarantine/"))


def _start(*arguments: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "config.benchmarking.ingesting", *arguments]
    pipe = subprocess.PIPE if arguments else subprocess.DEVNULL
    return subprocess.Popen(command, cwd=env.REPOSITORY, env=env.for_children(), stdin=pipe, stdout=pipe)


def _decodes_per_s(pictures: Sequence[bytes]) -> float:
    """The physical limit: as many full decodes as the cores make that the workers have."""
    started = perf_counter()
    for content in pictures:
        with Image.open(io.BytesIO(content), formats=["JPEG"]) as picture:
            picture.load()
    return WORKERS * len(pictures) / (perf_counter() - started)

"""A process that draws six renditions of a large photograph and says what that took; run by the picture measurement."""

from __future__ import annotations

import importlib
import io
import json
import math
import random
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter, process_time
from typing import TYPE_CHECKING, Any

from config import env
from config.benchmarking.timing import peak_mib, reset_peak

if TYPE_CHECKING:
    from PIL import Image

WIDTH, HEIGHT = 6_000, 4_000
OUTPUTS = (("webp", 2048), ("webp", 1024), ("webp", 512), ("webp", 256), ("jpeg", 800), ("avif", 400))
JPEG_SIDES = (2048, 1600, 1200, 1024, 800, 640, 480, 320, 200, 100)
QUALITY = {"webp": 80, "jpeg": 82, "avif": 60}
# The same quality, and the same effort: progressive JPEG with its own tables, AVIF at speed 8.
VIPS_OPTIONS: dict[str, dict[str, Any]] = {
    "webp": {"Q": QUALITY["webp"]},
    "jpeg": {"Q": QUALITY["jpeg"], "optimize_coding": True, "interlace": True},
    "avif": {"Q": QUALITY["avif"], "effort": 1},
}
PHOTOGRAPH = env.REPOSITORY.parent / "shared/data/07_photos/cameras_free_use/avif/Issue 649.avif"
"""A real photograph of 20 megapixels, where the shared data lies beside the checkout."""
_NOISE = 7
"""Standard deviation of a sensor's noise in good light, 0–255."""


def make_photograph() -> bytes:
    """24 megapixels as a camera writes them: a real photograph where there is one, else noise at several scales."""
    from PIL import Image, ImageChops

    size = (WIDTH, HEIGHT)
    random.seed(0)
    picture = _read_photograph(PHOTOGRAPH) or _invent_photograph()
    noise = Image.merge("RGB", [Image.effect_noise(size, _NOISE) for _ in range(3)])
    picture = ImageChops.add(picture.resize(size, Image.Resampling.BICUBIC), noise, offset=-128)
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=90)
    return file.getvalue()


def _read_photograph(path: Path) -> Image.Image | None:
    from PIL import Image

    if not path.exists():
        return None
    with Image.open(path, formats=["AVIF"]) as picture:
        return picture.convert("RGB")


def _invent_photograph() -> Image.Image:
    from PIL import Image

    picture = Image.new("RGB", (WIDTH, HEIGHT))
    for divisor, weight in ((400, 1.0), (60, 0.5), (12, 0.3)):
        size = (WIDTH // divisor, HEIGHT // divisor)
        bands = [Image.effect_noise(size, 90).resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC) for _ in range(3)]
        picture = Image.blend(picture, Image.merge("RGB", bands), weight)
    return picture


def draw_ours(content: bytes, outputs: tuple[tuple[str, int], ...] = OUTPUTS) -> list[bytes]:
    """With the platform's engine."""
    from assets.probe import sniff
    from assets.probe.sniffing import SNIFF_BYTES
    from assets.render import Order, parse_preset, render

    orders = [
        Order(
            parse_preset(
                f"b{size}{fmt}",
                {"fit": "contain", "width": size, "height": size, "formats": [fmt], "quality": {fmt: QUALITY[fmt]}},
            ),
            fmt,
        )
        for fmt, size in outputs
    ]
    media = sniff(content[:SNIFF_BYTES], "photograph.jpg")
    if media is None:
        raise SystemExit("The photograph is not taken for a picture.")
    return [drawn.content for drawn in render(io.BytesIO(content), media, orders)]


def draw_vips(content: bytes) -> list[bytes]:
    """With pyvips, each output from the file."""
    pyvips: Any = importlib.import_module("pyvips")
    drawn = []
    for fmt, size in OUTPUTS:
        picture = pyvips.Image.thumbnail_buffer(content, size)
        suffix = ".jpg" if fmt == "jpeg" else f".{fmt}"
        drawn.append(picture.write_to_buffer(suffix, strip=True, **VIPS_OPTIONS[fmt]))
    return drawn


def draw_ten(content: bytes) -> list[bytes]:
    """Ten JPEG files of falling size, with the platform's engine."""
    return draw_ours(content, tuple(("jpeg", side) for side in JPEG_SIDES))


def compare(content: bytes) -> dict[str, list[float]]:
    """PSNR in decibels of every output of both engines, against the photograph decoded whole and scaled without loss."""
    from PIL import Image

    with Image.open(io.BytesIO(content), formats=["JPEG"]) as source:
        whole = source.convert("RGB")
    found: dict[str, list[float]] = {"ours": [], "vips": []}
    drawn = {"ours": draw_ours(content), "vips": draw_vips(content)}
    for number, (_fmt, side) in enumerate(OUTPUTS):
        reference = whole.resize((side, round(side * HEIGHT / WIDTH)), Image.Resampling.LANCZOS)
        for engine, files in drawn.items():
            found[engine].append(measure_psnr(files[number], reference))
    return found


def measure_psnr(file: bytes, reference: Image.Image) -> float:
    """Peak signal-to-noise ratio of an encoded picture, in decibels."""
    from PIL import Image, ImageChops, ImageStat

    with Image.open(io.BytesIO(file)) as picture:
        difference = ImageStat.Stat(ImageChops.difference(picture.convert("RGB"), reference))
    mean = sum(difference.sum2) / (3 * reference.width * reference.height)
    return 10 * math.log10(255 * 255 / mean) if mean else math.inf


def become_worker() -> None:
    """Load what a worker has loaded, and keep memory as it does."""
    import django

    from config.celery import give_memory_back

    django.setup()
    give_memory_back()


def main(work: str) -> None:
    """Draw once to have everything loaded, then once that counts."""
    source = env.home() / "photograph.jpg"
    if not source.exists():
        source.write_bytes(make_photograph())
    content = source.read_bytes()
    if work == "compare":
        json.dump(compare(content), sys.stdout)
        return
    if work != "vips":
        become_worker()
    draw: Callable[[bytes], list[bytes]] = {"ours": draw_ours, "vips": draw_vips, "ten": draw_ten}[work]
    draw(content)
    reset_peak()
    started, busy = perf_counter(), process_time()
    draw(content)
    took = {"seconds": perf_counter() - started, "cpu_seconds": process_time() - busy}
    json.dump({**took, "peak_mib": peak_mib()}, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1])

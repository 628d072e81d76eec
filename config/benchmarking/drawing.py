"""A process that draws six renditions of a large photograph and says what that took; run by the picture measurement."""

from __future__ import annotations

import importlib
import io
import json
import sys
from time import perf_counter
from typing import Any

from config import env
from config.benchmarking.timing import peak_mib, reset_peak

WIDTH, HEIGHT = 6_000, 4_000
OUTPUTS = (("webp", 2048), ("webp", 1024), ("webp", 512), ("webp", 256), ("jpeg", 800), ("avif", 400))


def make_photograph() -> bytes:
    """24 megapixels with the detail of a photograph: noise at several scales, so that encoders have work to do."""
    from PIL import Image

    picture = Image.new("RGB", (WIDTH, HEIGHT))
    for divisor, weight in ((400, 1.0), (60, 0.5), (12, 0.3), (3, 0.15)):
        size = (WIDTH // divisor, HEIGHT // divisor)
        bands = [Image.effect_noise(size, 90).resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC) for _ in range(3)]
        picture = Image.blend(picture, Image.merge("RGB", bands), weight)
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=90)
    return file.getvalue()


def draw_ours(content: bytes) -> None:
    """With the platform's engine."""
    from assets.probe.sniffing import SNIFF_BYTES, sniff
    from assets.render import Order, parse_preset, render

    orders = [
        Order(parse_preset(f"b{size}{fmt}", {"fit": "contain", "width": size, "height": size, "formats": [fmt]}), fmt)
        for fmt, size in OUTPUTS
    ]
    file = io.BytesIO(content)
    media = sniff(content[:SNIFF_BYTES], "photograph.jpg")
    if media is None:
        raise SystemExit("The photograph is not taken for a picture.")
    render(file, media, orders)


def draw_vips(content: bytes) -> None:
    """With pyvips, each output from the file."""
    pyvips: Any = importlib.import_module("pyvips")
    for fmt, size in OUTPUTS:
        picture = pyvips.Image.thumbnail_buffer(content, size)
        picture.write_to_buffer(f".{'jpg' if fmt == 'jpeg' else fmt}", strip=True)


def main(engine: str) -> None:
    """Draw once to have everything loaded, then once that counts."""
    source = env.home() / "photograph.jpg"
    if not source.exists():
        source.write_bytes(make_photograph())
    content = source.read_bytes()
    draw = {"ours": draw_ours, "vips": draw_vips}[engine]
    draw(content)
    reset_peak()
    started = perf_counter()
    draw(content)
    seconds = perf_counter() - started
    json.dump({"seconds": seconds, "peak_mib": peak_mib()}, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1])

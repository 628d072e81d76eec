from __future__ import annotations

import io
import random
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image

from assets.probe import Limits, probe, sniff
from pim.errors import Refused
from tests.assets.pictures import as_bytes, as_file, draw_scene, make_exif
from tests.shared_data import shared_data

PHOTOS = ("07_photos",)


def refusal_of(content: bytes, filename: str = "x.jpg", limits: Limits | None = None) -> str:
    with pytest.raises(Refused) as refused:
        probe(io.BytesIO(content), filename, limits=limits or Limits())
    return refused.value.code


@pytest.mark.parametrize("fmt", ["JPEG", "PNG", "WEBP", "AVIF", "GIF", "TIFF"])
def test_the_type_is_read_from_the_bytes_and_not_from_the_name(fmt: str) -> None:
    facts = probe(as_file(draw_scene(), fmt), "invoice.pdf")

    assert facts.media.name == f"image/{fmt.lower()}"
    assert (facts.width_px, facts.height_px) == (120, 80)


@pytest.mark.parametrize(
    "content",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<!DOCTYPE html><script>alert(1)</script>",
        b"MZ\x90\x00",
        b"\x7fELF",
        b"%!PS-Adobe-3.0 EPSF-3.0",
        b"PK\x03\x04anything",
    ],
)
def test_formats_outside_the_allow_list_are_refused(content: bytes) -> None:
    assert refusal_of(content, "harmless.txt") == "format_not_allowed"


def test_text_and_office_files_are_documents_without_a_picture() -> None:
    facts = probe(io.BytesIO(b"sku;name\r\n1;Mug\r\n"), "prices.csv")

    assert (facts.media.kind, facts.media.name, facts.width_px) == ("document", "text/csv", None)
    assert sniff(b"PK\x03\x04", "offer.docx") is not None
    assert sniff(b"%PDF-1.7", "") is not None


def test_an_empty_file_is_refused() -> None:
    assert refusal_of(b"") == "file_empty"


def test_a_large_file_is_refused() -> None:
    assert refusal_of(as_bytes(draw_scene()), limits=Limits(max_bytes=100)) == "file_too_large"


def png_header(width: int, height: int) -> bytes:
    body = struct.pack(">2I5B", width, height, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + body
    return (
        b"\x89PNG\r\n\x1a\n"
        + struct.pack(">I", 13)
        + chunk
        + struct.pack(">I", zlib.crc32(chunk))
        + struct.pack(">I", 0)
        + b"IDAT"
        + bytes(8)
    )


def webp_header(width: int, height: int) -> bytes:
    size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return b"RIFF" + struct.pack("<I", 22) + b"WEBPVP8X" + struct.pack("<I", 10) + bytes(4) + size


@pytest.mark.parametrize("header", [png_header(30_000, 30_000), webp_header(16_000, 16_000), png_header(60_000, 10)])
def test_a_header_that_promises_too_many_pixels_is_refused_before_decoding(header: bytes) -> None:
    assert refusal_of(header) == "picture_too_large"


def test_a_progressive_jpeg_may_hold_fewer_pixels() -> None:
    limits = Limits(max_pixels=10_000, max_progressive_pixels=5_000)

    assert refusal_of(as_bytes(draw_scene(), progressive=True), limits=limits) == "picture_too_large"
    assert probe(as_file(draw_scene()), limits=limits).width_px == 120


@pytest.mark.parametrize("fmt", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_a_truncated_picture_is_refused_with_a_sentence(fmt: str) -> None:
    content = as_bytes(Image.effect_noise((200, 200), 80).convert("RGB"), fmt)

    assert refusal_of(content[: len(content) // 2]) == "picture_broken"


def test_width_and_height_are_as_seen() -> None:
    facts = probe(as_file(draw_scene(), exif=make_exif(orientation=6)))

    assert (facts.width_px, facts.height_px) == (80, 120)
    assert facts.metadata["orientation"] == 6


def test_metadata_is_plain_json() -> None:
    facts = probe(as_file(draw_scene(), exif=make_exif(gps=True, copyright_line="© Müller")))

    assert facts.metadata["gps"] == {"latitude": 52.52, "longitude": 13.405}
    assert "Copyright" in facts.metadata["exif"]  # type: ignore[operator]
    assert "\x00" not in str(facts.metadata)


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("fmt", ["JPEG", "PNG", "WEBP", "AVIF", "GIF", "TIFF"])
def test_damage_anywhere_is_no_worse_than_a_refusal(fmt: str) -> None:
    content, numbers = as_bytes(draw_scene(), fmt), random.Random(7)
    codes = set()

    for _ in range(150):
        damaged = bytearray(content)
        for _ in range(numbers.choice((1, 5, 20))):
            damaged[numbers.randrange(12, len(damaged))] = numbers.randrange(256)
        try:
            probe(io.BytesIO(damaged))
        except Refused as error:
            codes.add(error.code)

    assert codes <= {"picture_broken", "picture_too_large", "picture_empty"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be"])
def test_a_dtd_in_the_metadata_is_read_in_no_encoding(encoding: str) -> None:
    rdf = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
    packet = f'<!DOCTYPE x [<!ENTITY a "aaaa">]><x {rdf}><rdf:Description><y>&a;&a;</y></rdf:Description></x>'

    facts = probe(as_file(draw_scene(), xmp=packet.encode(encoding)))

    assert "xmp" not in facts.metadata


def test_looking_alike_gives_near_hashes() -> None:
    scene = Image.radial_gradient("L").resize((300, 200)).rotate(20).convert("RGB")
    first = probe(as_file(scene)).dhash
    second = probe(as_file(scene.resize((150, 100)), "PNG")).dhash
    other = probe(as_file(Image.linear_gradient("L").resize((300, 200)).rotate(70).convert("RGB"))).dhash

    assert first is not None
    assert second is not None
    assert other is not None
    assert (first ^ second & 0xFFFFFFFFFFFFFFFF).bit_count() <= 6
    assert (first ^ other & 0xFFFFFFFFFFFFFFFF).bit_count() > 10


def photographs() -> list[str]:
    root = shared_data(*PHOTOS)
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


def test_real_photographs_and_broken_ones_never_raise_anything_but_a_refusal() -> None:
    root = shared_data(*PHOTOS)
    accepted, refused = 0, {}
    for name in photographs():
        path = Path(root, name)
        try:
            with path.open("rb") as file:
                probe(file, path.name)
            accepted += 1
        except Refused as error:
            refused[path.name] = error.code

    assert accepted >= 115
    assert {refused[name] for name in ("truncated.jpg", "truncated.png", "corrupt-header.jpg")} == {"picture_broken"}
    assert "check.svg" not in refused

from __future__ import annotations

import io
import random
import struct

import pytest

from assets.probe import formats, probe
from assets.probe.animation import count_frames
from assets.probe.formats import MediaType, is_mislabelled
from assets.probe.sniffing import identify
from assets.probe.streams import read_stream
from assets.probe.streams.boxes import find_location
from pim.errors import Refused
from tests.assets.pictures import as_bytes, draw_scene
from tests.assets.test_previews import make_flac, make_wave
from tests.shared_data import shared_data


def box(name: bytes, *bodies: bytes) -> bytes:
    body = b"".join(bodies)
    return struct.pack(">I", 8 + len(body)) + name + body


def make_mp4(*, turned: bool = False, brand: bytes = b"isom") -> bytes:
    """One track of 640 × 360 and 2.5 seconds, with texts; the picture may be turned by a quarter."""
    matrix = (0, 1 << 16, 0, -1 << 16, 0, 0, 0, 0, 1 << 30) if turned else (1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30)
    track = bytes(40) + struct.pack(">9i", *matrix) + struct.pack(">2I", 640 << 16, 360 << 16)
    length = bytes(12) + struct.pack(">2I", 1_000, 2_500) + bytes(80)
    named = box(b"\xa9nam", box(b"data", bytes(8), "Föhn".encode()))
    place = b"+48.8577+002.2950/"
    texts = box(
        b"udta",
        box(b"\xa9xyz", struct.pack(">2H", len(place), 0), place),
        box(b"meta", bytes(4), box(b"hdlr", bytes(25)), box(b"ilst", named)),
    )
    return box(b"ftyp", brand, bytes(4), b"mp42") + box(
        b"moov", box(b"mvhd", length), box(b"trak", box(b"tkhd", track)), texts
    )


@pytest.mark.parametrize(("turned", "size"), [(False, (640, 360)), (True, (360, 640))])
def test_a_film_says_its_length_its_size_as_seen_and_its_texts(turned: bool, size: tuple[int, int]) -> None:
    stream = read_stream(io.BytesIO(make_mp4(turned=turned)), formats.MP4)

    assert (stream.duration_ms, stream.width_px, stream.height_px) == (2500, *size)
    assert stream.tags == {"title": "Föhn", "location": "+48.8577+002.2950/"}


def test_the_brand_says_what_the_boxes_are() -> None:
    brands = {
        b"isom": formats.MP4,
        b"qt  ": formats.MOV,
        b"M4V ": formats.M4V,
        b"M4A ": formats.M4A,
        b"crx ": formats.RAW,
    }

    for brand, media in brands.items():
        assert identify(io.BytesIO(make_mp4(brand=brand)), "x") == media


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("+48.8577+002.295/", (48.8577, 2.295)),
        ("-33.85+151.2+010.0/", (-33.85, 151.2)),
        ("+99+002", None),
        ("here", None),
    ],
)
def test_places_are_read_from_their_standard_form(text: str, place: tuple[float, float] | None) -> None:
    assert find_location(text) == place


def test_boxes_that_never_end_or_hold_themselves_say_nothing() -> None:
    endless = box(b"ftyp", b"isom") + b"\x00\x00\x00\x08free" * 50_000
    deep = b"".join(struct.pack(">I", 8_000) + b"moov" for _ in range(1_000))

    assert read_stream(io.BytesIO(endless), formats.MP4).duration_ms is None
    assert read_stream(io.BytesIO(deep), formats.MP4).duration_ms is None


def test_an_absurd_length_is_left_out() -> None:
    content = make_mp4().replace(struct.pack(">2I", 1_000, 2_500), struct.pack(">2I", 1, 0xFFFFFFFF))

    assert read_stream(io.BytesIO(content), formats.MP4).duration_ms is None


@pytest.mark.parametrize(
    ("name", "media", "duration_ms"),
    [
        (("08_documents_media", "smallest_files_cc0", "mp3.mp3"), formats.MP3, 72),
        (("08_documents_media", "smallest_files_cc0", "webm.webm"), formats.WEBM, 1000),
        (("07_photos", "cameras_free_use", "mp4", "uuid540.mp4"), formats.MP4, 1034),
    ],
)
def test_real_headers_are_read(name: tuple[str, ...], media: MediaType, duration_ms: int) -> None:
    with shared_data(*name).open("rb") as file:
        assert identify(file, name[-1]) == media
        assert read_stream(file, media).duration_ms == duration_ms


SOURCES = {
    formats.MP4: make_mp4,
    formats.WAV: lambda: make_wave(1),
    formats.FLAC: lambda: make_flac(as_bytes(draw_scene(8, 8), "PNG")),
    formats.GIF: lambda: as_bytes(draw_scene(), "GIF"),
    formats.PNG: lambda: as_bytes(draw_scene(), "PNG"),
    formats.WEBP: lambda: as_bytes(draw_scene(), "WEBP"),
}


@pytest.mark.parametrize("media", list(SOURCES), ids=lambda media: media.extension)
def test_damage_in_a_header_is_never_an_error(media: MediaType) -> None:
    content, numbers = SOURCES[media](), random.Random(11)

    for _round in range(200):
        damaged = bytearray(content)
        for _place in range(numbers.choice((1, 4, 16))):
            damaged[numbers.randrange(min(len(damaged), 600))] = numbers.randrange(256)
        read_stream(io.BytesIO(damaged), media)
        assert count_frames(io.BytesIO(damaged), media) >= 1


def test_office_files_are_told_apart_by_what_is_in_them() -> None:
    root = shared_data("08_documents_media", "format_corpus_cc0")
    word = root / "pdfCabinetOfHorrors" / "text_only.doc"
    sheet = root / "office-examples" / "Old Access" / "Reviews.xls"
    book = root / "ebooks" / "calibre 0.9.0" / "lorem-ipsum.epub"

    found = {}
    for path in (word, sheet, book):
        with path.open("rb") as file:
            found[path.suffix] = identify(file, "misnamed.ppt").extension

    assert found == {".doc": "doc", ".xls": "xls", ".epub": "epub"}


def test_an_old_document_with_macros_is_refused() -> None:
    folder = shared_data("08_documents_media", "format_corpus_cc0", "variations", "variations", "application", "msword")
    path = folder / "lorem-ipsum-pages-09-4.1-923.doc"
    content = path.read_bytes()
    name = "ObjectPool".encode("utf-16-le")
    macros = content.replace(name, "Macros\0\0\0\0".encode("utf-16-le"))
    at = macros.find("Macros".encode("utf-16-le")) + 64
    macros = macros[:at] + (14).to_bytes(2, "little") + macros[at + 2 :]

    with pytest.raises(Refused, match="macros"):
        identify(io.BytesIO(macros), "text.doc")


@pytest.mark.parametrize(
    ("name", "media", "is_wrong"),
    [
        ("a.JPG", formats.JPEG, False),
        ("a.jpeg", formats.JPEG, False),
        ("a.png", formats.JPEG, True),
        ("jpeg", formats.JPEG, False),
        ("a.heif", formats.HEIC, False),
        ("scan.tiff", formats.TIFF, False),
        ("x.nef", formats.RAW, False),
    ],
)
def test_a_wrong_name_is_noticed_and_a_usual_one_is_not(name: str, media: MediaType, is_wrong: bool) -> None:
    assert is_mislabelled(media, name) is is_wrong


def test_the_length_of_a_film_is_a_fact() -> None:
    facts = probe(io.BytesIO(make_mp4()), "clip.mp4")

    assert (facts.media.kind, facts.duration_ms) == ("video", 2500)
    assert facts.metadata == {"gps": {"latitude": 48.8577, "longitude": 2.295}, "media": {"title": "Föhn"}}

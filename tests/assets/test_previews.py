from __future__ import annotations

import io
import wave
from pathlib import Path

import pytest
from PIL import Image

from assets.preview import NoPreview, examine_file, make_preview_key, read_first_lines, render_page
from assets.preview.examining import Examined
from assets.probe import formats
from tests.assets.ffmpeg import put_on_path
from tests.assets.pictures import as_bytes, as_file, draw_scene
from tests.shared_data import shared_data

MEDIA = "08_documents_media"


def examine(*parts: str) -> Examined:
    path = shared_data(*parts)
    with path.open("rb") as file:
        return examine_file(file, path.name)


def open_preview(examined: Examined) -> Image.Image:
    assert examined.preview is not None
    return Image.open(io.BytesIO(examined.preview.content))


def make_pdf(*boxes: str, count: int | None = None) -> bytes:
    """A PDF with a blue square on each page; its offsets are right, so that nothing needs mending."""
    pages = [f"{3 + 2 * number} 0 R" for number in range(len(boxes))]
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{' '.join(pages)}] /Count {count if count is not None else len(boxes)} >>",
    ]
    paint = "0 0 1 rg 10 10 50 50 re f"
    for number, box in enumerate(boxes):
        objects.append(f"<< /Type /Page /Parent 2 0 R /MediaBox [{box}] /Contents {4 + 2 * number} 0 R >>")
        objects.append(f"<< /Length {len(paint)} >>\nstream\n{paint}\nendstream")
    out, offsets = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode()
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{offset:010d} 00000 n \n".encode() for offset in offsets)
    out += f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF".encode()
    return bytes(out)


def test_the_first_page_of_a_pdf_is_its_picture() -> None:
    examined = examine_file(io.BytesIO(make_pdf("0 0 200 100", "0 0 100 100")), "leaflet.pdf")

    facts, picture = examined.facts, open_preview(examined)
    assert (facts.media.name, facts.media.kind, facts.pages) == ("application/pdf", "document", 2)
    assert (facts.width_px, facts.height_px) == picture.size == (2000, 1000)
    assert picture.convert("RGB").getpixel((200, 800)) == (0, 0, 255)
    assert picture.convert("RGB").getpixel((1900, 100)) == (255, 255, 255)
    assert 0x0000FF in facts.palette
    assert "no_preview" not in facts.measures


def test_any_page_can_be_drawn_and_no_other() -> None:
    content = io.BytesIO(make_pdf("0 0 200 100", "0 0 100 300"))

    second = render_page(content, formats.PDF, 2, max_side_px=600)

    assert (second.width_px, second.height_px, second.page, second.extension) == (200, 600, 2, "png")
    with pytest.raises(NoPreview, match="only 2 pages"):
        render_page(content, formats.PDF, 3)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (make_pdf("0 0 0 0"), ""),
        (make_pdf("0 0 1e30 5"), ""),
        (b"%PDF-1.7\nnothing of a kind", "damaged"),
        (make_pdf(), ""),
    ],
)
def test_a_pdf_that_makes_no_sense_is_kept_with_a_sentence_or_drawn_in_bounds(content: bytes, sentence: str) -> None:
    examined = examine_file(io.BytesIO(content), "odd.pdf")

    if examined.preview is not None:
        assert max(examined.preview.width_px, examined.preview.height_px) <= 2000
    else:
        assert str(examined.facts.measures["no_preview"]).startswith("No preview: ")
        assert sentence in str(examined.facts.measures["no_preview"])


def test_a_page_of_a_kilometre_is_drawn_no_larger_than_any() -> None:
    examined = examine_file(io.BytesIO(make_pdf("0 0 2000000 1000000")), "banner.pdf")

    assert (examined.facts.width_px, examined.facts.height_px) == (2000, 1000)


def test_a_million_claimed_pages_cost_nothing() -> None:
    examined = examine_file(io.BytesIO(make_pdf("0 0 100 100", count=1_000_000)), "long.pdf")

    assert examined.facts.media.name == "application/pdf"


def test_a_pdf_behind_a_password_says_so() -> None:
    examined = examine(MEDIA, "format_corpus_cc0", "pdfCabinetOfHorrors", "encryption_openpassword.pdf")

    assert examined.preview is None
    assert examined.facts.measures["no_preview"] == "No preview: the PDF opens with a password only."


def test_metadata_of_a_pdf_is_read() -> None:
    facts = examine(MEDIA, "format_corpus_cc0", "pdfCabinetOfHorrors", "text_only_pdfa1b.pdf").facts

    assert facts.pages == 1
    assert isinstance(facts.metadata["pdf"], dict)
    assert isinstance(facts.metadata["xmp"], dict)
    assert facts.metadata["pdf"]["Creator"] == "Acrobat PDFMaker 9.1 voor Word"


def test_illustrator_files_are_design_and_shown_like_the_pdf_they_are() -> None:
    examined = examine_file(io.BytesIO(make_pdf("0 0 100 100")), "logo.ai")

    assert (examined.facts.media.kind, examined.facts.media.extension) == ("design", "ai")
    assert open_preview(examined).size == (2000, 2000)


def test_a_photograph_from_a_telephone_keeps_its_size_and_profile() -> None:
    examined = examine("07_photos", "cameras_free_use", "heic", "cheers_1440x960.heic")

    facts = examined.facts
    assert (facts.media.name, facts.width_px, facts.height_px) == ("image/heic", 1440, 960)
    assert open_preview(examined).size == (1440, 960)
    assert facts.dhash is not None
    assert len(facts.palette) >= 2


def test_an_unknown_variety_of_heif_is_kept_with_a_sentence() -> None:
    examined = examine("07_photos", "libheif_lgpl", "lightning_mini.heif")

    assert examined.preview is None
    assert "variety" in str(examined.facts.measures["no_preview"])


@pytest.mark.parametrize(
    ("parts", "size", "duration_ms"),
    [
        (("07_photos", "cameras_free_use", "mov", "with-gps.mov"), (320, 568), 4002),
        ((MEDIA, "mdn_cc0", "rabbit320.mp4"), (320, 240), 7800),
        ((MEDIA, "mdn_cc0", "rabbit320.webm"), (320, 240), 7800),
    ],
)
def test_a_film_has_a_poster_a_length_and_its_size_as_seen(
    parts: tuple[str, ...], size: tuple[int, int], duration_ms: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_on_path(tmp_path / "bin", monkeypatch)

    examined = examine(*parts)

    facts = examined.facts
    assert (facts.media.kind, facts.duration_ms) == ("video", duration_ms)
    assert (facts.width_px, facts.height_px) == open_preview(examined).size == size
    assert (facts.measures["video_width_px"], facts.measures["video_height_px"]) == size


def test_without_ffmpeg_a_film_is_kept_with_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")

    examined = examine(MEDIA, "mdn_cc0", "rabbit320.mp4")

    assert examined.preview is None
    assert examined.facts.duration_ms == 7800
    assert "ffmpeg is not installed" in str(examined.facts.measures["no_preview"])


def test_where_a_film_was_taken_is_read_like_that_of_a_picture() -> None:
    facts = examine("07_photos", "cameras_free_use", "mp4", "with-gps.mp4").facts

    assert facts.metadata["gps"] == {"latitude": 51.4169, "longitude": -0.0806}
    assert "location" not in str(facts.metadata.get("media"))


def make_wave(seconds: int) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(8_000)
        file.writeframes(bytes(8_000 * seconds))
    return out.getvalue()


def make_flac(cover: bytes) -> bytes:
    rate, samples = 44_100, 44_100 * 3
    info = bytes(10) + (rate << 4).to_bytes(3, "big") + samples.to_bytes(5, "big") + bytes(16)
    picture = (
        bytes(4) + (9).to_bytes(4, "big") + b"image/png" + bytes(4) + bytes(16) + len(cover).to_bytes(4, "big") + cover
    )
    return b"fLaC\x00" + len(info).to_bytes(3, "big") + info + b"\x86" + len(picture).to_bytes(3, "big") + picture


def test_sound_has_a_length_and_no_picture() -> None:
    facts = examine_file(io.BytesIO(make_wave(3)), "jingle.wav").facts

    assert (facts.media.name, facts.media.kind, facts.duration_ms, facts.width_px) == ("audio/wav", "audio", 3000, None)
    assert facts.measures["no_preview"] == "No preview: it is sound."


def test_the_cover_that_sound_brings_is_its_picture() -> None:
    examined = examine_file(io.BytesIO(make_flac(as_bytes(draw_scene(100, 100), "PNG"))), "song.flac")

    assert (examined.facts.media.kind, examined.facts.duration_ms) == ("audio", 3000)
    assert open_preview(examined).size == (100, 100)


def test_pages_of_a_tiff_are_counted_and_drawn() -> None:
    file = as_file(draw_scene(60, 40), "TIFF", save_all=True, append_images=[draw_scene(80, 80), draw_scene(20, 90)])

    assert examine_file(file, "scan.tif").facts.pages == 3
    third = render_page(file, formats.TIFF, 3)
    assert (third.width_px, third.height_px) == (20, 90)
    with pytest.raises(NoPreview):
        render_page(file, formats.TIFF, 4)


@pytest.mark.parametrize(
    ("name", "content", "kind", "sentence"),
    [
        ("layers.psd", b"8BPS\x00\x01" + bytes(40), "design", "never opened"),
        ("label.eps", b"%!PS-Adobe-3.0 EPSF-3.0\n/x {(/etc/passwd) run} def", "design", "never opened"),
        ("mug.glb", b"glTF\x02\0\0\0" + bytes(20), "3d", "3D models"),
        ("mug.obj", b"v 0 0 0\nv 1 0 0\nf 1 2 1\n", "3d", "3D models"),
        ("photo.jp2", b"\x00\x00\x00\x0cjP  \r\n\x87\n" + bytes(20), "image", "not opened"),
        ("photo.dng", b"II*\x00\x08\0\0\0" + bytes(20), "image", "camera raw"),
        ("list.csv", b"sku;name\n1;Mug\n", "document", "it is text"),
        ("type.woff2", b"wOF2" + bytes(20), "other", "not opened"),
    ],
)
def test_what_is_never_opened_is_kept_with_a_sentence(name: str, content: bytes, kind: str, sentence: str) -> None:
    examined = examine_file(io.BytesIO(content), name)

    assert (examined.facts.media.kind, examined.facts.width_px, examined.preview) == (kind, None, None)
    assert sentence in str(examined.facts.measures["no_preview"])


def test_the_beginning_of_a_text_is_read_as_plain_text() -> None:
    content = "größe;<b>\x07x</b>\nzweite\n".encode()

    assert read_first_lines(io.BytesIO(content)) == ["größe;<b>x</b>", "zweite"]
    assert read_first_lines(io.BytesIO("a\nb\n".encode("utf-16"))) == ["a", "b"]
    assert read_first_lines(io.BytesIO("Größe".encode("cp1252"))) == ["Größe"]
    assert read_first_lines(io.BytesIO(b"x\n" * 1000), most=3) == ["x", "x", "x", "…"]
    assert read_first_lines(io.BytesIO(b"x" * (1 << 20))) == ["x" * 2_000, "…"]


def test_previews_are_named_by_what_they_are_made_of() -> None:
    key = make_preview_key("ab" * 32, 2, "png")

    assert key == f"previews/ab/{'ab' * 32}-2.png"

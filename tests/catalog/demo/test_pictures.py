"""The demo's pictures and documents are drawn the same each time."""

from __future__ import annotations

import datetime as dt
import hashlib
import io

import pytest
from PIL import Image

from catalog.demo.build import build_demo
from catalog.demo.drawing.studio import build_backdrop
from catalog.demo.picturing import DRAWINGS, DemoFile, Picture, _draw

FILES = {file.code: file for file in build_demo(dt.date(2024, 12, 1)).files}


def _read_afresh(file: DemoFile) -> str:
    _draw.cache_clear()
    build_backdrop.cache_clear()
    return hashlib.sha256(file.read()[1]).hexdigest()


@pytest.mark.parametrize("code", ["alva-terracotta", "kaya-group", "fenn-detail", "care-ceramics-fr"])
def test_a_file_has_the_same_bytes_each_time(code: str) -> None:
    assert _read_afresh(FILES[code]) == _read_afresh(FILES[code])


def test_every_drawing_is_used() -> None:
    used = {
        product.drawing
        for file in FILES.values()
        if isinstance(file.content, Picture)
        for product in file.content.products
    }

    assert used == set(DRAWINGS)


def test_a_picture_is_a_jpeg_of_800_pixels() -> None:
    name, content = FILES["runa-forest-oak"].read()

    with Image.open(io.BytesIO(content)) as picture:
        assert (name, picture.format, picture.size) == ("runa-forest-oak.jpg", "JPEG", (800, 800))


def test_no_two_pictures_are_alike() -> None:
    pictures = [file.content for file in FILES.values() if isinstance(file.content, Picture)]

    assert len(set(pictures)) == len(pictures) == 200


def test_a_document_is_a_pdf_in_its_language() -> None:
    name, content = FILES["hilda-datasheet-de"].read()

    assert name == "hilda-datasheet-de.pdf"
    assert content.startswith(b"%PDF-1.4")
    assert content.endswith(b"%%EOF\n")
    assert "Esszimmerstuhl Hilda".encode("cp1252") in content

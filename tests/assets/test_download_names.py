"""Names inside a ZIP: safe on every system, and no two alike."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.services.downloads.naming import (
    LAYOUTS,
    MAX_NAME_BYTES,
    Names,
    fill_layout,
    read_layout,
    safe_name,
    split_name,
)
from pim.errors import Refused


@pytest.mark.parametrize(
    ("hostile", "safe"),
    [
        ("../../etc/passwd", "_.._etc_passwd"),
        ("..\\..\\boot.ini", "_.._boot.ini"),
        ("a\x00b.png", "a_b.png"),
        ("CON", "_CON"),
        ("nul.png", "_nul.png"),
        ("com1.tar.gz", "_com1.tar.gz"),
        ("console.png", "console.png"),
        ("C:evil.png", "C_evil.png"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("trailing. . ", "trailing"),
        ("...", "_"),
        ("", "_"),
        ("tab\there\n.png", "tab_here_.png"),
        ('<>:"|?*.png', "_______.png"),
        ("Cafe\u0301.png", "Café.png"),
        (".htaccess", "htaccess"),
    ],
)
def test_a_hostile_name_becomes_a_plain_one(hostile: str, safe: str) -> None:
    assert safe_name(hostile) == safe


@given(st.text(max_size=400))
def test_no_name_leads_elsewhere(text: str) -> None:
    name = safe_name(text)

    assert name not in {"", ".", ".."}
    assert not set(name) & set('/\\\x00<>:"|?*')
    assert len(name.encode()) <= MAX_NAME_BYTES
    assert name == name.strip(" .")
    assert safe_name(name) == name


def test_a_long_name_keeps_its_extension() -> None:
    assert safe_name("ä" * 300 + ".png") == "ä" * 73 + ".png"


def fields(**more: str) -> dict[str, str]:
    known = {"filename": "mug.png", "name": "mug", "ext": "png", "code": "mug_1", "uuid": "u", "folder": "", "sku": ""}
    return {**known, "role": "", "preset": "web", "kind": "image", "number": "0001", **more}


@pytest.mark.parametrize(
    ("layout", "more", "path"),
    [
        ("flat", {}, "mug.png"),
        ("folder", {"folder": "2026/Mugs"}, "2026/Mugs/mug.png"),
        ("folder", {}, "mug.png"),
        ("product", {"sku": "A/1", "role": "picture"}, "A_1/picture/mug.png"),
        ("product", {}, "mug.png"),
        ("{sku}_{number}", {"sku": "A1"}, "A1_0001.png"),
        ("{preset}/{code}.{ext}", {}, "web/mug_1.png"),
        ("../{filename}", {"filename": "../mug.png"}, "_mug.png"),
        ("{folder}/{filename}", {"folder": "../../etc"}, "_/_/etc/mug.png"),
        ("{folder}/x{sku}/{filename}", {"folder": "a/b/c/d/e/f/g/h/i"}, "a/b/c/d/e/f/g/mug.png"),
    ],
)
def test_a_layout_says_where_a_file_goes(layout: str, more: dict[str, str], path: str) -> None:
    assert fill_layout(read_layout(layout), fields(**more)) == path


@pytest.mark.parametrize(
    "layout", ["{owner}", "{sku!r}", "{sku:>900000000}", "{", "plain", "{}", "{sku.__class__}", "{sku}" + "x" * 200]
)
def test_a_layout_that_names_something_else_is_refused(layout: str) -> None:
    with pytest.raises(Refused) as caught:
        read_layout(layout)

    assert (caught.value.code, caught.value.pointer) == ("invalid_layout", "/layout")


def test_named_layouts_are_layouts() -> None:
    assert {name: read_layout(name) for name in LAYOUTS} == dict(LAYOUTS)
    assert read_layout("") == "{filename}"


def test_a_name_that_is_taken_gets_a_number_whatever_its_case() -> None:
    names = Names("manifest.csv")

    taken = [
        names.take(path) for path in ("a.png", "A.png", "b/a.png", "a.png", "Manifest.csv", "x.tar.gz", "x.tar.gz")
    ]

    assert taken == ["a.png", "A-2.png", "b/a.png", "a-3.png", "Manifest-2.csv", "x.tar.gz", "x.tar-2.gz"]


@pytest.mark.parametrize(
    ("filename", "parts"),
    [("mug.PNG", ("mug", "png")), ("mug", ("mug", "")), (".png", (".png", "")), ("a.b c", ("a.b c", ""))],
)
def test_a_name_is_parted_from_its_extension(filename: str, parts: tuple[str, str]) -> None:
    assert split_name(filename) == parts

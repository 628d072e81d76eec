"""What a picture rule has against a picture, to the pixel and the percent."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.conformance import UNKNOWN, PictureFacts, PictureTerms, check, parse_aspect, unmeasured
from pim.errors import Refused

SQUARE = PictureFacts("image", "image/jpeg", 1000, 1000, 50_000, {"white_share": 0.9, "subject_fill": 0.85})


def codes(facts: PictureFacts, **asked: object) -> list[str]:
    rule = PictureTerms("rule", "web", **asked)  # type: ignore[arg-type]
    return [problem.code for problem in check(rule, facts)]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, []),
        ({"min_width_px": 1000, "min_height_px": 1000}, []),
        ({"min_width_px": 1001}, ["too_narrow"]),
        ({"min_height_px": 1001}, ["too_low"]),
        ({"aspect": Fraction(1)}, []),
        ({"aspect": Fraction(4, 3)}, ["wrong_aspect"]),
        ({"min_white_share": 90, "min_subject_fill": 85}, []),
        ({"min_white_share": 91}, ["background_not_white"]),
        ({"min_subject_fill": 86}, ["subject_too_small"]),
        ({"media_types": frozenset({"image/jpeg", "image/png"})}, []),
        ({"media_types": frozenset({"image/png"})}, ["wrong_format"]),
        ({"max_bytes": 50_000}, []),
        ({"max_bytes": 49_999}, ["file_too_large"]),
    ],
)
def test_a_rule_holds_to_the_pixel_the_percent_and_the_byte(asked: dict[str, object], expected: list[str]) -> None:
    assert codes(SQUARE, **asked) == expected


def test_several_faults_are_all_told_with_figures() -> None:
    rule = PictureTerms("rule", "web", min_width_px=2000, aspect=Fraction(4, 3), min_white_share=95)

    assert [str(problem.message) for problem in check(rule, SQUARE)] == [
        "1000 pixels wide; at least 2000 are asked.",
        "Its sides are 1000 to 1000; 4:3 is asked.",
        "90% of its background is white; at least 95% are asked.",
    ]


@pytest.mark.parametrize(("width", "is_wrong"), [(1020, False), (1021, True), (980, False), (979, True)])
def test_the_tolerance_of_an_aspect_is_a_share_of_it(width: int, is_wrong: bool) -> None:
    facts = PictureFacts("image", "image/jpeg", width, 1000)

    assert codes(facts, aspect=Fraction(1), aspect_tolerance=2) == (["wrong_aspect"] if is_wrong else [])


def test_the_name_of_a_colour_space_is_compared_without_case() -> None:
    rule = {"colour_spaces": frozenset({"srgb"})}

    assert codes(PictureFacts("image", "image/jpeg", measures={"colour_space": "sRGB"}), **rule) == []
    assert codes(PictureFacts("image", "image/jpeg", measures={"colour_space": "cmyk"}), **rule) == [
        "wrong_colour_space"
    ]


def test_what_was_not_measured_is_named_and_not_held_against_a_picture() -> None:
    bare = PictureFacts("image", "image/jpeg", 10, 10)
    rule = PictureTerms("rule", "web", min_white_share=90, min_subject_fill=80, colour_spaces=frozenset({"srgb"}))

    assert check(rule, bare) == ()
    assert unmeasured(rule, bare) == ("white_share", "subject_fill", "colour_space")
    assert unmeasured(PictureTerms("rule", "web", min_width_px=5), bare) == ()


def test_a_file_of_which_nothing_is_known_does_not_conform() -> None:
    assert codes(UNKNOWN) == ["not_checked_yet"]


def test_a_document_breaks_only_rules_about_its_attribute() -> None:
    manual = PictureFacts("document", "application/pdf", size_bytes=9_000)

    assert codes(manual, min_width_px=100) == []
    assert codes(manual, attributes=frozenset({"image"})) == ["not_a_picture"]
    allowed = {"attributes": frozenset({"sheet"}), "media_types": frozenset({"application/pdf"})}
    assert codes(manual, **allowed) == []
    assert codes(manual, **allowed, max_bytes=8_000) == ["file_too_large"]


@given(
    width=st.integers(1, 30_000), height=st.integers(1, 30_000), wide=st.integers(1, 50), high=st.integers(1, 50),
    factor=st.integers(1, 100),
)  # fmt: skip
def test_a_picture_of_the_asked_aspect_conforms_whatever_its_size(
    width: int, height: int, wide: int, high: int, factor: int
) -> None:
    exact = PictureFacts("image", "image/png", wide * factor, high * factor)
    turned = PictureFacts("image", "image/png", width, height)

    assert codes(exact, aspect=Fraction(wide, high), aspect_tolerance=0) == []
    assert bool(codes(turned, aspect=Fraction(wide, high), aspect_tolerance=0)) == (width * high != height * wide)


@given(share=st.floats(0, 1), asked=st.integers(1, 100))
def test_a_share_is_never_told_as_the_one_that_is_asked(share: float, asked: int) -> None:
    rule = PictureTerms("rule", "web", min_white_share=asked)

    problems = check(rule, PictureFacts("image", "image/png", measures={"white_share": share}))

    assert bool(problems) == (share * 100 < asked)
    if problems:
        assert f"{asked}% of" not in str(problems[0].message)


@pytest.mark.parametrize(("text", "expected"), [("4:3", Fraction(4, 3)), (" 8 : 6 ", Fraction(4, 3)), ("", None)])
def test_an_aspect_is_read(text: str, expected: Fraction | None) -> None:
    assert parse_aspect(text) == expected


@pytest.mark.parametrize("text", ["4/3", "0:3", "4:0", "4:3:2", "wide"])
def test_anything_else_is_no_aspect(text: str) -> None:
    with pytest.raises(Refused) as caught:
        parse_aspect(text)

    assert caught.value.code == "invalid_aspect"

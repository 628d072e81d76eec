"""What names of files say: templates, expressions, roles, positions, and what keeps a pattern from taking for ever."""

from __future__ import annotations

import time
from typing import Any

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from catalog.linking import LinkMode, Place, Proposal, Role, Rule, Scopes, SkuForm, compile_rule, parse
from catalog.linking.patterns import TIMEOUT_S
from catalog.skus import SEPARATORS, loose_key, sku_key
from pim.errors import Refused

SCOPES = Scopes({"web": "web", "print": "print"}, {"en_us": "en_US", "de_de": "de_DE", "de": "de_DE"})
ROLES = {"main": Role("image"), "side view": Role("gallery"), "print": Role("image", channel="print")}


def make_rule(template: str = "", *, pattern: str = "", roles: dict[str, Role] | None = None, **more: Any) -> Rule:
    more.setdefault("default", Role("image"))
    form = SkuForm(**more.pop("form", {}))
    return compile_rule("r", template=template, pattern=pattern, roles=roles or {}, form=form, **more)


def read(name: str, rule: Rule) -> list[tuple[str, str | None, int | None]]:
    found = parse(name, [rule], SCOPES)
    return [(each.sku, each.place.attribute if each.place else each.problem, each.position) for each in found]


@pytest.mark.parametrize(
    ("template", "name", "expected"),
    [
        ("{sku}", "ABC-1.jpg", [("ABC-1", "image", None)]),
        ("{sku}", "folder/sub\\ABC-1.JPEG", [("ABC-1", "image", None)]),
        ("{sku}", "ABC.1", [("ABC", "image", None)]),
        ("{sku}_{position}", "ABC_03.jpg", [("ABC", "image", 3)]),
        ("{sku}_{position}", "ABC.jpg", []),
        ("{sku}_{role}_{position}", "A_B_main_2.png", [("A_B", "image", 2)]),
        ("{sku}_{role}", "A_Side View.png", [("A", "gallery", None)]),
        ("{sku}_{role}", "A_back.png", []),
        ("{position}-{sku}", "12-X-1.png", [("X-1", "image", 12)]),
        ("{sku} {*}", "X1 a nice picture.png", [("X1", "image", None), ("X1 a nice", "image", None)]),
    ],
)
def test_a_template_reads_a_name(template: str, name: str, expected: list[tuple[str, str, int | None]]) -> None:
    roles = ROLES if "{role}" in template else {}

    found = read(name, make_rule(template, roles=roles))

    assert sorted(found, key=str) == sorted(expected, key=str)


def test_optional_parts_give_every_reading_the_one_that_explains_most_first() -> None:
    rule = make_rule("{sku}[_{role}][_{position}]", roles=ROLES)

    assert read("AB_main_12.jpg", rule) == [
        ("AB", "image", 12),
        ("AB_main", "image", 12),
        ("AB_main_12", "image", None),
    ]


def test_a_regular_expression_reads_the_whole_name() -> None:
    rule = make_rule(pattern=r"(?P<sku>\d{3,})(?:-(?P<role>\w+))?", roles=ROLES)

    assert read("1234-main.jpg", rule) == [("1234", "image", None)]
    assert read("1234.jpg", rule) == [("1234", "image", None)]
    assert read("x1234.jpg", rule) == []
    assert read("1234-back.jpg", rule) == [("1234", "unknown_role", None)]


def test_channel_and_locale_come_from_the_role_else_from_the_name() -> None:
    rule = make_rule(pattern=r"(?P<sku>\w+?)-(?P<role>\w+)-(?P<channel>\w+)-(?P<locale>[\w]+)", roles=ROLES)

    (first,) = parse("A-print-web-de.jpg", [rule], SCOPES)
    (second,) = parse("A-main-WEB-en_us.jpg", [rule], SCOPES)
    (third,) = parse("A-main-shop-de.jpg", [rule], SCOPES)

    assert first.place == Place("image", "print", "de_DE")
    assert second.place == Place("image", "web", "en_US")
    assert (third.place, third.problem) == (None, "unknown_channel")


def test_a_rule_without_a_default_needs_a_role() -> None:
    rule = make_rule("{sku}[_{role}]", roles=ROLES, default=None)

    assert read("A.jpg", rule) == [("A", "no_attribute", None)]
    assert read("A_main.jpg", rule)[0] == ("A", "image", None)


def test_what_files_carry_around_the_sku_is_taken_off() -> None:
    form = SkuForm(prefix="IMG_", suffix="_final")

    assert form.unwrap("img_AB12_FINAL") == "AB12"
    assert form.unwrap("AB12") == "AB12"
    assert form.unwrap("img_") == "img_"


def test_separators_in_a_template_stand_for_each_other_where_they_do_not_count() -> None:
    rule = make_rule("{sku}_{role}", roles=ROLES, form={"ignores_separators": True})

    assert ("AB", "image", None) in read("AB-main.jpg", rule)
    assert ("AB", "gallery", None) in read("AB - side_view.jpg", rule)


@pytest.mark.parametrize(
    ("form", "text", "key", "is_equal"),
    [
        ({}, "ab-1", "ab-1", True),
        ({}, "AB-1", "ab-1", True),
        ({}, "ab1", "ab-1", False),
        ({"ignores_separators": True}, "AB_1", "a-b.1", True),
        ({"ignores_zeros": True}, "0012", "12", True),
        ({"ignores_zeros": True}, "0", "000", True),
        ({"ignores_zeros": True}, "10", "1", False),
        ({"ignores_separators": True, "ignores_zeros": True}, "00-12", "0 0 1 2", True),
    ],
)
def test_skus_are_compared_as_the_rule_says(form: dict[str, bool], text: str, key: str, is_equal: bool) -> None:
    assert SkuForm(**form).are_equal(text, sku_key(key)) is is_equal


@given(st.text(max_size=40), st.booleans(), st.booleans())
def test_normalising_twice_is_normalising_once(text: str, separators: bool, zeros: bool) -> None:
    form = SkuForm(ignores_separators=separators, ignores_zeros=zeros)
    once = form.normalise(sku_key(text))

    assert form.normalise(once) == once


@given(st.text(alphabet="aB0" + SEPARATORS, max_size=20), st.text(alphabet="aB0" + SEPARATORS, max_size=20))
def test_skus_that_a_rule_takes_for_equal_share_a_loose_key(left: str, right: str) -> None:
    for form in (SkuForm(ignores_separators=True), SkuForm(ignores_zeros=True), SkuForm(True, True)):
        if form.are_equal(left, sku_key(right)):
            assert loose_key(sku_key(left)) == loose_key(sku_key(right))


@given(
    sku=st.text(alphabet="ABCxyz019-_ ", min_size=1, max_size=20).filter(lambda text: text == text.strip()),
    role=st.sampled_from(sorted(ROLES)),
    position=st.integers(0, 9999),
)
def test_what_a_template_writes_it_reads(sku: str, role: str, position: int) -> None:
    rule = make_rule("{sku}_{role}_{position}", roles=ROLES)

    found = parse(f"{sku}_{role}_{position}.jpg", [rule], SCOPES)

    assert (sku_key(sku), ROLES[role].attribute, position) in {
        (each.key, each.place.attribute if each.place else "", each.position) for each in found
    }


@given(st.text(max_size=300))
def test_any_name_is_read_without_an_error(name: str) -> None:
    rules = [make_rule("{sku}[_{role}][_{position}]", roles=ROLES), make_rule(pattern=r"(?P<sku>.+)")]

    assert all(isinstance(each, Proposal) for each in parse(name, rules, SCOPES))


@pytest.mark.parametrize(
    ("given_as", "text", "code"),
    [
        ("pattern", r"(?P<sku>(a|aa)+)[!_]\d", "pattern_too_slow"),
        ("pattern", r"(?P<sku>(\w|\d|a)+)[_!]x?", "pattern_too_slow"),
        ("pattern", "(?P<sku>", "invalid_pattern"),
        ("pattern", "x" * 501, "invalid_pattern"),
        ("pattern", r"(\w+)", "pattern_without_sku"),
        ("pattern", r"(?P<sku>\w+)(?P<size>\d)", "unknown_group"),
        ("template", "{role}", "pattern_without_sku"),
        ("template", "{sku}_{size}", "unknown_group"),
        ("template", "{sku}{sku}", "unknown_group"),
        ("template", "{sku}[_{role}", "invalid_template"),
        ("template", "{sku", "invalid_template"),
        ("template", "{sku}" + "[_{*}]" * 5, "invalid_template"),
        ("template", "", "template_or_pattern"),
    ],
)
def test_a_pattern_that_cannot_be_used_is_refused(given_as: str, text: str, code: str) -> None:
    started = time.monotonic()

    with pytest.raises(Refused) as caught:
        make_rule(**{given_as: text})

    assert caught.value.code == code
    assert time.monotonic() - started < 2


def test_a_pattern_that_is_slow_on_one_name_says_so_and_does_not_hold_up_the_others() -> None:
    slow = Rule("slow", (regex.compile(r"(?P<sku>(q|qq)+)[!_]\d"),), {}, Role("image"), SkuForm(), LinkMode.ADD)
    name = "q" * 60 + ".jpg"
    started = time.monotonic()

    found = parse(name, [slow, make_rule("{sku}")], SCOPES)

    assert time.monotonic() - started < 10 * TIMEOUT_S
    assert {(each.rule, each.problem) for each in found} == {("slow", "too_slow"), ("r", "")}

"""The check of one picture against one rule; changes with what rules may ask."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from assets.conformance.rules import PictureTerms
from pim.errors import Problem
from pim.values.specs import Json

MEASURES = ("white_share", "subject_fill", "colour_space")
"""What rules ask of a version's `measures` (see `assets.probe.measures`): two shares, 0 to 1, and a colour space."""

COLOUR_SPACES = ("srgb", "adobe_rgb", "display_p3", "prophoto_rgb", "rgb", "gray", "cmyk", "lab")
"""The names of colour spaces, as the probe writes them."""

IMAGE = "image"


@dataclass(frozen=True, slots=True)
class PictureFacts:
    """What is known of a file. `media_type` is empty as long as nothing is; a measure that is absent was not taken."""

    kind: str
    media_type: str
    width_px: int | None = None
    height_px: int | None = None
    size_bytes: int = 0
    measures: Mapping[str, Json] = field(default_factory=dict)

    def share(self, name: str) -> float | None:
        """A measured share, 0 to 1; None where it was not measured."""
        found = self.measures.get(name)
        return float(found) if isinstance(found, int | float) and not isinstance(found, bool) else None

    @property
    def colour_space(self) -> str | None:
        """Its name in lower case, None where it was not measured."""
        found = self.measures.get("colour_space")
        return found.lower() if isinstance(found, str) and found else None


UNKNOWN = PictureFacts("", "")
"""A file of which nothing is known."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule says of one picture: what is wrong, and what could not be judged."""

    rule: PictureTerms
    problems: tuple[Problem, ...]
    unmeasured: tuple[str, ...] = ()


def check(rule: PictureTerms, facts: PictureFacts) -> tuple[Problem, ...]:
    """What keeps a picture from satisfying a rule, in the order of the rule's fields; empty: it conforms.

    What was not measured is not held against it (see `unmeasured`), but a file of which nothing is known yet does not
    conform. A rule without attributes is about pictures only; one with attributes is about whatever stands in them.
    """
    if not facts.media_type:
        return (Problem("not_checked_yet", _("The file has not been checked yet.")),)
    if facts.kind != IMAGE:
        if not rule.attributes or facts.media_type in rule.media_types:
            return tuple(_check_size(rule, facts)) if rule.attributes else ()
        return (Problem("not_a_picture", _("This is not a picture.")),)
    return tuple(problem for part in _CHECKS for problem in part(rule, facts))


def unmeasured(rule: PictureTerms, facts: PictureFacts) -> tuple[str, ...]:
    """The measures that a rule asks about and that were not taken of this picture."""
    if facts.kind != IMAGE or not facts.media_type:
        return ()
    asked = {
        "white_share": rule.min_white_share is not None and facts.share("white_share") is None,
        "subject_fill": rule.min_subject_fill is not None and facts.share("subject_fill") is None,
        "colour_space": bool(rule.colour_spaces) and facts.colour_space is None,
    }
    return tuple(name for name in MEASURES if asked[name])


def _check_pixels(rule: PictureTerms, facts: PictureFacts) -> Iterator[Problem]:
    sides = (
        ("too_narrow", facts.width_px, rule.min_width_px, _("%(is)d pixels wide; at least %(asked)d are asked.")),
        ("too_low", facts.height_px, rule.min_height_px, _("%(is)d pixels high; at least %(asked)d are asked.")),
    )
    for code, found, asked, sentence in sides:
        if asked and found is not None and found < asked:
            yield Problem(code, sentence % {"is": found, "asked": asked})


def _check_aspect(rule: PictureTerms, facts: PictureFacts) -> Iterator[Problem]:
    if rule.aspect is None or not facts.width_px or not facts.height_px:
        return
    # In whole numbers: |w/h − a| > a · t/100.
    asked, tolerance = rule.aspect, rule.aspect_tolerance
    left = abs(facts.width_px * asked.denominator - asked.numerator * facts.height_px) * 100
    if left > asked.numerator * facts.height_px * tolerance:
        sentence = _("Its sides are %(width)d to %(height)d; %(asked)s is asked.")
        words = {"width": facts.width_px, "height": facts.height_px, "asked": rule.aspect_text}
        yield Problem("wrong_aspect", sentence % words)


def _check_shares(rule: PictureTerms, facts: PictureFacts) -> Iterator[Problem]:
    shares = (
        (
            "background_not_white", "white_share", rule.min_white_share,
            _("%(is)d%% of its background is white; at least %(asked)d%% are asked."),
        ),
        (
            "subject_too_small", "subject_fill", rule.min_subject_fill,
            _("Its subject fills %(is)d%% of it; at least %(asked)d%% are asked."),
        ),
    )  # fmt: skip
    for code, name, asked, sentence in shares:
        found = facts.share(name)
        if asked is not None and found is not None and found * 100 < asked:
            yield Problem(code, sentence % {"is": int(found * 100), "asked": asked})


def _check_colour(rule: PictureTerms, facts: PictureFacts) -> Iterator[Problem]:
    found = facts.colour_space
    if rule.colour_spaces and found is not None and found not in rule.colour_spaces:
        sentence = _("Its colours are %(is)s; asked is %(asked)s.")
        yield Problem("wrong_colour_space", sentence % {"is": found, "asked": _any_of(rule.colour_spaces)})


def _check_format(rule: PictureTerms, facts: PictureFacts) -> Iterator[Problem]:
    if rule.media_types and facts.media_type not in rule.media_types:
        sentence = _("It is a file of %(is)s; asked is %(asked)s.")
        yield Problem("wrong_format", sentence % {"is": facts.media_type, "asked": _any_of(rule.media_types)})


def _check_size(rule: PictureTerms, facts: PictureFacts) -> Iterator[Problem]:
    if rule.max_bytes is not None and facts.size_bytes > rule.max_bytes:
        sentence = _("The file has %(is)d bytes; at most %(asked)d are allowed.")
        yield Problem("file_too_large", sentence % {"is": facts.size_bytes, "asked": rule.max_bytes})


_CHECKS: tuple[Callable[[PictureTerms, PictureFacts], Iterator[Problem]], ...] = (
    _check_pixels, _check_aspect, _check_shares, _check_colour, _check_format, _check_size,
)  # fmt: skip


def _any_of(names: frozenset[str]) -> str:
    return _(" or ").join(sorted(names))

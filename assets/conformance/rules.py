"""What a channel asks of pictures, as plain facts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from django.utils.translation import gettext as _

from pim.errors import Refused

_ASPECT = re.compile(r"\s*(\d{1,5})\s*:\s*(\d{1,5})\s*")


@dataclass(frozen=True, slots=True)
class PictureTerms:
    """One rule. `attributes` names those whose pictures it is about; empty: every picture. None and empty ask nothing.

    Attributes:
        aspect: width divided by height; `aspect_tolerance` is how far from it a picture may be, in percent of it.
        min_white_share: of the background, in percent.
        min_subject_fill: the share of the picture that its subject's box takes, in percent.
    """

    code: str
    channel: str
    attributes: frozenset[str] = frozenset()
    labels: Mapping[str, str] = field(default_factory=dict)
    min_width_px: int | None = None
    min_height_px: int | None = None
    aspect: Fraction | None = None
    aspect_tolerance: int = 2
    min_white_share: int | None = None
    min_subject_fill: int | None = None
    colour_spaces: frozenset[str] = frozenset()
    media_types: frozenset[str] = frozenset()
    max_bytes: int | None = None

    def concerns(self, attribute: str) -> bool:
        """Whether it is about the pictures in an attribute."""
        return not self.attributes or attribute in self.attributes

    @property
    def aspect_text(self) -> str:
        """The aspect as people write it."""
        return f"{self.aspect.numerator}:{self.aspect.denominator}" if self.aspect else ""


def parse_aspect(text: str) -> Fraction | None:
    """`4:3` as a number, in lowest terms; None for an empty text.

    Raises:
        Refused: `invalid_aspect`.
    """
    if not text.strip():
        return None
    found = _ASPECT.fullmatch(text)
    if not found or not int(found[1]) or not int(found[2]):
        raise Refused("invalid_aspect", _("An aspect is two whole numbers, such as 4:3."), "/aspect")
    return Fraction(int(found[1]), int(found[2]))

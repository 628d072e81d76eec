"""Does this picture satisfy what a channel asks of pictures? Pure: facts and rules in, problems with sentences out."""

from assets.conformance.checking import COLOUR_SPACES, MEASURES, UNKNOWN, Finding, PictureFacts, check, unmeasured
from assets.conformance.rules import PictureTerms, parse_aspect

__all__ = [
    "COLOUR_SPACES",
    "MEASURES",
    "UNKNOWN",
    "Finding",
    "PictureFacts",
    "PictureTerms",
    "check",
    "parse_aspect",
    "unmeasured",
]

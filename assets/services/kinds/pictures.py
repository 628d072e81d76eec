"""Picture rules as structure: what a channel asks of pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assets.conformance import COLOUR_SPACES, parse_aspect
from assets.models import PictureRule
from assets.services.rechecking import recheck_pictures
from pim.errors import Refused
from pim.models import Attribute, Channel
from pim.services.kinds.base import CodedKind, find_all, find_one

if TYPE_CHECKING:
    from pim.extensions import State

ASSET_TYPES = ("asset", "asset_list")
_MOST = {
    "min_width_px": 100_000, "min_height_px": 100_000, "min_white_share": 100, "min_subject_fill": 100,
    "max_bytes": 2**40,
}  # fmt: skip
_DEFAULT_TOLERANCE = 2


class PictureRuleKind(CodedKind[PictureRule]):
    """A picture rule; None and empty ask nothing."""

    code = "picture_rule"
    label = gettext_lazy("picture rule")
    model = PictureRule
    plain_fields = (
        "min_width_px", "min_height_px", "aspect", "aspect_tolerance", "min_white_share", "min_subject_fill",
        "colour_spaces", "media_types", "max_bytes",
    )  # fmt: skip
    parts = frozenset({"PictureRule_attributes"})

    def defaults(self) -> State:
        """Of no channel, asking nothing."""
        return {**super().defaults(), "channel": None, "attributes": []}

    def queryset(self) -> QuerySet[PictureRule]:
        """With channel and attributes."""
        return super().queryset().select_related("channel").prefetch_related("attributes")

    def serialise(self, obj: PictureRule) -> State:
        """With codes."""
        attributes = sorted(attribute.code for attribute in obj.attributes.all())
        return {**super().serialise(obj), "channel": obj.channel.code, "attributes": attributes}

    def clean(self, state: State, before: State | None) -> State:
        """The channel and the attributes exist, the attributes hold assets, the figures make sense.

        Raises:
            Refused: `channel_missing`, `invalid_aspect`, or what is wrong with an attribute, a figure or a name.
        """
        state = super().clean(state, before)
        channel = find_one(Channel, state["channel"], "/channel")
        if channel is None:
            raise Refused("channel_missing", _("A picture rule belongs to a channel."), "/channel")
        state["channel"] = channel.code
        state["attributes"] = _clean_attributes(state["attributes"] or [])
        for name, most in _MOST.items():
            state[name] = _clean_number(state[name], name, most)
        tolerance = _clean_number(state["aspect_tolerance"], "aspect_tolerance", 100, least=0)
        state["aspect_tolerance"] = _DEFAULT_TOLERANCE if tolerance is None else tolerance
        if not isinstance(state["aspect"] or "", str):
            raise Refused("invalid_aspect", _("An aspect is two whole numbers, such as 4:3."), "/aspect")
        aspect = parse_aspect(state["aspect"] or "")
        state["aspect"] = f"{aspect.numerator}:{aspect.denominator}" if aspect else ""
        state["colour_spaces"] = _clean_names(state["colour_spaces"], "colour_spaces", known=COLOUR_SPACES)
        state["media_types"] = _clean_names(state["media_types"], "media_types")
        return state

    def before_save(self, row: PictureRule, state: State) -> None:
        """Set the channel."""
        row.channel = Channel.objects.get(code=state["channel"])

    def apply(self, state: State, obj: PictureRule | None) -> PictureRule:
        """Store the rule, then its attributes."""
        row = super().apply(state, obj)
        row.attributes.set(Attribute.objects.filter(code__in=state["attributes"]))
        recheck_pictures()
        return self.queryset().get(pk=row.pk)

    def delete(self, obj: PictureRule) -> None:
        """Delete it, and have the pictures looked at again."""
        super().delete(obj)
        recheck_pictures()


def _clean_attributes(codes: Any) -> list[str]:
    attributes = find_all(Attribute, codes, "/attributes")
    for number, attribute in enumerate(attributes):
        if attribute.type not in ASSET_TYPES:
            raise Refused("not_of_assets", _("“%s” does not hold assets.") % attribute.code, f"/attributes/{number}")
    return sorted({attribute.code for attribute in attributes})


def _clean_number(value: Any, name: str, most: int, *, least: int = 1) -> int | None:
    if value is None or value == "":
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        message = _("A whole number from %(least)d to %(most)d is expected.")
        raise Refused("invalid_number", message % {"least": least, "most": most}, f"/{name}")
    return value


def _clean_names(value: Any, name: str, *, known: tuple[str, ...] = ()) -> list[str]:
    value = value or []
    if not isinstance(value, list | tuple) or not all(isinstance(each, str) and 0 < len(each) <= 100 for each in value):
        raise Refused("invalid_list", _("A list of names is expected."), f"/{name}")
    names = sorted({each.strip().lower() for each in value} - {""})
    for number, each in enumerate(names):
        if known and each not in known:
            message = _("“%(name)s” is not one of %(known)s.")
            raise Refused("unknown_name", message % {"name": each, "known": ", ".join(known)}, f"/{name}/{number}")
    return names

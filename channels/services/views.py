"""Views as a piece of structure: written, journaled and undone like every other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assets.rights.territories import TERRITORIES
from catalog.services.listing import get_fields
from channels.choices import LocaleRule
from channels.models import ChannelView
from pim.choices import EntryKind, Origin
from pim.errors import Outcome, Refused
from pim.models import Channel, Entry
from pim.querying.tree import parse_filter
from pim.services.kinds.base import CodedKind, find_one, require_bool
from pim.services.structure import StructureChange, write_structure

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pim.extensions import State
    from pim.models import User

MAX_CACHE_AGE_S = 86_400
_TABLES = ("facet", "number", "sort", "text", "link")


class ViewKind(CodedKind[ChannelView]):
    """A consumer's window onto a channel."""

    code = "channel_view"
    label = gettext_lazy("channel view")
    model = ChannelView
    plain_fields = (
        "locales", "currencies", "selection", "requires_approval", "completeness", "locale_rule", "uses_fallback",
        "territory", "image_preset", "is_introspectable", "page_limit", "cache_age_s", "is_active",
    )  # fmt: skip

    def defaults(self) -> State:
        """No channel yet."""
        return {**super().defaults(), "channel": None}

    def queryset(self) -> QuerySet[ChannelView]:
        """With the channel."""
        return super().queryset().select_related("channel")

    def serialise(self, obj: ChannelView) -> State:
        """With the channel's code."""
        return {**super().serialise(obj), "channel": obj.channel.code}

    def clean(self, state: State, before: State | None) -> State:
        """Check every field; locales and currencies must be the channel's.

        Raises:
            Refused: with a pointer to the field.
        """
        state = super().clean(state, before)
        channel = find_one(Channel, state["channel"], "/channel")
        if channel is None:
            raise Refused("channel_required", _("A view shows a channel: name one."), "/channel")
        state["channel"] = channel.code
        _check_codes(state, "locales", {row.code for row in channel.locales.all()})
        _check_codes(state, "currencies", {row.code for row in channel.currencies.all()})
        require_bool(state, "requires_approval", "uses_fallback", "is_introspectable", "is_active")
        _check_range(state, "completeness", 0, 100)
        _check_range(state, "page_limit", 1, 100)
        _check_range(state, "cache_age_s", 0, MAX_CACHE_AGE_S)
        state["territory"] = str(state["territory"] or "").upper()
        if state["territory"] and state["territory"] not in TERRITORIES:
            sentence = _("“%s” is no code of a country (ISO 3166).") % state["territory"]
            raise Refused("unknown_territory", sentence, "/territory")
        if state["locale_rule"] not in LocaleRule.values:
            raise Refused("invalid_choice", _("Possible: any, all."), "/locale_rule")
        parse_filter(state["selection"], catalogue=get_fields(), root="/selection", channel=channel.code)
        return state

    def before_save(self, row: ChannelView, state: State) -> None:
        """Set the channel."""
        row.channel = find_one(Channel, state["channel"], "/channel")

    def delete(self, obj: ChannelView) -> None:
        """Delete the view with all that is published in it; the queue first, since publishers hold it first."""
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM channels_dirty WHERE view_id = %s", [obj.pk])
            for table in _TABLES:
                cursor.execute(
                    f"DELETE FROM channels_publication{table} x USING channels_publication p"
                    " WHERE p.id = x.publication_id AND p.view_id = %s",
                    [obj.pk],
                )
            cursor.execute("DELETE FROM channels_publication WHERE view_id = %s", [obj.pk])
        obj.delete()


def ensure_views(
    channels: Iterable[str] | None = None, *, actor: User | None, origin: str = Origin.SYSTEM, job: int | None = None
) -> Outcome:
    """Create a view with the default gate, of the same code, for each channel that has none.

    Args:
        channels: codes; None means every channel.
    """
    missing = Channel.objects.filter(views__isnull=True).order_by("code")
    if channels is not None:
        missing = missing.filter(code__in=list(channels))
    changes = [
        StructureChange(channel.code, {"code": channel.code, "channel": channel.code, "labels": channel.labels})
        for channel in missing
    ]
    if not changes:
        return Outcome()
    return write_structure(ViewKind.code, changes, actor=actor, origin=origin, job=job)


def find_picture_presets() -> set[str]:
    """The presets by which active views show pictures: they are drawn before a consumer asks."""
    return set(ChannelView.objects.filter(is_active=True).values_list("image_preset", flat=True))


def ensure_views_of_job(actor: User | None, job: int) -> None:
    """Create the views of the channels that a job has created; follows an import."""
    created = Entry.objects.filter(job_id=job, subject_type="channel", kind=EntryKind.CREATE)
    ensure_views(created.values_list("key", flat=True), actor=actor, origin=Origin.IMPORT, job=job)


def _check_codes(state: State, name: str, known: set[str]) -> None:
    codes = state[name]
    if not isinstance(codes, list) or not all(isinstance(code, str) for code in codes):
        raise Refused("invalid_list", _("A list of codes is expected."), f"/{name}")
    for number, code in enumerate(codes):
        if code not in known:
            raise Refused("not_in_channel", _("The channel does not have “%s”.") % code, f"/{name}/{number}")
    state[name] = list(dict.fromkeys(codes))


def _check_range(state: State, name: str, least: int, most: int) -> None:
    number = state[name]
    if not isinstance(number, int) or isinstance(number, bool) or not least <= number <= most:
        raise Refused(
            "out_of_range",
            _("A whole number from %(least)d to %(most)d is expected.") % {"least": least, "most": most},
            f"/{name}",
        )

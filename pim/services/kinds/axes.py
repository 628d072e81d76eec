"""Locales, currencies and channels as structure; their ordinals belong to their codes for ever."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pim.choices import OrdinalKind
from pim.errors import Refused
from pim.models import Category, Channel, Currency, Locale, Ordinal
from pim.services.kinds.base import CodedKind, find_all, find_one

if TYPE_CHECKING:
    from pim.extensions import State

MAX_ORDINAL = {OrdinalKind.CHANNEL: 2**6 - 1, OrdinalKind.LOCALE: 2**8 - 1, OrdinalKind.CURRENCY: 2**16 - 1}
"""The largest ordinal that fits into an index token."""


def take_ordinal(kind: OrdinalKind, code: str) -> int:
    """The ordinal of a code: the one it has ever had, else the next free one.

    Runs under the structure's lock.

    Raises:
        Refused: there are no numbers left.
    """
    known = Ordinal.objects.filter(kind=kind, code=code).first()
    if known:
        return known.ordinal
    highest = Ordinal.objects.filter(kind=kind).aggregate(highest=Max("ordinal"))["highest"] or 0
    if highest >= MAX_ORDINAL[kind]:
        raise Refused("too_many", _("There is room for %d of these at most.") % MAX_ORDINAL[kind], "/code")
    return Ordinal.objects.create(kind=kind, code=code, ordinal=highest + 1).ordinal


class LocaleKind(CodedKind[Locale]):
    """A locale and the one it falls back to."""

    code = "locale"
    label = gettext_lazy("locale")
    model = Locale
    parts = frozenset()

    def defaults(self) -> State:
        """No fallback."""
        return {**super().defaults(), "fallback": None}

    def queryset(self) -> QuerySet[Locale]:
        """With the fallback."""
        return super().queryset().select_related("fallback")

    def serialise(self, obj: Locale) -> State:
        """With the fallback's code."""
        return {**super().serialise(obj), "fallback": obj.fallback.code if obj.fallback else None}

    def clean(self, state: State, before: State | None) -> State:
        """Refuse a fallback that leads back to the locale itself."""
        state = super().clean(state, before)
        step = find_one(Locale, state["fallback"], "/fallback")
        state["fallback"] = step.code if step else None
        while step is not None:
            if step.code == state["code"]:
                raise Refused("fallback_cycle", _("The fallback leads back to this locale."), "/fallback")
            step = step.fallback
        return state

    def before_save(self, row: Locale, state: State) -> None:
        """Set the ordinal and the fallback."""
        row.ordinal = take_ordinal(OrdinalKind.LOCALE, row.code)
        row.fallback = find_one(Locale, state["fallback"], "/fallback")


class CurrencyKind(CodedKind[Currency]):
    """A currency."""

    code = "currency"
    label = gettext_lazy("currency")
    model = Currency
    parts = frozenset()

    def before_save(self, row: Currency, state: State) -> None:
        """Set the ordinal."""
        row.ordinal = take_ordinal(OrdinalKind.CURRENCY, row.code)


class ChannelKind(CodedKind[Channel]):
    """A channel with the locales, currencies and category tree it speaks."""

    code = "channel"
    label = gettext_lazy("channel")
    model = Channel
    parts = frozenset({"Channel_locales", "Channel_currencies"})
    lists: ClassVar = (("locales", Locale), ("currencies", Currency))

    def defaults(self) -> State:
        """Speaks nothing yet."""
        return {**super().defaults(), "locales": [], "currencies": [], "category_tree": None}

    def queryset(self) -> QuerySet[Channel]:
        """With all it speaks."""
        return super().queryset().select_related("category_tree").prefetch_related("locales", "currencies")

    def serialise(self, obj: Channel) -> State:
        """With codes, sorted."""
        return {
            **super().serialise(obj),
            "locales": sorted(locale.code for locale in obj.locales.all()),
            "currencies": sorted(currency.code for currency in obj.currencies.all()),
            "category_tree": obj.category_tree.code if obj.category_tree else None,
        }

    def clean(self, state: State, before: State | None) -> State:
        """Every code must exist; the tree must be a root."""
        state = super().clean(state, before)
        for name, model in self.lists:
            state[name] = sorted({row.code for row in find_all(model, state[name], f"/{name}")})
        tree = find_one(Category, state["category_tree"], "/category_tree")
        if tree is not None and not tree.is_root():
            raise Refused("not_a_tree", _("“%s” is not the root of a category tree.") % tree.code, "/category_tree")
        state["category_tree"] = tree.code if tree else None
        return state

    def apply(self, state: State, obj: Channel | None) -> Channel:
        """Store the row, then what it speaks."""
        channel = super().apply(state, obj)
        channel.locales.set(find_all(Locale, state["locales"], "/locales"))
        channel.currencies.set(find_all(Currency, state["currencies"], "/currencies"))
        return channel

    def before_save(self, row: Channel, state: State) -> None:
        """Set the ordinal and the tree."""
        row.ordinal = take_ordinal(OrdinalKind.CHANNEL, row.code)
        row.category_tree = find_one(Category, state["category_tree"], "/category_tree")

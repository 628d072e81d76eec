"""What a reader in a channel and a locale sees: own values before inherited ones, then the locale's fallbacks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pim.values.keys import make_key
from pim.values.specs import AttributeSpec, FlatValues, Json


@dataclass(frozen=True, slots=True)
class Explanation:
    """Where a value comes from.

    `owner` is the index into the rows given (0 is the nearest, the subject itself; higher is an ancestor), `locale`
    the locale it was found in. `source` is `own`, `inherited` or `fallback` (a fallback may be inherited as well).
    """

    value: Json
    key: str
    owner: int
    locale: str | None
    source: str


def merge_rows(rows: Iterable[FlatValues]) -> dict[str, Json]:
    """Merge value rows into one flat object; later rows win, so give the root first and the owner last."""
    merged: dict[str, Json] = {}
    for row in rows:
        merged.update(row)
    return merged


def resolve_value(
    values: FlatValues,
    spec: AttributeSpec,
    *,
    channel: str | None = None,
    locale: str | None = None,
    fallbacks: Sequence[str] = (),
) -> Json:
    """Find the value a reader on this channel, in this locale, should see; None if there is none.

    The own value first (ancestors are merged into `values` already), then the locale's fallback chain where the
    attribute allows it; never across channels.

    Args:
        values: merged flat values, see `merge_rows`.
        spec: the attribute.
        channel: the reader's channel.
        locale: the reader's locale.
        fallbacks: the locales to try after `locale`, nearest first.

    Raises:
        ValueRefused: `channel_required` or `locale_required`; the attribute varies by what was not given.
    """
    value = values.get(make_key(spec, channel, locale))
    if value is None and fallbacks and spec.localizable and spec.fallback:
        for other in fallbacks:
            value = values.get(make_key(spec, channel, other))
            if value is not None:
                return value
    return value


def explain_value(
    rows: Sequence[FlatValues],
    spec: AttributeSpec,
    *,
    channel: str | None = None,
    locale: str | None = None,
    fallbacks: Sequence[str] = (),
) -> Explanation | None:
    """Like `resolve_value`, but says where the value came from.

    Args:
        rows: flat values of the owner, its parent, its parent's parent: **nearest first**.
        spec: the attribute.
        channel: the reader's channel.
        locale: the reader's locale.
        fallbacks: the locales to try after `locale`, nearest first.
    """
    locales = [locale, *fallbacks] if spec.localizable and spec.fallback else [locale]
    for rank, candidate in enumerate(locales):
        key = make_key(spec, channel, candidate)
        for owner, row in enumerate(rows):
            value = row.get(key)
            if value is not None:
                source = "fallback" if rank else "inherited" if owner else "own"
                return Explanation(value, key, owner, candidate if spec.localizable else None, source)
    return None


def effective_keys(
    spec: AttributeSpec, channels: Mapping[str, Sequence[str]], locales: Sequence[str] = ()
) -> Iterator[tuple[str, str | None, str | None]]:
    """All flat keys under which an attribute may keep a value, with their channel and locale.

    Args:
        spec: the attribute.
        channels: {channel code: its active locales}.
        locales: the active locales, in order; empty: every locale of the channels.
    """
    if not locales:
        locales = list(dict.fromkeys(locale for codes in channels.values() for locale in codes))
    channel_codes: Iterable[str | None] = channels if spec.scopable else (None,)
    for channel in channel_codes:
        if not spec.localizable:
            yield make_key(spec, channel, None), channel, None
            continue
        for locale in locales:
            is_available = not spec.available_locales or locale in spec.available_locales
            if is_available and (channel is None or locale in channels[channel]):
                yield make_key(spec, channel, locale), channel, locale

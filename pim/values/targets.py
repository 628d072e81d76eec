"""Where a value goes: the flat key and the attribute that a writer has named, checked against the structure."""

from __future__ import annotations

from django.utils.translation import gettext as _

from pim.errors import ValueRefused
from pim.values.keys import check_scope, make_key
from pim.values.snapshot import Structure
from pim.values.specs import AttributeSpec


def find_target(structure: Structure, code: str, channel: str | None, locale: str | None) -> tuple[str, AttributeSpec]:
    """The flat key in the attribute's own spelling, and the attribute.

    Raises:
        ValueRefused: `unknown_attribute`, `unknown_channel`, `unknown_locale`, `locale_not_in_channel`, or what
            `check_scope` refuses.
    """
    spec = structure.attribute(code)
    if spec is None:
        raise ValueRefused("unknown_attribute", _("There is no attribute “%s”.") % code)
    check_scope(spec, channel, locale)
    if channel and channel not in structure.channels:
        raise ValueRefused("unknown_channel", _("There is no channel “%s”.") % channel, "/channel")
    if locale and locale not in structure.locales:
        raise ValueRefused("unknown_locale", _("There is no locale “%s”.") % locale, "/locale")
    if channel and locale and locale not in structure.channels[channel].locales:
        raise ValueRefused(
            "locale_not_in_channel",
            _("The channel “%(channel)s” does not speak %(locale)s.") % {"channel": channel, "locale": locale},
            "/locale",
        )
    return make_key(spec, channel, locale), spec

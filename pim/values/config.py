"""Settings of an attribute: declared per type, cleaned in one place, shown by one form."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

import regex
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pim.errors import ValueRefused
from pim.values.amounts import clean_amount
from pim.values.moments import clean_datetime
from pim.values.specs import Json

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

MAX_PATTERN_CHARACTERS = 500
MAX_SETTING_CHARACTERS = 1_000


@dataclass(frozen=True, slots=True)
class ConfigOption:
    """One setting of an attribute type.

    `kind` is `integer | amount | switch | text | pattern | date | datetime | codes | choice | texts`; `texts` is
    {locale: text}. `choices` bounds `choice` and `codes`; `least` and `most` bound integers.
    """

    name: str
    kind: str
    label: StrOrPromise
    least: int = 0
    most: int = 2**31 - 1
    choices: tuple[str, ...] = ()
    is_required: bool = False


PATTERN = ConfigOption("pattern", "pattern", gettext_lazy("Regular expression"))
PATTERN_ERROR = ConfigOption("pattern_error", "texts", gettext_lazy("Sentence shown when the expression fails"))
DECIMALS = ConfigOption("decimals", "integer", gettext_lazy("Decimals allowed"), most=12)
NEGATIVE = ConfigOption("negative_allowed", "switch", gettext_lazy("Negative numbers allowed"))
LEAST = ConfigOption("min", "amount", gettext_lazy("Least"))
MOST = ConfigOption("max", "amount", gettext_lazy("Most"))


def clean_options(options: Iterable[ConfigOption], config: Mapping[str, Json]) -> dict[str, Json]:
    """Validate settings against their declarations; what is null or empty is left out.

    Raises:
        ValueRefused: `unknown_setting`, `missing_setting` or `invalid_setting`, pointer `/config/<name>`.
    """
    known = {option.name: option for option in options}
    for name in config:
        if name not in known:
            raise ValueRefused("unknown_setting", _("There is no setting “%s”.") % name, f"/config/{name}")
    cleaned: dict[str, Json] = {}
    for name, option in known.items():
        value = config.get(name)
        if value is None or value in ("", [], {}):
            if option.is_required:
                raise ValueRefused("missing_setting", _("“%s” must be set.") % option.label, f"/config/{name}")
            continue
        cleaned[name] = CLEANERS[option.kind](option, value)
    return cleaned


def refuse_setting(name: str, message: str) -> ValueRefused:
    """The refusal of one setting."""
    return ValueRefused("invalid_setting", message, f"/config/{name}")


def refuse_crossed(config: Mapping[str, Json], low: str, high: str, read: Callable[[str], object] = Decimal) -> None:
    """Refuse a least that is above the most.

    Raises:
        ValueRefused: `contradicting_settings`.
    """
    least, most = config.get(low), config.get(high)
    if least is not None and most is not None and read(str(least)) > read(str(most)):  # type: ignore[operator]
        raise ValueRefused(
            "contradicting_settings", _("“%(low)s” is above “%(high)s”.") % {"low": low, "high": high}, f"/config/{low}"
        )


def _clean_integer(option: ConfigOption, value: Json) -> Json:
    if isinstance(value, str) and value.strip().isascii() and value.strip().isdigit():
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or not option.least <= value <= option.most:
        bounds = {"least": option.least, "most": option.most}
        raise refuse_setting(option.name, _("A whole number from %(least)d to %(most)d is expected.") % bounds)
    return value


def _clean_amount(option: ConfigOption, value: Json) -> Json:
    try:
        return clean_amount(value)
    except ValueRefused as error:
        raise refuse_setting(option.name, str(error.message)) from None


def _clean_switch(option: ConfigOption, value: Json) -> Json:
    if not isinstance(value, bool):
        raise refuse_setting(option.name, _("true or false is expected."))
    return value


def _clean_text(option: ConfigOption, value: Json) -> Json:
    if not isinstance(value, str) or len(value) > MAX_SETTING_CHARACTERS or "\0" in value:
        raise refuse_setting(option.name, _("A text of at most %d characters is expected.") % MAX_SETTING_CHARACTERS)
    return value


def _clean_pattern(option: ConfigOption, value: Json) -> Json:
    if not isinstance(value, str) or len(value) > MAX_PATTERN_CHARACTERS:
        raise refuse_setting(option.name, _("A text of at most %d characters is expected.") % MAX_PATTERN_CHARACTERS)
    try:
        regex.compile(value)
    except regex.error as error:
        raise refuse_setting(option.name, _("This is not a regular expression: %s") % error) from None
    return value


def _clean_date(option: ConfigOption, value: Json) -> Json:
    try:
        return dt.date.fromisoformat(str(value)).isoformat()
    except ValueError:
        raise refuse_setting(option.name, _("A date like 2024-12-31 is expected.")) from None


def _clean_datetime(option: ConfigOption, value: Json) -> Json:
    try:
        return clean_datetime(value)
    except ValueRefused as error:
        raise refuse_setting(option.name, str(error.message)) from None


def _clean_codes(option: ConfigOption, value: Json) -> Json:
    if isinstance(value, str):
        value = [part.strip() for part in value.split(",") if part.strip()]
    if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
        raise refuse_setting(option.name, _("A list of codes is expected."))
    codes = list(dict.fromkeys(str(item) for item in value))
    unknown = [code for code in codes if option.choices and code not in option.choices]
    if unknown:
        raise refuse_setting(option.name, _("Not among the choices: %s") % ", ".join(unknown))
    return list[Json](codes)


def _clean_choice(option: ConfigOption, value: Json) -> Json:
    if value not in option.choices:
        raise refuse_setting(option.name, _("One of these is expected: %s") % ", ".join(option.choices))
    return value


def _clean_texts(option: ConfigOption, value: Json) -> Json:
    if isinstance(value, str):
        return {"": value[:MAX_SETTING_CHARACTERS]}
    if not isinstance(value, dict) or not all(isinstance(text, str) for text in value.values()):
        raise refuse_setting(option.name, _("Texts by locale are expected."))
    return {locale: text for locale, text in value.items() if text}


CLEANERS: dict[str, Callable[[ConfigOption, Json], Json]] = {
    "integer": _clean_integer,
    "amount": _clean_amount,
    "switch": _clean_switch,
    "text": _clean_text,
    "pattern": _clean_pattern,
    "date": _clean_date,
    "datetime": _clean_datetime,
    "codes": _clean_codes,
    "choice": _clean_choice,
    "texts": _clean_texts,
}

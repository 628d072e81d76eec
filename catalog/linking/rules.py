"""A naming rule as the parser needs it: compiled, with the places that its roles mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from catalog.linking.normalising import SkuForm
from catalog.linking.patterns import compile_pattern, compile_template
from pim.errors import Refused

if TYPE_CHECKING:
    import regex

    Pattern = regex.Pattern[str]


class LinkMode(StrEnum):
    """What becomes of the files that are in the place already."""

    ADD = "add"
    REPLACE = "replace"


@dataclass(frozen=True, slots=True)
class Role:
    """What a role in a name means. An attribute that varies takes channel and locale from here, else from the name."""

    attribute: str
    channel: str | None = None
    locale: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a file would go: the attribute, and channel and locale where it varies by them."""

    attribute: str
    channel: str | None = None
    locale: str | None = None


@dataclass(frozen=True, slots=True)
class Scopes:
    """The codes of channels and locales, as names of files may spell them: {lower case, `_` for `-`: code}."""

    channels: Mapping[str, str] = field(default_factory=dict)
    locales: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `patterns` are tried all; `roles` is {role in lower case: what it means}; `default` serves names
    without a role. Rules of a smaller `order` go first.
    """

    code: str
    patterns: tuple[Pattern, ...]
    roles: Mapping[str, Role]
    default: Role | None
    form: SkuForm
    mode: LinkMode = LinkMode.ADD
    order: int = 0


def compile_rule(
    code: str,
    *,
    template: str = "",
    pattern: str = "",
    roles: Mapping[str, Role],
    default: Role | None,
    form: SkuForm,
    mode: LinkMode = LinkMode.ADD,
    order: int = 0,
) -> Rule:
    """A rule from its parts: a template, or else a regular expression.

    Raises:
        Refused: what is wrong with either, or that there is none; `nowhere_to_go` where no attribute is named at all.
    """
    if bool(template.strip()) == bool(pattern.strip()):
        raise Refused("template_or_pattern", _("Give a template or a regular expression, one of the two."), "/template")
    known = {role.strip().lower(): place for role, place in roles.items()}
    if not known and default is None:
        raise Refused("nowhere_to_go", _("Say which attribute the files go to."), "/attribute")
    compiled: Sequence[Pattern]
    if pattern.strip():
        compiled = (compile_pattern(pattern.strip()),)
    else:
        compiled = compile_template(template.strip(), roles=known, any_separator=form.ignores_separators)
    return Rule(code, tuple(compiled), known, default, form, mode, order)

"""The grammar of Akeneo's product columns: `attr`, `attr-locale`, `attr-locale-channel`, `weight-unit`, `price-EUR`, …"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from catalog.importing.issues import Issue, make_issue
from catalog.importing.records import Scope
from catalog.importing.vocabulary import KnownAttribute, Vocabulary
from pim.values.keys import join_key

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

SEPARATOR = "-"
UNIT = "unit"
QUANTITY = "quantity"
SIDES = ("products", "product_models", "groups")
"""What an association may point at, as its column says it."""

PRODUCT_FIELDS = frozenset({"categories", "enabled", "family", "parent", "groups"})
MODEL_FIELDS = frozenset({"code", "family_variant", "parent", "categories"})
IGNORED_FIELDS = frozenset({"uuid", "created", "updated"})
"""System columns of Akeneo's exports that an import has no use for; passed over without a word."""


@dataclass(frozen=True, slots=True)
class FieldTarget:
    """A column that fills a field of the product itself: `sku`, `family`, `parent`, `categories`, …"""

    name: str


@dataclass(frozen=True, slots=True)
class ColumnTarget:
    """A column that fills a part of a value; `part` is `""`, `unit` or a currency code."""

    attribute: KnownAttribute
    channel: str | None = None
    locale: str | None = None
    part: str = ""

    @property
    def scope(self) -> Scope:
        """(channel, locale)."""
        return (self.channel, self.locale)

    @property
    def key(self) -> str:
        """The flat key of the value."""
        return join_key(self.attribute.code, self.channel, self.locale)


@dataclass(frozen=True, slots=True)
class AssociationTarget:
    """A column that lists targets of an association type on one side, or their quantities."""

    type: str
    side: str
    is_quantified: bool = False
    is_quantity: bool = False


Target = FieldTarget | ColumnTarget | AssociationTarget


class UnknownColumn(ValueError):
    """The column means nothing here; the text says why."""

    def __init__(self, reason: StrOrPromise) -> None:
        super().__init__(str(reason))


def parse_column(name: str, vocabulary: Vocabulary, *, fields: frozenset[str] = PRODUCT_FIELDS) -> Target | None:
    """Find out what a column fills; None for one that is passed over.

    Attributes win over association types and fields, except over the identifier, which is the row's key. Locale and
    channel are taken in either order; Akeneo itself writes the locale first.

    Raises:
        UnknownColumn: with the reason.
    """
    head, *tokens = name.split(SEPARATOR)
    if not tokens and head in fields:
        return FieldTarget(head)
    attribute = vocabulary.attribute(head)
    if attribute is not None and attribute.code == vocabulary.identifier and not tokens:
        return FieldTarget("sku")
    if attribute is not None:
        return parse_scope(attribute, tokens, vocabulary)
    if tokens and tokens[0] in SIDES:
        return _parse_association(head, tokens, vocabulary)
    if not tokens and head in IGNORED_FIELDS:
        return None
    if not tokens and head in {"sku", "identifier"}:
        return FieldTarget("sku")
    raise UnknownColumn(_("there is no attribute %(code)s.") % {"code": head})


def parse_scope(attribute: KnownAttribute, tokens: Sequence[str], vocabulary: Vocabulary) -> ColumnTarget:
    """Read what follows an attribute's code in a column: locale, channel, unit or currency.

    Raises:
        UnknownColumn: a token is missing, unknown or too many.
    """
    rest = list(tokens)
    part = _take_part(attribute, rest, vocabulary)
    locale = _take(rest, vocabulary.locales) if attribute.localizable else None
    entry = _take_channel(rest, vocabulary) if attribute.scopable else None
    if attribute.localizable and locale is None:
        locale = _take(rest, vocabulary.locales)
    names = {"code": attribute.code, "token": "".join(rest[:1]), "locale": locale, "channel": entry and entry[0]}
    if rest:
        raise UnknownColumn(_("“%(token)s” is not a locale, channel or unit that %(code)s varies by.") % names)
    if attribute.localizable and locale is None:
        raise UnknownColumn(_("%(code)s varies by locale, and the column names none.") % names)
    if attribute.scopable and entry is None:
        raise UnknownColumn(_("%(code)s varies by channel, and the column names none.") % names)
    if locale and attribute.available_locales and locale not in attribute.available_locales:
        raise UnknownColumn(_("%(code)s has no values in %(locale)s.") % names)
    if entry and locale and locale not in entry[1]:
        raise UnknownColumn(_("the channel %(channel)s does not speak %(locale)s.") % names)
    return ColumnTarget(attribute, entry[0] if entry else None, locale, part)


def parse_header(
    header: Sequence[str],
    vocabulary: Vocabulary,
    *,
    file: str,
    fields: frozenset[str] = PRODUCT_FIELDS,
    names: Sequence[str] = (),
) -> tuple[tuple[Target | None, ...], tuple[Issue, ...]]:
    """The target of each column (None: not imported) and one finding for each column that means nothing.

    Args:
        names: what findings call the columns, where that is not what the header says.
    """
    targets: list[Target | None] = []
    issues: list[Issue] = []
    seen: set[Target] = set()
    for column, name in zip(header, names or header, strict=True):
        target: Target | None = None
        try:
            target = parse_column(column, vocabulary, fields=fields)
        except UnknownColumn as error:
            issues.append(make_issue("unknown_column", file, 1, name, reason=error))
        if target in seen:
            issues.append(make_issue("duplicate_column", file, 1, name))
            target = None
        if target is not None:
            seen.add(target)
        targets.append(target)
    return tuple(targets), tuple(issues)


def write_column(target: ColumnTarget) -> str:
    """The column of a value's part as Akeneo writes it: locale before channel before currency or `unit`."""
    tokens = (target.attribute.code, target.locale, target.channel, target.part)
    return SEPARATOR.join(token for token in tokens if token)


def _take_part(attribute: KnownAttribute, rest: list[str], vocabulary: Vocabulary) -> str:
    if attribute.type == "measurement" and rest and rest[-1] == UNIT:
        rest.pop()
        return UNIT
    if attribute.type == "price" and rest:
        currency = vocabulary.currencies.get(rest[-1].casefold())
        if currency is not None:
            rest.pop()
            return currency
    return ""


def _take(rest: list[str], known: Mapping[str, str]) -> str | None:
    code = known.get(rest[0].casefold()) if rest else None
    if code is not None:
        rest.pop(0)
    return code


def _take_channel(rest: list[str], vocabulary: Vocabulary) -> tuple[str, frozenset[str]] | None:
    entry = vocabulary.channels.get(rest[0].casefold()) if rest else None
    if entry is not None:
        rest.pop(0)
    return entry


def _parse_association(head: str, tokens: list[str], vocabulary: Vocabulary) -> AssociationTarget:
    known = vocabulary.association_types.get(head.casefold())
    if known is None:
        raise UnknownColumn(_("there is no association type %(code)s.") % {"code": head})
    code, is_quantified = known
    if len(tokens) == 1:
        return AssociationTarget(code, tokens[0], is_quantified)
    if tokens[1:] == [QUANTITY] and is_quantified and tokens[0] != "groups":
        return AssociationTarget(code, tokens[0], is_quantified, is_quantity=True)
    raise UnknownColumn(_("%(code)s does not carry quantities.") % {"code": code})

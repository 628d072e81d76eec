"""Guesses which column of a foreign table means what, from its name and a few of its cells."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from types import MappingProxyType

from catalog.importing.akeneo.columns import SEPARATOR, ColumnTarget, Target, UnknownColumn, parse_column, write_column
from catalog.importing.mapping import FIELDS, LIST_FIELDS, NUMBERS, ColumnMapping
from catalog.importing.vocabulary import KnownAttribute, Vocabulary

EXACT, BY_CODE, BY_LABEL, BY_WORD = 1.0, 0.95, 0.9, 0.85
CLOSE_ENOUGH = 0.84
"""The likeness (0 to 1, difflib) from which a misspelt name is taken for an attribute's."""

SURE_ENOUGH = 0.5
"""Guesses below this are not made."""

DOUBT = 0.6
"""What is left of the confidence where the cells do not look like the attribute's type."""

WORDS: Mapping[str, str] = MappingProxyType(
    {
        "sku": "sku",
        "identifier": "sku",
        "itemnumber": "sku",
        "itemno": "sku",
        "articlenumber": "sku",
        "artikelnummer": "sku",
        "artikelnr": "sku",
        "productcode": "sku",
        "productid": "sku",
        "reference": "sku",
        "referenz": "sku",
        "family": "family",
        "familie": "family",
        "famille": "family",
        "producttype": "family",
        "parent": "parent",
        "parentsku": "parent",
        "parentcode": "parent",
        "model": "parent",
        "familyvariant": "family_variant",
        "kind": "kind",
        "category": "categories",
        "categories": "categories",
        "kategorie": "categories",
        "kategorien": "categories",
        "categorie": "categories",
        "category1": "categories",
        "category2": "categories",
        "category3": "categories",
        "groups": "groups",
        "gruppen": "groups",
        "enabled": "enabled",
        "active": "enabled",
        "aktiv": "enabled",
    }
)
"""Usual names of the fields that are no attribute, squeezed."""

_SUFFIX = re.compile(r"^(?P<name>.+?)[\s_\-.:]*[\[(\s_\-.:](?P<tail>unit|[A-Za-z]{2,3}(?:[_-][A-Za-z]{2})?)[\])]?$")
_NUMBER = re.compile(r"^[+-]?[\d.,\s']*\d[\d.,\s']*$")
_LOOKS_LIKE: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {
        **dict.fromkeys(NUMBERS, _NUMBER),
        "boolean": re.compile(r"^(?:0|1|true|false|yes|no)$", re.IGNORECASE),
        "date": re.compile(r"^\d{1,4}[-./]\d{1,2}[-./]\d{1,4}"),
        "url": re.compile(r"^https?://", re.IGNORECASE),
        "email": re.compile(r"^[^@\s]+@[^@\s]+$"),
    }
)


def guess_mapping(
    header: Sequence[str], vocabulary: Vocabulary, samples: Sequence[Sequence[str]] = ()
) -> tuple[ColumnMapping, ...]:
    """Guess a target for each column, in the order of the header; each target goes to its most certain column.

    Args:
        samples: a few rows of cells; they only lower a guess, never make one.
    """
    names = _names_of(vocabulary)
    guesses: list[tuple[float, int, str]] = []
    for index, column in enumerate(header):
        cells = [row[index] for row in samples if index < len(row) and row[index].strip()]
        for target, confidence in _candidates(column, vocabulary, names):
            doubted = confidence * _plausibility(target, cells, vocabulary)
            if doubted >= SURE_ENOUGH:
                guesses.append((doubted, index, target))
    taken: dict[int, ColumnMapping] = {}
    used: set[str] = set()
    for confidence, index, target in sorted(guesses, key=lambda guess: (-guess[0], guess[1])):
        if index not in taken and (target not in used or target in LIST_FIELDS):
            taken[index] = ColumnMapping(header[index], target, confidence)
            used.add(target)
    return tuple(taken.get(index, ColumnMapping(column, "", 0.0)) for index, column in enumerate(header))


def _candidates(column: str, vocabulary: Vocabulary, names: Mapping[str, str]) -> Iterator[tuple[str, float]]:
    exact = _parse(column, vocabulary)
    if exact is not None:
        yield write_column(exact) if isinstance(exact, ColumnTarget) else column, EXACT
    squeezed = squeeze(column)
    if squeezed in WORDS:
        yield WORDS[squeezed], BY_WORD
    yield from _attribute_candidates(column, vocabulary, names)
    match = _SUFFIX.match(column.strip())
    if match is None:
        return
    for code, confidence in _find_attribute(match["name"], names):
        target = _complete(vocabulary.attributes[code.casefold()], match["tail"], vocabulary)
        if target is not None:
            yield target, confidence


def _parse(column: str, vocabulary: Vocabulary) -> Target | None:
    try:
        return parse_column(column, vocabulary, fields=FIELDS)
    except UnknownColumn:
        return None


def _attribute_candidates(column: str, vocabulary: Vocabulary, names: Mapping[str, str]) -> Iterator[tuple[str, float]]:
    for code, confidence in _find_attribute(column, names):
        attribute = vocabulary.attributes[code.casefold()]
        if attribute.code == vocabulary.identifier:
            yield "sku", confidence
        elif not attribute.localizable and not attribute.scopable:
            yield attribute.code, confidence
        else:
            target = _complete(attribute, "", vocabulary)
            if target is not None:
                yield target, confidence * BY_LABEL


def _find_attribute(name: str, names: Mapping[str, str]) -> Iterator[tuple[str, float]]:
    squeezed = squeeze(name)
    code = names.get(squeezed)
    if code is not None:
        yield code, BY_CODE if squeeze(code) == squeezed else BY_LABEL
        return
    if len(squeezed) < 4:
        return
    likeness = ((SequenceMatcher(None, squeezed, known).ratio(), code) for known, code in names.items())
    best, code = max(likeness, default=(0.0, ""))
    if best >= CLOSE_ENOUGH:
        yield code, best * BY_WORD


def _complete(attribute: KnownAttribute, tail: str, vocabulary: Vocabulary) -> str | None:
    """The attribute's column for the locale or unit in a column's tail, with the only channel there is."""
    if attribute.type == "measurement" and tail.casefold() == "unit":
        return f"{attribute.code}{SEPARATOR}unit"
    currency = vocabulary.currencies.get(tail.casefold())
    if attribute.type == "price" and currency:
        return f"{attribute.code}{SEPARATOR}{currency}"
    locale = _find_locale(tail, vocabulary) if attribute.localizable else None
    channels = list(vocabulary.channels.values())
    if (attribute.localizable and locale is None) or (attribute.scopable and len(channels) != 1):
        return None
    if not attribute.localizable and tail:
        return None
    return write_column(ColumnTarget(attribute, channels[0][0] if attribute.scopable else None, locale))


def _find_locale(tail: str, vocabulary: Vocabulary) -> str | None:
    """The locale of `de_DE`, `de-de` or `de`; without a tail, the only locale there is."""
    wanted = tail.replace("-", "_").casefold()
    if not wanted:
        return next(iter(vocabulary.locales.values())) if len(vocabulary.locales) == 1 else None
    if wanted in vocabulary.locales:
        return vocabulary.locales[wanted]
    speaking = [code for key, code in vocabulary.locales.items() if key.partition("_")[0] == wanted]
    return speaking[0] if len(speaking) == 1 else None


def _plausibility(target: str, cells: Sequence[str], vocabulary: Vocabulary) -> float:
    attribute = vocabulary.attribute(target.partition(SEPARATOR)[0])
    pattern = _LOOKS_LIKE.get(attribute.type) if attribute and not target.endswith("-unit") else None
    if pattern is None or not cells:
        return 1.0
    fitting = sum(1 for cell in cells if pattern.match(cell.strip()))
    return 1.0 if fitting * 2 >= len(cells) else DOUBT


def _names_of(vocabulary: Vocabulary) -> dict[str, str]:
    """{squeezed code or label: attribute code}; codes win over labels, a label of two attributes counts for neither."""
    labels: dict[str, str] = {}
    shared: set[str] = set()
    for attribute in vocabulary.attributes.values():
        for squeezed in {squeeze(label) for label in attribute.labels.values()}:
            if labels.setdefault(squeezed, attribute.code) != attribute.code:
                shared.add(squeezed)
    names = {squeezed: code for squeezed, code in labels.items() if squeezed and squeezed not in shared}
    return {**names, **{squeeze(attribute.code): attribute.code for attribute in vocabulary.attributes.values()}}


def squeeze(name: str) -> str:
    """A name without case, accents, spaces and punctuation, so that `Artikel-Nr.` and `artikelnr` are the same."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in plain if letter.isalnum())

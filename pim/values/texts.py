"""What makes a text acceptable, comparable, sortable and searchable. ASCII takes the short way everywhere."""

from __future__ import annotations

import html
import re
import unicodedata

from django.utils.translation import gettext as _

from pim.errors import ValueRefused
from pim.values.tokens import fold_text

SORT_KEY_CHARACTERS = 100
SEARCH_CHARACTERS = 4_000
UNIQUE_KEY_CHARACTERS = 255
FIRST_MARK = "\u0300"
"""The combining mark with the smallest code point."""
TAG = re.compile(r"<[^>]*>")
INLINE_TAG = re.compile(
    r"</?(?:a|abbr|b|cite|code|del|dfn|em|i|ins|kbd|mark|q|s|samp|small|span|strong|sub|sup|u|var)(?:\s[^>]*)?>"
)
"""Tags that stand inside a word or a line; all others, `<br>` too, part what is before them from what follows."""


def refuse_unstorable(text: str) -> None:
    """Refuse what PostgreSQL's jsonb or UTF-8 cannot hold.

    Raises:
        ValueRefused: `nul_character` or `invalid_unicode` (a lone surrogate).
    """
    if "\0" in text:
        raise ValueRefused("nul_character", _("The text holds a NUL character, which cannot be stored."))
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            raise ValueRefused("invalid_unicode", _("The text holds half a character (a lone surrogate).")) from None


def storable(text: str) -> str:
    """A message with what no database keeps (NUL, half characters) replaced: for logs, which must not be refused."""
    return text.replace("\0", "\ufffd").encode(errors="replace").decode()


def strip_accents(text: str) -> str:
    """NFKD, without combining marks, casefolded: `Äpfel` and `apfel` read alike."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text)
    # A text has few different characters: asking each once beats asking at every place.
    for character in set(decomposed):
        if character >= FIRST_MARK and unicodedata.combining(character):
            decomposed = decomposed.replace(character, "")
    return decomposed.casefold()


def make_sort_key(text: str) -> str:
    """The key by which a text sorts under collation "C": accents and case removed, at most 100 characters."""
    return strip_accents(text[: SORT_KEY_CHARACTERS * 2].strip())[:SORT_KEY_CHARACTERS]


def make_search_text(text: str) -> str:
    """One line, lower case, no accents, at most 4,000 characters."""
    return " ".join(strip_accents(text[:SEARCH_CHARACTERS]).split())[:SEARCH_CHARACTERS]


def make_unique_key(text: str) -> str:
    """The form in which two texts count as the same value: trimmed, NFC, casefolded."""
    return fold_text(text.strip())


def strip_markup(markup: str) -> str:
    """The visible text of sanitised HTML."""
    return html.unescape(TAG.sub(" ", markup)) if "<" in markup or "&" in markup else markup


def write_on_one_line(markup: str) -> str:
    """The words of sanitised HTML for a hint or a cell: a space between blocks, none within a word."""
    return " ".join(strip_markup(INLINE_TAG.sub("", markup)).split())

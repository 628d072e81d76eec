"""Attribute types whose value is a text people write: text, textarea, rich_text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar, Protocol, cast

import regex
from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from pim.errors import ValueRefused
from pim.values.config import PATTERN, PATTERN_ERROR, ConfigOption
from pim.values.forms import make_field
from pim.values.html import sanitise_html
from pim.values.specs import AttributeSpec, Json, References
from pim.values.texts import make_sort_key, make_unique_key, refuse_unstorable, strip_markup
from pim.values.tokens import text_value
from pim.values.types.base import AttributeType, Listings, Parser, TextMaker, TokenMaker, require_text

PATTERN_TIMEOUT_S = 0.1
HARD_LIMIT_CHARACTERS = 1_000_000


def compile_pattern(config: Mapping[str, Json]) -> Callable[[str], None] | None:
    """Build the check of a text against the attribute's regular expression (found anywhere, as in Akeneo).

    The check raises ValueRefused `pattern_mismatch`, with the attribute's own sentence where it has one, or
    `pattern_too_slow` when the expression takes longer than 0.1 s (a backtracking bomb).
    """
    pattern = config.get("pattern")
    if not pattern:
        return None
    compiled = regex.compile(str(pattern))
    sentences = cast("Mapping[str, str]", config.get("pattern_error") or {})

    def check(text: str) -> None:
        try:
            if compiled.search(text, timeout=PATTERN_TIMEOUT_S):
                return
        except TimeoutError:
            raise ValueRefused("pattern_too_slow", _("The attribute's regular expression takes too long.")) from None
        raise ValueRefused("pattern_mismatch", _own_sentence(sentences) or _("The text does not have the right form."))

    return check


def _too_long(limit: int) -> ValueRefused:
    return ValueRefused("too_long", _("At most %(max)d characters.") % {"max": limit})


def _own_sentence(sentences: Mapping[str, str]) -> str:
    language = (get_language() or "").replace("-", "_").lower()
    for locale, sentence in sentences.items():
        if locale.lower().startswith(language[:2]) and language:
            return sentence
    return next(iter(sentences.values()), "")


class Normaliser(Protocol):
    """A text in its canonical form."""

    def __call__(self, text: str, /) -> str:
        """Bring a text into its canonical form."""
        ...


class TextType(AttributeType):
    """A line of text, kept as written."""

    code = "text"
    label = gettext_lazy("Text")
    can_be_unique = True
    default_limit: ClassVar[int] = 255
    options: ClassVar[tuple[ConfigOption, ...]] = (
        ConfigOption("max_characters", "integer", gettext_lazy("Most characters"), 1, HARD_LIMIT_CHARACTERS),
        PATTERN,
        PATTERN_ERROR,
    )

    normalise: ClassVar[Normaliser | None] = None
    """Applied before the limits, so that what is stored passes them again."""

    def compile_parser(self, spec: AttributeSpec, refs: References) -> Parser:
        normalise = type(self).normalise
        limit = int(cast("int", spec.config.get("max_characters") or self.default_limit))
        check = compile_pattern(spec.config)

        def parse(data: object) -> Json:
            if data is None or data == "":
                return None
            text = data if type(data) is str else require_text(data)
            if "\0" in text or not text.isascii():
                refuse_unstorable(text)
            if normalise is not None:
                if len(text) > HARD_LIMIT_CHARACTERS:
                    raise _too_long(HARD_LIMIT_CHARACTERS)
                text = normalise(text)
            if not text or text.isspace():
                return None
            if len(text) > limit:
                raise _too_long(limit)
            if check is not None:
                check(text)
            return text

        return parse

    def compile_tokens(self, spec: AttributeSpec, refs: References) -> TokenMaker | None:
        return (lambda stored: (text_value(stored),)) if spec.facet or spec.unique else None

    def compile_sort_key(self, spec: AttributeSpec, refs: References) -> TextMaker | None:
        return make_sort_key

    def compile_search_text(self, spec: AttributeSpec, refs: References) -> TextMaker | None:
        return str

    def unique_key(self, stored: Json) -> str | None:
        return make_unique_key(str(stored))


class TextareaType(TextType):
    """A text of several lines, kept as written."""

    code = "textarea"
    label = gettext_lazy("Long text")
    widget = "textarea"
    can_be_unique = False
    default_limit = 65_535

    def form_field(self, spec: AttributeSpec, refs: Listings, locale: str | None = None) -> forms.Field:
        parse = self.compile_parser(spec, refs)
        return make_field(forms.CharField, spec, parse, locale, strip=False, widget=forms.Textarea(attrs={"rows": 6}))

    def unique_key(self, stored: Json) -> str | None:
        return None


class RichTextType(TextareaType):
    """HTML, sanitised when it is stored (`pim.values.html`)."""

    code = "rich_text"
    label = gettext_lazy("Rich text")
    widget = "rich_text"

    normalise: ClassVar[Normaliser | None] = staticmethod(sanitise_html)

    def compile_sort_key(self, spec: AttributeSpec, refs: References) -> TextMaker | None:
        return lambda stored: make_sort_key(strip_markup(stored))

    def compile_search_text(self, spec: AttributeSpec, refs: References) -> TextMaker | None:
        return strip_markup

    def openapi(self, spec: AttributeSpec, shape: str = "delivery") -> dict[str, Json]:
        return {"type": "string", "contentMediaType": "text/html"}

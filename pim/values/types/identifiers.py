"""Attribute types whose value names something elsewhere: identifier, url, email."""

from __future__ import annotations

from typing import ClassVar, cast
from urllib.parse import urlsplit

import regex
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pim.errors import ValueRefused
from pim.values.check_digits import CHECKS, strip_separators
from pim.values.config import PATTERN, PATTERN_ERROR, ConfigOption
from pim.values.forms import make_field
from pim.values.specs import AttributeSpec, Json, References
from pim.values.texts import UNIQUE_KEY_CHARACTERS, make_unique_key
from pim.values.tokens import text_value
from pim.values.types.base import Listings, Parser, TokenMaker
from pim.values.types.texts import Normaliser, TextType

EMAIL = regex.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@"
    r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)+"
)
"""What browsers accept in an e-mail input (HTML Living Standard §4.10.5.1.5), with at least one dot in the domain."""
MAX_EMAIL_CHARACTERS = 254
MAX_URL_CHARACTERS = 2_048


class _TrimmedType(TextType):
    """A text on one line whose outer white space means nothing."""

    normalise: ClassVar[Normaliser | None] = staticmethod(str.strip)

    def check(self, text: str, spec: AttributeSpec) -> str:
        """Validate a trimmed text and return its canonical form."""
        return text

    def compile_parser(self, spec: AttributeSpec, refs: References) -> Parser:
        parse_text = super().compile_parser(spec, refs)
        check = self.check

        def parse(data: object) -> Json:
            text = parse_text(data)
            return None if text is None else check(cast("str", text), spec)

        return parse


class IdentifierType(_TrimmedType):
    """A number or code that identifies the product elsewhere; with a check digit where the attribute asks for one."""

    code = "identifier"
    label = gettext_lazy("Identifier")
    default_limit = UNIQUE_KEY_CHARACTERS
    options = (
        ConfigOption("check", "choice", gettext_lazy("Check digit"), choices=("none", *CHECKS)),
        ConfigOption("max_characters", "integer", gettext_lazy("Most characters"), 1, UNIQUE_KEY_CHARACTERS),
        PATTERN,
        PATTERN_ERROR,
    )

    def check(self, text: str, spec: AttributeSpec) -> str:
        check = spec.config.get("check") or "none"
        if check != "none":
            text = strip_separators(text)
            if not CHECKS[str(check)](text):
                raise ValueRefused("check_digit", _("This is not a valid %(check)s.") % {"check": str(check).upper()})
        elif not text.isprintable():
            raise ValueRefused("not_one_line", _("An identifier has one line, without control characters."))
        return text

    def compile_tokens(self, spec: AttributeSpec, refs: References) -> TokenMaker | None:
        return lambda stored: (text_value(stored),)


class UrlType(_TrimmedType):
    """A web address; http and https unless the attribute allows other schemes."""

    code = "url"
    label = gettext_lazy("Web address")
    widget = "url"
    default_limit = MAX_URL_CHARACTERS
    options = (
        ConfigOption("schemes", "codes", gettext_lazy("Schemes"), choices=("http", "https", "ftp", "mailto", "tel")),
        ConfigOption("max_characters", "integer", gettext_lazy("Most characters"), 1, MAX_URL_CHARACTERS),
        PATTERN,
        PATTERN_ERROR,
    )

    def check(self, text: str, spec: AttributeSpec) -> str:
        schemes = cast("list[str]", spec.config.get("schemes") or ["http", "https"])
        try:
            parts = urlsplit(text)
            is_valid = parts.scheme in schemes and bool(parts.hostname if parts.scheme[:3] != "tel" else parts.path)
            is_valid = is_valid or (parts.scheme == "mailto" and "mailto" in schemes and "@" in parts.path)
            _port = parts.port
        except ValueError:
            is_valid = False
        if not is_valid or not text.isprintable() or any(character in text for character in ' <>"\\^`{|}'):
            raise ValueRefused(
                "not_a_url",
                _("A web address that starts with %(schemes)s is expected.") % {"schemes": ", ".join(schemes)},
            )
        return text

    def unique_key(self, stored: Json) -> str | None:
        return str(stored)

    def form_field(self, spec: AttributeSpec, refs: Listings, locale: str | None = None) -> forms.Field:
        widget = forms.URLInput()
        return make_field(forms.CharField, spec, self.compile_parser(spec, refs), locale, widget=widget)

    def openapi(self, spec: AttributeSpec, shape: str = "delivery") -> dict[str, Json]:
        return {"type": "string", "format": "uri"}


class EmailType(_TrimmedType):
    """An e-mail address."""

    code = "email"
    label = gettext_lazy("E-mail address")
    widget = "email"
    default_limit = MAX_EMAIL_CHARACTERS
    options = (PATTERN, PATTERN_ERROR)

    def check(self, text: str, spec: AttributeSpec) -> str:
        if not EMAIL.fullmatch(text):
            raise ValueRefused("not_an_email", _("An address like name@example.com is expected."))
        return text

    def unique_key(self, stored: Json) -> str | None:
        return make_unique_key(str(stored))

    def form_field(self, spec: AttributeSpec, refs: Listings, locale: str | None = None) -> forms.Field:
        widget = forms.EmailInput()
        return make_field(forms.CharField, spec, self.compile_parser(spec, refs), locale, widget=widget)

    def openapi(self, spec: AttributeSpec, shape: str = "delivery") -> dict[str, Json]:
        return {"type": "string", "format": "email"}

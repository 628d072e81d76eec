"""Attribute types that choose among an attribute's options: select, multiselect."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from graphql import GraphQLList, GraphQLNonNull, GraphQLOutputType

from pim.errors import ValueRefused
from pim.values.config import ConfigOption
from pim.values.forms import make_field
from pim.values.graphql_types import OPTION
from pim.values.specs import AttributeSpec, Json, OptionRef, References
from pim.values.types.base import (
    CHOICE_OPERATORS,
    AttributeType,
    DeliveryMaker,
    Listings,
    Parser,
    TextMaker,
    TokenMaker,
)

MAX_OPTIONS = 1_000
OPTION_SCHEMA: dict[str, Json] = {
    "type": "object",
    "properties": {"code": {"type": "string"}, "label": {"type": "string"}},
    "required": ["code", "label"],
}


def pick_label(labels: Any, locale: str | None, fallbacks: Sequence[str], otherwise: str) -> str:
    """The label in the locale, else in its fallbacks, else `otherwise`."""
    for code in (locale, *fallbacks):
        if code and labels.get(code):
            return str(labels[code])
    return otherwise


def compile_option(spec: AttributeSpec, refs: References) -> Callable[[object], str]:
    """Build the look-up of an option's canonical code; remembers the spellings it has seen.

    The look-up raises ValueRefused `wrong_type` or `unknown_option`.
    """
    known: dict[str, str] = {}
    attribute = spec.code

    def look_up(data: object) -> str:
        if type(data) is not str:
            raise ValueRefused("wrong_type", _("The code of an option is expected."))
        code = known.get(data)
        if code is None:
            option = refs.option(attribute, data.strip())
            if option is None:
                raise ValueRefused("unknown_option", _("There is no option “%(code)s”.") % {"code": data[:100]})
            code = known[data] = option.code
        return code

    return look_up


class SelectType(AttributeType):
    """One option, by its code."""

    code = "select"
    label = gettext_lazy("Single choice")
    operators = CHOICE_OPERATORS
    widget = "select"
    is_reference = True

    def compile_parser(self, spec: AttributeSpec, refs: References) -> Parser:
        look_up = compile_option(spec, refs)

        def parse(data: object) -> Json:
            if data is None or data == "" or (type(data) is str and data.isspace()):
                return None
            return look_up(data)

        return parse

    def compile_delivery(
        self, spec: AttributeSpec, refs: References, locale: str | None, fallbacks: Sequence[str] = ()
    ) -> DeliveryMaker | None:
        deliver = _compile_option_delivery(spec, refs, locale, fallbacks)
        return lambda stored: deliver(stored).copy()

    def compile_tokens(self, spec: AttributeSpec, refs: References) -> TokenMaker | None:
        known: dict[str, tuple[int, ...]] = {}
        attribute = spec.code

        def make(stored: str) -> tuple[int, ...]:
            values = known.get(stored)
            if values is None:
                option = refs.option(attribute, stored)
                if option is None:
                    return ()
                values = known[stored] = (option.id,)
            return values

        return make

    def compile_sort_key(self, spec: AttributeSpec, refs: References) -> TextMaker | None:
        return lambda stored: stored.lower()

    def compile_search_text(self, spec: AttributeSpec, refs: References) -> TextMaker | None:
        known: dict[str, str] = {}
        attribute = spec.code

        def make(stored: str) -> str:
            text = known.get(stored)
            if text is None:
                option = refs.option(attribute, stored)
                labels = option.labels.values() if option else ()
                text = known[stored] = " ".join(dict.fromkeys((stored, *labels)))
            return text

        return make

    def form_field(self, spec: AttributeSpec, refs: Listings, locale: str | None = None) -> forms.Field:
        choices = [("", ""), *_choices(refs.options(spec.code), locale)]
        return make_field(forms.ChoiceField, spec, self.compile_parser(spec, refs), locale, choices=choices)

    def graphql_type(self, spec: AttributeSpec) -> GraphQLOutputType:
        return OPTION

    def openapi(self, spec: AttributeSpec, shape: str = "delivery") -> dict[str, Json]:
        return OPTION_SCHEMA if shape == "delivery" else {"type": "string"}


class MultiselectType(SelectType):
    """Several options: the order is kept, equality is that of sets."""

    code = "multiselect"
    label = gettext_lazy("Multiple choice")
    widget = "multiselect"
    operators = CHOICE_OPERATORS
    can_be_sortable = False
    options = (ConfigOption("max_items", "integer", gettext_lazy("Most options"), 1, MAX_OPTIONS),)

    def compile_parser(self, spec: AttributeSpec, refs: References) -> Parser:
        look_up = compile_option(spec, refs)
        limit = cast("int", spec.config.get("max_items") or MAX_OPTIONS)

        def parse(data: object) -> Json:
            if data is None or data in ("", []):
                return None
            if type(data) is not list:
                raise ValueRefused("wrong_type", _("A list of option codes is expected."))
            codes: dict[str, None] = {}
            for index, item in enumerate(data):
                try:
                    codes[look_up(item)] = None
                except ValueRefused as error:
                    raise ValueRefused(error.code, error.message, f"/{index}") from None
            if len(codes) > limit:
                raise ValueRefused("too_many_items", _("At most %(max)d options.") % {"max": limit})
            return list[Json](codes)

        return parse

    def compile_cell(self, spec: AttributeSpec, refs: References) -> Parser:
        parse = self.compile_parser(spec, refs)

        def parse_cell(data: object) -> Json:
            return parse([part for part in map(str.strip, str(data).split(",")) if part] if data else None)

        return parse_cell

    def to_cells(self, stored: Json, spec: AttributeSpec, refs: References) -> dict[str, str]:
        return {"": ",".join(cast("list[str]", stored))}

    def equal(self, left: Json, right: Json) -> bool:
        if isinstance(left, list) and isinstance(right, list):
            return left == right or set(map(str, left)) == set(map(str, right))
        return left == right

    def compile_delivery(
        self, spec: AttributeSpec, refs: References, locale: str | None, fallbacks: Sequence[str] = ()
    ) -> DeliveryMaker | None:
        deliver = _compile_option_delivery(spec, refs, locale, fallbacks)
        return lambda stored: [deliver(code).copy() for code in stored]

    def compile_tokens(self, spec: AttributeSpec, refs: References) -> TokenMaker | None:
        make_one = cast("TokenMaker", super().compile_tokens(spec, refs))
        return lambda stored: [value for code in stored for value in make_one(code)]

    def compile_sort_key(self, spec: AttributeSpec, refs: References) -> TextMaker | None:
        return None

    def compile_search_text(self, spec: AttributeSpec, refs: References) -> TextMaker | None:
        make_one = cast("Callable[[str], str]", super().compile_search_text(spec, refs))
        return lambda stored: " ".join([make_one(code) for code in stored])

    def form_field(self, spec: AttributeSpec, refs: Listings, locale: str | None = None) -> forms.Field:
        choices = _choices(refs.options(spec.code), locale)
        return make_field(forms.MultipleChoiceField, spec, self.compile_parser(spec, refs), locale, choices=choices)

    def graphql_type(self, spec: AttributeSpec) -> GraphQLOutputType:
        return GraphQLList(GraphQLNonNull(OPTION))

    def openapi(self, spec: AttributeSpec, shape: str = "delivery") -> dict[str, Json]:
        return {"type": "array", "items": OPTION_SCHEMA if shape == "delivery" else {"type": "string"}}


def _choices(options: Sequence[OptionRef], locale: str | None) -> list[tuple[str, str]]:
    return [(option.code, option.label(locale)) for option in options]


def _compile_option_delivery(
    spec: AttributeSpec, refs: References, locale: str | None, fallbacks: Sequence[str]
) -> Callable[[str], dict[str, Json]]:
    known: dict[str, dict[str, Json]] = {}
    attribute = spec.code

    def deliver(code: str) -> dict[str, Json]:
        delivered = known.get(code)
        if delivered is None:
            option = refs.option(attribute, code)
            label = pick_label(option.labels, locale, fallbacks, code) if option else code
            delivered = known[code] = {"code": code, "label": label}
        return delivered

    return deliver

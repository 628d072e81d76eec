"""Attribute types that are one number: integer, decimal."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from graphql import GraphQLFloat, GraphQLOutputType

from pim.errors import ValueRefused
from pim.values.amounts import are_equal, clean_amount, compile_amount_check, normalise_amount
from pim.values.config import DECIMALS, LEAST, MOST, NEGATIVE, refuse_crossed
from pim.values.forms import make_field
from pim.values.specs import AttributeSpec, Json, References
from pim.values.types.base import NUMBER_OPERATORS, AttributeType, Listings, NumberMaker, Parser, TokenMaker

MAX_SAFE_INTEGER = 2**53 - 1
"""The largest whole number that every JSON reader keeps exactly (RFC 8259 §6)."""
INTEGER = re.compile(r"-?[0-9]{1,15}")


class _NumberType(AttributeType):
    operators = NUMBER_OPERATORS
    widget = "number"
    can_be_unique = True

    def check_config(self, config: object) -> None:
        refuse_crossed(cast("dict[str, Json]", config), "min", "max")

    def compile_numbers(self, spec: AttributeSpec, refs: References) -> NumberMaker | None:
        return lambda stored: ((0, float(stored)),)

    def compile_tokens(self, spec: AttributeSpec, refs: References) -> TokenMaker | None:
        return None

    def form_field(self, spec: AttributeSpec, refs: Listings, locale: str | None = None) -> forms.Field:
        widget = forms.TextInput(attrs={"inputmode": "decimal"})
        return make_field(forms.CharField, spec, self.compile_parser(spec, refs), locale, widget=widget)


class IntegerType(_NumberType):
    """A whole number between ±(2⁵³ − 1)."""

    code = "integer"
    label = gettext_lazy("Whole number")
    options = (NEGATIVE, LEAST, MOST)

    def compile_parser(self, spec: AttributeSpec, refs: References) -> Parser:
        check = compile_amount_check(spec.config)

        def parse(data: object) -> Json:
            if data is None or data == "":
                return None
            if type(data) is int:
                number = data
            elif type(data) is str and INTEGER.fullmatch(data):
                number = int(data)
            elif isinstance(data, str) and not data.strip():
                return None
            else:
                number = _clean_integer(data)
            if not -MAX_SAFE_INTEGER <= number <= MAX_SAFE_INTEGER:
                raise ValueRefused("number_too_long", _("Whole numbers go up to %(max)d.") % {"max": MAX_SAFE_INTEGER})
            if check is not None:
                check(str(number))
            return number

        return parse

    def unique_key(self, stored: Json) -> str | None:
        return str(stored)

    def graphql_type(self, spec: AttributeSpec) -> GraphQLOutputType:
        return GraphQLFloat

    def openapi(self, spec: AttributeSpec, shape: str = "delivery") -> dict[str, Json]:
        return {"type": "integer", "format": "int64"}


class DecimalType(_NumberType):
    """A decimal number as a text, with the scale it was written with; `1.5` and `1.50` are equal."""

    code = "decimal"
    label = gettext_lazy("Decimal number")
    options = (DECIMALS, NEGATIVE, LEAST, MOST)

    def compile_parser(self, spec: AttributeSpec, refs: References) -> Parser:
        check = compile_amount_check(spec.config)

        def parse(data: object) -> Json:
            if data is None or data == "" or (type(data) is str and data.isspace()):
                return None
            amount = clean_amount(data)
            return amount if check is None else check(amount)

        return parse

    def equal(self, left: Json, right: Json) -> bool:
        return left == right or (left is not None and right is not None and are_equal(left, right))

    def comparison_key(self, stored: Json, spec: AttributeSpec, refs: References) -> Json:
        return normalise_amount(stored)

    def unique_key(self, stored: Json) -> str | None:
        return normalise_amount(stored)

    def openapi(self, spec: AttributeSpec, shape: str = "delivery") -> dict[str, Json]:
        return {"type": "string", "format": "decimal"}


def _clean_integer(data: object) -> int:
    amount = Decimal(clean_amount(data))
    if amount != amount.to_integral_value():
        raise ValueRefused("not_an_integer", _("A whole number is expected."))
    return int(amount)

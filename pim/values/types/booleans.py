"""The attribute type with three states: yes, no, and not said."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from graphql import GraphQLBoolean, GraphQLOutputType

from pim.errors import ValueRefused
from pim.values.forms import make_field
from pim.values.specs import AttributeSpec, Json, References
from pim.values.tokens import NO, YES
from pim.values.types.base import AttributeType, Listings, Parser, TokenMaker

WORDS = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}


class BooleanType(AttributeType):
    """Yes or no; not filled is neither."""

    code = "boolean"
    label = gettext_lazy("Yes or no")
    operators = frozenset({"eq", "ne", "empty", "not_empty"})
    widget = "switch"
    can_be_sortable = False

    def compile_parser(self, spec: AttributeSpec, refs: References) -> Parser:
        def parse(data: object) -> Json:
            if data is True or data is False or data is None:
                return data
            if isinstance(data, str):
                word = data.strip().lower()
                if not word:
                    return None
                if word in WORDS:
                    return WORDS[word]
            raise ValueRefused("not_a_boolean", _("true or false is expected."))

        return parse

    def to_cells(self, stored: Json, spec: AttributeSpec, refs: References) -> dict[str, str]:
        return {"": "1" if stored else "0"}

    def compile_tokens(self, spec: AttributeSpec, refs: References) -> TokenMaker | None:
        return lambda stored: (YES if stored else NO,)

    def form_field(self, spec: AttributeSpec, refs: Listings, locale: str | None = None) -> forms.Field:
        choices = (("", gettext_lazy("Not said")), ("true", gettext_lazy("Yes")), ("false", gettext_lazy("No")))
        return make_field(_BooleanFormField, spec, self.compile_parser(spec, refs), locale, choices=choices)

    def graphql_type(self, spec: AttributeSpec) -> GraphQLOutputType:
        return GraphQLBoolean

    def openapi(self, spec: AttributeSpec, shape: str = "delivery") -> dict[str, Json]:
        return {"type": "boolean"}


class _BooleanFormField(forms.ChoiceField):
    """Shows true and false as the choices' words."""

    def prepare_value(self, value: object) -> object:
        return {True: "true", False: "false"}.get(value, value) if isinstance(value, bool) else value

    def to_python(self, value: object) -> str:
        return str(self.prepare_value(value) if value is not None else "")

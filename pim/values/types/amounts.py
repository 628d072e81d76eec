"""Attribute types that are an amount of something: measurement, price."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from graphql import GraphQLList, GraphQLNonNull, GraphQLOutputType

from pim.errors import ValueRefused
from pim.values.amounts import are_equal, clean_amount, compile_amount_check, normalise_amount
from pim.values.config import DECIMALS, LEAST, MOST, NEGATIVE, ConfigOption, refuse_crossed, refuse_setting
from pim.values.forms import MeasurementFormField, PriceFormField, make_field
from pim.values.graphql_types import MEASUREMENT, PRICE
from pim.values.specs import AttributeSpec, Json, References, UnitRef
from pim.values.types.base import (
    NUMBER_OPERATORS,
    AttributeType,
    CellsParser,
    DeliveryMaker,
    Listings,
    NumberMaker,
    Parser,
)

MEASUREMENT_FIELDS = frozenset({"amount", "unit", "symbol"})
ONE_CELL_AMOUNT = re.compile(r"\s*([^\s]+)\s+([A-Za-z0-9_]+)\s*")


class _AmountType(AttributeType):
    operators = NUMBER_OPERATORS

    def check_config(self, config: Mapping[str, Json]) -> None:
        refuse_crossed(config, "min", "max")


class MeasurementType(_AmountType):
    """An amount in a unit of the attribute's measurement family."""

    code = "measurement"
    label = gettext_lazy("Measurement")
    widget = "measurement"
    options = (
        ConfigOption("family", "text", gettext_lazy("Measurement family"), is_required=True),
        ConfigOption("default_unit", "text", gettext_lazy("Default unit")),
        ConfigOption("units", "codes", gettext_lazy("Units allowed")),
        DECIMALS,
        NEGATIVE,
        LEAST,
        MOST,
    )

    def check_config(self, config: Mapping[str, Json]) -> None:
        super().check_config(config)
        units = cast("list[str]", config.get("units") or [])
        if units and config.get("default_unit") and config["default_unit"] not in units:
            raise refuse_setting("default_unit", _("The default unit is not among the units allowed."))

    def compile_parser(self, spec: AttributeSpec, refs: References) -> Parser:
        clean = _compile_measured_amount(spec)
        look_up_unit = _compile_unit(spec, refs)
        known: dict[object, str] = {}

        def parse(data: object) -> Json:
            if data is None or data == "":
                return None
            if not isinstance(data, Mapping):
                raise ValueRefused("wrong_type", _("An object with amount and unit is expected."))
            amount, unit = data.get("amount"), data.get("unit")
            if amount is None or amount == "" or (type(amount) is str and amount.isspace()):
                return None
            if not data.keys() <= MEASUREMENT_FIELDS:
                raise ValueRefused("unknown_field", _("Only amount and unit are expected."))
            text = clean(amount)
            if unit is not None and not isinstance(unit, str):
                raise ValueRefused("wrong_type", _("The code of a unit is expected."), "/unit")
            code = known.get(unit)
            if code is None:
                code = known[unit] = look_up_unit(unit)
            return {"amount": text, "unit": code}

        return parse

    def compile_cells(self, spec: AttributeSpec, refs: References) -> CellsParser:
        parse = self.compile_parser(spec, refs)

        def parse_cells(cells: Mapping[str, str], previous: Json) -> Json:
            before = previous if isinstance(previous, dict) else {}
            amount: Json = cells[""].strip() if "" in cells else before.get("amount")
            unit: Json = (cells.get("unit") or "").strip()
            if isinstance(amount, str) and not unit:
                match = ONE_CELL_AMOUNT.fullmatch(amount)
                if match:
                    amount, unit = match[1], match[2]
            try:
                return parse({"amount": amount, "unit": unit or before.get("unit")})
            except ValueRefused as error:
                raise ValueRefused(error.code, error.message, "/unit" if error.pointer == "/unit" else "") from None

        return parse_cells

    def compile_cell(self, spec: AttributeSpec, refs: References) -> Parser:
        parse_cells = self.compile_cells(spec, refs)
        return lambda data: parse_cells({"": str(data or "")}, None)

    def cell_parts(self, spec: AttributeSpec, currencies: Sequence[str]) -> tuple[str, ...]:
        return ("", "unit")

    def to_cells(self, stored: Any, spec: AttributeSpec, refs: References) -> Mapping[str, str]:
        return {"": stored["amount"], "unit": stored["unit"]}

    def compile_delivery(
        self, spec: AttributeSpec, refs: References, locale: str | None, fallbacks: Sequence[str] = ()
    ) -> DeliveryMaker | None:
        family = str(spec.config.get("family", ""))

        def deliver(stored: dict[str, Json]) -> Json:
            unit = refs.unit(family, str(stored["unit"]))
            return {**stored, "symbol": unit.symbol} if unit and unit.symbol else stored

        return deliver

    def equal(self, left: Any, right: Any) -> bool:
        if isinstance(left, dict) and isinstance(right, dict):
            return left["unit"] == right["unit"] and are_equal(left["amount"], right["amount"])
        return bool(left == right)

    def comparison_key(self, stored: Any, spec: AttributeSpec, refs: References) -> Json:
        """In the standard unit: 1500 g are 1.5 kg."""
        unit = refs.unit(str(spec.config.get("family", "")), stored["unit"])
        if unit is None:
            return {"amount": normalise_amount(stored["amount"]), "unit": stored["unit"]}
        return normalise_amount(stored["amount"], unit.factor, unit.offset)

    def compile_numbers(self, spec: AttributeSpec, refs: References) -> NumberMaker | None:
        family = str(spec.config.get("family", ""))
        known: dict[str, tuple[float, float]] = {}

        def make(stored: dict[str, str]) -> Iterable[tuple[int, float]]:
            factors = known.get(stored["unit"])
            if factors is None:
                unit: UnitRef | None = refs.unit(family, stored["unit"])
                if unit is None:
                    return ()
                factors = known[stored["unit"]] = (float(unit.factor), float(unit.offset))
            return ((0, float(stored["amount"]) * factors[0] + factors[1]),)

        return make

    def form_field(self, spec: AttributeSpec, refs: Listings, locale: str | None = None) -> forms.Field:
        allowed = cast("list[str]", spec.config.get("units") or [])
        units = [
            (unit.code, unit.labels.get(locale or "") or unit.symbol or unit.code)
            for unit in refs.units(str(spec.config.get("family", "")))
            if not allowed or unit.code in allowed
        ]
        parse = self.compile_parser(spec, refs)
        default = str(spec.config.get("default_unit") or "")
        return make_field(MeasurementFormField, spec, parse, locale, units=units, initial_unit=default)

    def graphql_type(self, spec: AttributeSpec) -> GraphQLOutputType:
        return MEASUREMENT

    def openapi(self, spec: AttributeSpec, shape: str = "delivery") -> dict[str, Json]:
        properties: dict[str, Json] = {"amount": {"type": "string", "format": "decimal"}, "unit": {"type": "string"}}
        if shape == "delivery":
            properties["symbol"] = {"type": "string"}
        return {"type": "object", "properties": properties, "required": ["amount", "unit"]}


class PriceType(_AmountType):
    """Amounts by currency, stored in order of currency code."""

    code = "price"
    label = gettext_lazy("Price")
    widget = "price"
    has_partial_values = True
    depends_on_currencies = True
    options = (DECIMALS, NEGATIVE, LEAST, MOST)

    def compile_parser(self, spec: AttributeSpec, refs: References) -> Parser:
        clean = _compile_price_amount(spec, refs)

        def parse(data: object) -> Json:
            if data is None or data in ("", [], {}):
                return None
            prices: dict[str, str] = {}
            for index, currency, amount in _iterate_prices(data):
                if isinstance(currency, str) and currency in prices:
                    raise ValueRefused("duplicate_currency", _("Given twice: %(c)s.") % {"c": currency}, f"/{index}")
                code, text = clean(currency, amount, f"/{index}")
                if text is not None:
                    prices[code] = text
            return dict[str, Json](sorted(prices.items())) or None

        return parse

    def compile_cells(self, spec: AttributeSpec, refs: References) -> CellsParser:
        clean = _compile_price_amount(spec, refs)

        def parse_cells(cells: Mapping[str, str], previous: Json) -> Json:
            prices = dict(previous) if isinstance(previous, dict) else {}
            for part, cell in cells.items():
                if not part:
                    prices = dict(_split_price_cell(cell, clean))
                    continue
                code, text = clean(part, cell.strip(), "")
                if text is None:
                    prices.pop(code, None)
                else:
                    prices[code] = text
            return dict(sorted(prices.items())) or None

        return parse_cells

    def compile_cell(self, spec: AttributeSpec, refs: References) -> Parser:
        parse_cells = self.compile_cells(spec, refs)
        return lambda data: parse_cells({"": str(data or "")}, None)

    def cell_parts(self, spec: AttributeSpec, currencies: Sequence[str]) -> tuple[str, ...]:
        return tuple(currencies)

    def to_cells(self, stored: Any, spec: AttributeSpec, refs: References) -> Mapping[str, str]:
        return dict(stored)

    def to_api(self, stored: Any) -> Json:
        return [{"amount": amount, "currency": currency} for currency, amount in stored.items()]

    def compile_delivery(
        self, spec: AttributeSpec, refs: References, locale: str | None, fallbacks: Sequence[str] = ()
    ) -> DeliveryMaker | None:
        return self.to_api

    def equal(self, left: Any, right: Any) -> bool:
        if isinstance(left, dict) and isinstance(right, dict):
            return left.keys() == right.keys() and all(are_equal(left[code], right[code]) for code in left)
        return bool(left == right)

    def compile_numbers(self, spec: AttributeSpec, refs: References) -> NumberMaker | None:
        ordinal = refs.currency

        def make(stored: dict[str, str]) -> Iterable[tuple[int, float]]:
            return [(number, float(amount)) for code, amount in stored.items() if (number := ordinal(code))]

        return make

    def is_filled(self, stored: Json, spec: AttributeSpec, currencies: Iterable[str] = ()) -> bool:
        return isinstance(stored, dict) and bool(stored) and all(code in stored for code in currencies)

    def form_field(self, spec: AttributeSpec, refs: Listings, locale: str | None = None) -> forms.Field:
        parse = self.compile_parser(spec, refs)
        return make_field(PriceFormField, spec, parse, locale, currencies=refs.currencies())

    def graphql_type(self, spec: AttributeSpec) -> GraphQLOutputType:
        return GraphQLList(GraphQLNonNull(PRICE))

    def openapi(self, spec: AttributeSpec, shape: str = "delivery") -> dict[str, Json]:
        properties: dict[str, Json] = {
            "amount": {"type": "string", "format": "decimal"},
            "currency": {"type": "string"},
        }
        item: dict[str, Json] = {"type": "object", "properties": properties, "required": ["amount", "currency"]}
        return {"type": "array", "items": item}


def _compile_unit(spec: AttributeSpec, refs: References) -> Callable[[str | None], str]:
    family, default = str(spec.config.get("family", "")), spec.config.get("default_unit")
    allowed = frozenset(cast("list[str]", spec.config.get("units") or ()))

    def look_up(data: str | None) -> str:
        code = data or default
        if code is None:
            raise ValueRefused("unit_required", _("A unit is needed."), "/unit")
        unit = refs.unit(family, str(code))
        if unit is None:
            raise ValueRefused("unknown_unit", _("There is no unit “%(unit)s”.") % {"unit": code}, "/unit")
        if allowed and unit.code not in allowed:
            raise ValueRefused("unit_not_allowed", _("Not allowed here: %(unit)s.") % {"unit": unit.code}, "/unit")
        return unit.code

    return look_up


def _compile_measured_amount(spec: AttributeSpec) -> Callable[[object], str]:
    check = compile_amount_check(spec.config)

    def clean(amount: object) -> str:
        try:
            text = clean_amount(amount)
            return text if check is None else check(text)
        except ValueRefused as error:
            raise ValueRefused(error.code, error.message, "/amount") from None

    return clean


def _iterate_prices(data: object) -> Iterable[tuple[object, object, object]]:
    """(pointer part, currency, amount) of `[{"amount", "currency"}]` or of the stored `{currency: amount}`."""
    if isinstance(data, Mapping):
        yield from ((currency, currency, amount) for currency, amount in data.items())
    elif isinstance(data, list):
        for index, item in enumerate(data):
            if not isinstance(item, Mapping) or not item.keys() <= {"amount", "currency"}:
                raise ValueRefused("wrong_type", _("An object with amount and currency is expected."), f"/{index}")
            yield index, item.get("currency"), item.get("amount")
    else:
        raise ValueRefused("wrong_type", _("A list of objects with amount and currency is expected."))


def _split_price_cell(cell: str, clean: Any) -> Iterable[tuple[str, str]]:
    """The prices of one cell, `10 EUR, 24 USD`."""
    for part in filter(None, map(str.strip, cell.split(","))):
        match = ONE_CELL_AMOUNT.fullmatch(part)
        if match is None:
            raise ValueRefused("currency_required", _("Prices in one cell look like “10 EUR, 24 USD”."))
        yield clean(match[2], match[1], "")


def _compile_price_amount(spec: AttributeSpec, refs: References) -> Any:
    check = compile_amount_check(spec.config)

    def clean(currency: object, amount: object, pointer: str) -> tuple[str, str | None]:
        if not isinstance(currency, str) or refs.currency(currency) is None:
            raise ValueRefused(
                "unknown_currency", _("There is no currency “%(code)s”.") % {"code": str(currency)[:20]}, pointer
            )
        if amount is None or amount == "":
            return currency, None
        try:
            text = clean_amount(amount)
            return currency, text if check is None else check(text)
        except ValueRefused as error:
            raise ValueRefused(error.code, error.message, pointer) from None

    return clean

"""Expands the lines of the source files into models, sub-models, variants and simple products with values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product as combine
from typing import Any

from catalog.demo import wording
from catalog.demo.parts import DemoProduct
from catalog.demo.picturing import looks_of
from catalog.demo.sources import FAMILIES, LOCALES, read_source
from catalog.demo.structure import family_attributes

PREFIXES = dict(zip(FAMILIES, ("LGT", "SEA", "CER", "CLO", "BAG", "STA"), strict=True))
AXIS_TABLES = {
    "colour": "colours",
    "frame": "frames",
    "size": "sizes",
    "fit": "fits",
    "clothing_size": "clothing_sizes",
    "ruling": "rulings",
}
MEASURE_UNITS = {
    "height": "CENTIMETER",
    "width": "CENTIMETER",
    "depth": "CENTIMETER",
    "weight": "KILOGRAM",
    "capacity": "MILLILITER",
    "power": "WATT",
    "colour_temperature": "KELVIN",
    "washing_temperature": "CELSIUS",
    "max_load": "KILOGRAM",
}
LARGE = {"height": 1.4, "width": 1.4, "depth": 1.4, "weight": 2.1, "capacity": 2.4, "price": 1.55}
"""How much larger (or dearer) the large size is than the small one."""

HEAVIER = {"m": 1.06, "l": 1.13, "walnut": 1.08}
USD_PER_EUR = 1.12
GTIN_PREFIX = "2904"
"""GS1 prefixes 20–29 are for numbers that never leave the house."""

CHECKED_AT = dt.datetime(2024, 11, 18, 9, 30, tzinfo=dt.UTC)
DATASHEETS = ("alva", "pilo", "hilda")
LATE_EVERY = 4
"""The last variant of every fourth line is not ready yet."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the source files, with its family and its number over all families."""

    family: str
    number: int
    source: Mapping[str, Any]

    @property
    def sku(self) -> str:
        """The SKU of its model, or of the product itself."""
        return f"{PREFIXES[self.family]}-{self.source['code'].upper()}"

    @property
    def levels(self) -> Sequence[Mapping[str, Any]]:
        """The levels of its family variant; none for a simple product."""
        code = self.source.get("variant")
        return read_source("structure")["variants"][code]["levels"] if code else ()


def read_lines() -> Iterator[Line]:
    """All lines, in the order of the families."""
    number = 0
    for family in FAMILIES:
        for source in read_source(family)["line"]:
            number += 1
            yield Line(family, number, {**source, "family": family})


def build_products() -> Iterator[DemoProduct]:
    """All products, parents before children, associations on the models and simple products."""
    lines = list(read_lines())
    links = _read_links({line.source["code"]: line for line in lines})
    groups = read_source("relations")["groups"]
    serial = 0
    for line in lines:
        for item in _expand(line):
            done = item
            if item.kind != "model":
                serial += 1
                done = _number(item, serial)
            if done.parent is None:
                member = tuple(code for code, skus in groups.items() if done.sku in skus)
                done = replace(done, groups=member, associations=links.get(done.sku, {}))
            yield _leave_out(done, line.source.get("missing", ()))


def _expand(line: Line) -> Iterator[DemoProduct]:
    """A line's model, then every level below it; a simple product alone."""
    source, levels = line.source, line.levels
    stage = source.get("stage", "approved")
    everything = _values(line)
    placed = {code for level in levels for code in (*level["axes"], *level["attributes"])}
    root = DemoProduct(
        line.sku,
        "model" if levels else "simple",
        None,
        line.family,
        source.get("variant"),
        tuple(source["categories"]),
        stage=stage,
        values={key: data for key, data in everything.items() if key.split(":")[0] not in placed},
        files=_shared_files(line) if levels else {**_shared_files(line), **_own_files(line, {}, {"image", "gallery"})},
    )
    yield root
    yield from _descend(line, root, levels, {})


def _descend(
    line: Line, parent: DemoProduct, levels: Sequence[Mapping[str, Any]], chosen: Mapping[str, str]
) -> Iterator[DemoProduct]:
    if not levels:
        return
    level, below = levels[0], levels[1:]
    choices = list(combine(*(line.source[AXIS_TABLES[axis]] for axis in level["axes"])))
    for index, options in enumerate(choices):
        options_here = dict(zip(level["axes"], options, strict=True))
        now = {**chosen, **options_here}
        is_late = line.number % LATE_EVERY == 0 and not below and not chosen and index == len(choices) - 1
        values: dict[str, Any] = dict(options_here)
        values |= {key: data for key, data in _values(line, now).items() if key in level["attributes"]}
        item = DemoProduct(
            f"{parent.sku}-{'-'.join(options).upper()}",
            "model" if below else "variant",
            parent.sku,
            line.family,
            parent.family_variant,
            stage="enriching" if is_late else parent.stage,
            values=values,
            files=_own_files(line, now, set(level["attributes"]) - ({"image", "gallery"} if is_late else set())),
        )
        yield item
        yield from _descend(line, item, below, now)


def _values(line: Line, chosen: Mapping[str, str] | None = None) -> dict[str, Any]:
    """All values of a line by flat key, in the shape of the management API, for the options chosen so far."""
    source, options = line.source, dict(chosen or {})
    values: dict[str, Any] = dict(_texts(line))
    values |= {code: source[code] for code in ("brand", "collection", "designer", "materials", "care", "suitable_for")}
    values |= {"country_of_origin": source["country"], "service_email": f"care@{source['brand']}.example"}
    values |= {"checked_at": CHECKED_AT.strftime("%Y-%m-%dT%H:%M:%SZ"), "is_new": _is_new(source)}
    amounts: dict[str, Any] = {**source["measures"], **source["values"]}
    for code, amount in amounts.items():
        values[code] = _measure(code, amount, options) if code in MEASURE_UNITS else amount
    euros = round(source["price"] * (LARGE["price"] if options.get("size") == "large" else 1))
    dollars = round(euros * USD_PER_EUR)
    values["price"] = [{"amount": f"{euros}.00", "currency": "EUR"}, {"amount": f"{dollars}.00", "currency": "USD"}]
    if not line.levels:
        values |= {"colour": source["colours"][0]}
    elif "fits" in source and options.get("fit") == "relaxed":
        values["price"][0]["amount"] = f"{euros + 3}.00"
    if "frame" in source:
        values["frame"] = source["frame"]
    if line.family in ("lighting", "seating"):
        values["eco_contribution:fr_FR"] = "0.20" if line.family == "lighting" else "1.70"
    family = set(family_attributes(line.family))
    return {key: data for key, data in values.items() if key.split(":")[0] in family}


def _texts(line: Line) -> Iterator[tuple[str, str]]:
    source = line.source
    channels = read_source("structure")["channels"]
    for language, locale in enumerate(LOCALES):
        yield f"name:{locale}", source["name"][language]
        yield f"claim:{locale}", source["claim"][language]
        yield f"short_description:{locale}", wording.short_description(source, language)
        page = f"https://shop.example/{locale[:2]}/{line.family}/{source['code']}"
        yield f"product_page:{locale}", page
        for channel, speaks in channels.items():
            if locale in speaks["locales"]:
                yield f"description:{channel}:{locale}", wording.description(source, channel, language)


def _measure(code: str, amount: float, options: Mapping[str, str]) -> dict[str, str]:
    if options.get("size") == "large":
        amount *= LARGE.get(code, 1)
    if code == "weight":
        for option in options.values():
            amount *= HEAVIER.get(option, 1)
    return {"amount": f"{round(amount, 2):g}", "unit": MEASURE_UNITS[code]}


def _is_new(source: Mapping[str, Any]) -> bool:
    return str(source["values"]["launch_date"]) >= "2024-06-01"


def _shared_files(line: Line) -> dict[str, str]:
    files = {f"care_guide:{locale}": f"care-{line.family}-{locale[:2]}" for locale in LOCALES}
    if line.source["code"] in DATASHEETS:
        files |= {f"datasheet:{locale}": f"{line.source['code']}-datasheet-{locale[:2]}" for locale in LOCALES}
    return files


def _own_files(line: Line, chosen: Mapping[str, str], attributes: set[str]) -> dict[str, str | tuple[str, ...]]:
    """The portrait of the look chosen so far, and the gallery of the line."""
    code = line.source["code"]
    looks = list(looks_of(line.source))
    portraits = [name for look, name in looks if all(look[axis] == chosen[axis] for axis in look if axis in chosen)]
    files: dict[str, str | tuple[str, ...]] = {}
    if "image" in attributes:
        files["image"] = portraits[0]
    if "gallery" in attributes:
        several = (f"{code}-group",) if len(line.source["colours"]) > 1 else ()
        detail = (f"{code}-detail",) if line.source.get("detail", True) else ()
        files["gallery"] = (*portraits, *detail, *several)
    return files


def _number(item: DemoProduct, serial: int) -> DemoProduct:
    """Give a product that can be sold its numbers."""
    gtin = complete_gtin(f"{GTIN_PREFIX}{serial:08d}")
    numbers = {"gtin": gtin, "article_number": f"{item.sku[:3]}{10000 + serial * 7}"}
    return replace(item, values={**item.values, **numbers})


def complete_gtin(digits: str) -> str:
    """Append the check digit to the first twelve of a GTIN-13 (GS1 General Specifications §7.9.1)."""
    total = sum(int(digit) * weight for digit, weight in zip(reversed(digits), (3, 1) * 6, strict=True))
    return f"{digits}{-total % 10}"


def _leave_out(item: DemoProduct, missing: Sequence[str]) -> DemoProduct:
    """Leave out what the line's `missing` names: a flat key, an attribute, or `price:<currency>`."""
    gone = {code for code in missing if not code.startswith("price:")}
    values = {key: data for key, data in item.values.items() if key not in gone}
    for code in missing:
        currency = code.removeprefix("price:")
        if currency != code and "price" in values:
            values["price"] = [amount for amount in values["price"] if amount["currency"] != currency]
    return replace(item, values=values, files={key: name for key, name in item.files.items() if key not in gone})


def _read_links(lines: Mapping[str, Line]) -> dict[str, dict[str, Any]]:
    """{sku: {association type: {"products" | "product_models": [{"key", "quantity"}]}}}."""
    relations = read_source("relations")
    links: dict[str, dict[str, Any]] = {}
    for kind in ("pairs_well", "cross_sell"):
        for owner, target in relations[kind]:
            table = "product_models" if lines[target].levels else "products"
            link = links.setdefault(lines[owner].sku, {}).setdefault(kind, {})
            link.setdefault(table, []).append({"key": lines[target].sku})
    for sku, parts in relations["set_contains"].items():
        products = [{"key": part, "quantity": str(quantity)} for part, quantity in parts.items()]
        links.setdefault(sku, {})["set_contains"] = {"products": products}
    return links

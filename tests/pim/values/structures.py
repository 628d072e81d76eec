"""A small structure for the engine's tests: real snapshot, no database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from pim.values.snapshot import ChannelSpec, LocaleSpec, Structure
from pim.values.specs import AssetRef, AttributeSpec, Json, OptionRef, UnitRef
from pim.values.types import AttributeType, attribute_types

PICTURE = "0b54a1c2-3f5e-4c0a-9d1b-0a1b2c3d4e5f"
SECOND_PICTURE = "1c54a1c2-3f5e-4c0a-9d1b-0a1b2c3d4e5f"
MANUAL = "2d54a1c2-3f5e-4c0a-9d1b-0a1b2c3d4e5f"

COLOURS = {
    "red": OptionRef(7, "red", {"en_US": "Red", "de_DE": "Rot"}),
    "sky_blue": OptionRef(8, "Sky_Blue", {"en_US": "Sky blue"}),
    "green": OptionRef(9, "green"),
}
UNITS = {
    "KILOGRAM": UnitRef("KILOGRAM", "kg", Decimal(1)),
    "GRAM": UnitRef("GRAM", "g", Decimal("0.001")),
    "CELSIUS": UnitRef("CELSIUS", "°C", Decimal(1), Decimal("273.15")),
}
ASSETS = {
    PICTURE: AssetRef(
        41, PICTURE, "mug_front", "mug.JPG", "image/jpeg", "image", 800, 600, 5_000, alt={"en_US": "A mug"},
        url="/media/r/x.jpg",
    ),
    SECOND_PICTURE: AssetRef(42, SECOND_PICTURE, "mug_back", "back.png", "image/png", "image", 80, 60, 900),
    MANUAL: AssetRef(43, MANUAL, "manual", "manual.pdf", "application/pdf", "document", size_bytes=90_000),
}  # fmt: skip


class AnyAttribute(dict[str, Mapping[str, OptionRef]]):
    """Every attribute has the same options."""

    def get(self, _attribute: str, _default: object = None) -> Mapping[str, OptionRef]:
        return COLOURS


def make_structure(*specs: AttributeSpec) -> Structure:
    """A structure with colours, weights, two channels, three locales and three assets."""
    return Structure(
        epoch=1,
        attributes={spec.code: spec for spec in specs},
        attributes_by_key={spec.code.casefold(): spec for spec in specs},
        attributes_by_id={spec.id: spec for spec in specs},
        groups={},
        options_by_attribute=AnyAttribute(),
        options_by_id={option.id: option for option in COLOURS.values()},
        units_by_family={"Weight": UNITS},
        locales={
            "de_DE": LocaleSpec("de_DE", 1, ("en_US",)),
            "en_US": LocaleSpec("en_US", 2),
            "fr_FR": LocaleSpec("fr_FR", 3, ("de_DE", "en_US")),
        },
        locales_by_ordinal={},
        channels={
            "web": ChannelSpec("web", 1, ("de_DE", "en_US"), ("EUR", "USD"), None),
            "print": ChannelSpec("print", 2, ("en_US",), ("EUR",), None),
        },
        currency_ordinals={"EUR": 1, "USD": 2, "GBP": 3},
        asset_lookup=ASSETS.get,
    )


STRUCTURE = make_structure()


def make_spec(kind: str, config: Mapping[str, Json] | None = None, **fields: Any) -> AttributeSpec:
    """An attribute `attr` with id 2,000 of a type; the configuration is cleaned as a service would."""
    config = dict(config or ({"family": "Weight"} if kind == "measurement" else {}))
    spec = AttributeSpec(2_000, "attr", kind, config=attribute_types.get(kind).clean_config(config))
    return replace(spec, **fields) if fields else spec


def kind_of(spec: AttributeSpec) -> AttributeType:
    """The type of an attribute."""
    return attribute_types.get(spec.type)


def parse(spec: AttributeSpec, data: object) -> Json:
    """Parse API data."""
    return kind_of(spec).parse(data, spec, STRUCTURE)


def parse_cells(spec: AttributeSpec, cells: Mapping[str, str], previous: Json = None) -> Json:
    """Parse the cells of one value."""
    return kind_of(spec).parse_cells(cells, spec, STRUCTURE, previous)

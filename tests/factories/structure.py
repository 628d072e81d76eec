"""A small structure, written through its door: two locales, a channel, a family with models in two ways."""

from __future__ import annotations

from typing import Any

from catalog.models import AssociationType, Family, FamilyVariant, Group
from pim.errors import Outcome
from pim.models import (
    Attribute,
    AttributeGroup,
    Category,
    Channel,
    Currency,
    Locale,
    MeasurementFamily,
    Option,
)
from pim.services.structure import StructureChange, write_structure


def make(kind: str, /, **states: dict[str, Any]) -> Outcome:
    """Write structure of a kind: `make("locale", de_DE={"fallback": "en_US"})`; refusals raise."""
    changes = [StructureChange(code, {"code": code, **fields}) for code, fields in states.items()]
    return write_structure(kind, changes, actor=None, origin="command", atomic=True)


def make_options(attribute: str, *codes: str) -> None:
    """Give a select attribute options."""
    changes = [
        StructureChange(
            f"{attribute}.{code}", {"attribute": attribute, "code": code, "labels": {"en_US": code.title()}}
        )
        for code in codes
    ]
    write_structure("option", changes, actor=None, origin="command", atomic=True)


def make_axes() -> None:
    """Locales en_US and de_DE (falls back to en_US), EUR and USD, one category tree, the channels web and print."""
    make("locale", en_US={}, de_DE={"fallback": "en_US"})
    make("currency", EUR={}, USD={})
    make("category", master={}, shoes={"parent": "master"}, sale={"parent": "master"})
    make(
        "channel",
        web={"locales": ["en_US", "de_DE"], "currencies": ["EUR", "USD"], "category_tree": "master"},
        print={"locales": ["en_US"], "currencies": ["EUR"], "category_tree": "master"},
    )


def make_attributes() -> None:
    """One attribute of most types, in one group."""
    make("attribute_group", basics={})
    make(
        "measurement_family",
        Weight={
            "standard_unit": "KILOGRAM",
            "units": [{"code": "KILOGRAM", "symbol": "kg"}, {"code": "GRAM", "symbol": "g", "factor": "0.001"}],
        },
    )
    fields: dict[str, dict[str, Any]] = {
        "sku": {"type": "identifier"},
        "name": {"type": "text", "localizable": True, "searchable": True, "sortable": True},
        "description": {"type": "rich_text", "localizable": True, "scopable": True},
        "color": {"type": "select", "facet": True},
        "size": {"type": "select", "facet": True},
        "weight": {"type": "measurement", "config": {"family": "Weight"}},
        "price": {"type": "price"},
        "ean": {"type": "text", "unique": True},
        "stock": {"type": "integer", "no_review": True},
        "erp": {"type": "text", "read_only": True},
    }
    make("attribute", **{code: {"group": "basics", **given} for code, given in fields.items()})
    make_options("color", "red", "blue", "green")
    make_options("size", "s", "m", "l")


def make_family() -> None:
    """The family shoe, its variants by colour and size (two levels) and by size alone; X_SELL and SET associations."""
    attributes = ["sku", "name", "description", "color", "size", "weight", "price", "ean", "stock", "erp"]
    make(
        "family",
        shoe={
            "attributes": attributes,
            "label_attribute": "name",
            "requirements": {"web": ["sku", "name", "price"], "print": ["sku", "name", "description"]},
        },
    )
    make(
        "family_variant",
        by_color_size={
            "family": "shoe",
            "levels": [
                {"axes": ["color"], "attributes": ["weight"]},
                {"axes": ["size"], "attributes": ["ean", "stock"]},
            ],
        },
        by_size={"family": "shoe", "levels": [{"axes": ["size"], "attributes": ["ean"], "overridable": []}]},
    )
    make("association_type", X_SELL={}, PAIR={"is_two_way": True}, SET={"is_quantified": True})
    make("group", promotion={})


def make_structure() -> None:
    """All of it."""
    make_axes()
    make_attributes()
    make_family()


def make_locale(code: str = "en_US", **fields: Any) -> Locale:
    """A locale."""
    make("locale", **{code: fields})
    return Locale.objects.get(code=code)


def make_currency(code: str = "EUR", **fields: Any) -> Currency:
    """A currency."""
    make("currency", **{code: fields})
    return Currency.objects.get(code=code)


def make_category(code: str = "master", **fields: Any) -> Category:
    """A category, a root unless a parent is named."""
    make("category", **{code: fields})
    return Category.objects.get(code=code)


def make_channel(code: str = "web", **fields: Any) -> Channel:
    """A channel."""
    make("channel", **{code: fields})
    return Channel.objects.get(code=code)


def make_measurement_family(code: str = "Length", **fields: Any) -> MeasurementFamily:
    """A measurement family, of metres unless units are named."""
    make("measurement_family", **{code: {"standard_unit": "METER", "units": [{"code": "METER"}], **fields}})
    return MeasurementFamily.objects.get(code=code)


def make_attribute_group(code: str = "basics", **fields: Any) -> AttributeGroup:
    """An attribute group."""
    make("attribute_group", **{code: fields})
    return AttributeGroup.objects.get(code=code)


def make_attribute(code: str, **fields: Any) -> Attribute:
    """An attribute of the group basics, a text unless a type is named."""
    make("attribute", **{code: {"group": "basics", **fields}})
    return Attribute.objects.get(code=code)


def make_option(attribute: str, code: str) -> Option:
    """An option of a select attribute."""
    make_options(attribute, code)
    return Option.objects.get(attribute__code=attribute, code=code)


def make_plain_family(code: str, attributes: list[str], **fields: Any) -> Family:
    """A family of these attributes, with nothing required."""
    make("family", **{code: {"attributes": attributes, **fields}})
    return Family.objects.get(code=code)


def make_family_variant(code: str, family: str, *axes: str) -> FamilyVariant:
    """A family variant with one axis a level."""
    make("family_variant", **{code: {"family": family, "levels": [{"axes": [axis]} for axis in axes]}})
    return FamilyVariant.objects.get(code=code)


def make_association_type(code: str, **fields: Any) -> AssociationType:
    """An association type."""
    make("association_type", **{code: fields})
    return AssociationType.objects.get(code=code)


def make_group(code: str = "promotion", **fields: Any) -> Group:
    """A product group."""
    make("group", **{code: fields})
    return Group.objects.get(code=code)

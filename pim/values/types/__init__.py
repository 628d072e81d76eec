"""The attribute types, by code. An installed app adds its own in `AppConfig.ready()`: one class, one registration."""

from __future__ import annotations

from pim.registry import Registry
from pim.values.types.amounts import MeasurementType, PriceType
from pim.values.types.assets import AssetListType, AssetType
from pim.values.types.base import AttributeType, Listings
from pim.values.types.booleans import BooleanType
from pim.values.types.dates import DatetimeType, DateType
from pim.values.types.identifiers import EmailType, IdentifierType, UrlType
from pim.values.types.numbers import DecimalType, IntegerType
from pim.values.types.options import MultiselectType, SelectType
from pim.values.types.texts import RichTextType, TextareaType, TextType

__all__ = ["AttributeType", "Listings", "attribute_types"]

attribute_types: Registry[AttributeType] = Registry("attribute types")

for attribute_type in (
    IdentifierType(),
    TextType(),
    TextareaType(),
    RichTextType(),
    IntegerType(),
    DecimalType(),
    BooleanType(),
    DateType(),
    DatetimeType(),
    SelectType(),
    MultiselectType(),
    MeasurementType(),
    PriceType(),
    AssetType(),
    AssetListType(),
    UrlType(),
    EmailType(),
):
    attribute_types.register(attribute_type.code, attribute_type)

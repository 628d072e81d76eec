"""The kernel's kinds of structure as REST resources."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils.translation import gettext as _

from pim.api.routing import ApiRoute
from pim.api.structure import BulkStructureViewSet, StructureResource, StructureViewSet
from pim.errors import Refused
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

CODES = {"type": "array", "items": {"type": "string"}}
UNIT = {
    "type": "object",
    "required": ["code"],
    "properties": {name: {"type": "string"} for name in ("code", "symbol", "factor", "offset", "unece")}
    | {"labels": {"type": "object", "additionalProperties": {"type": "string"}}},
}


class LocaleResource(StructureResource):
    kind_code = "locale"
    model = Locale
    permission_model = "pim.locale"
    filters = ("fallback",)


class CurrencyResource(StructureResource):
    kind_code = "currency"
    model = Currency
    permission_model = "pim.currency"


class ChannelResource(StructureResource):
    kind_code = "channel"
    model = Channel
    permission_model = "pim.channel"
    filters = ("category_tree",)
    schemas: ClassVar = {"locales": CODES, "currencies": CODES}


class MeasurementFamilyResource(StructureResource):
    kind_code = "measurement_family"
    model = MeasurementFamily
    permission_model = "pim.measurementfamily"
    schemas: ClassVar = {"units": {"type": "array", "items": UNIT}}


class CategoryResource(StructureResource):
    """Listed as the trees read: every category before what is below it, unless sorted otherwise."""

    kind_code = "category"
    model = Category
    permission_model = "pim.category"
    filters = ("path", "depth")
    default_sort = "path"


class AttributeGroupResource(StructureResource):
    kind_code = "attribute_group"
    model = AttributeGroup
    permission_model = "pim.attributegroup"
    filters = ("position",)


class AttributeResource(StructureResource):
    kind_code = "attribute"
    model = Attribute
    permission_model = "pim.attribute"
    filters: ClassVar = (
        "type", "group", "localizable", "scopable", "unique", "read_only", "facet", "sortable", "searchable",
        "no_review", "position",
    )  # fmt: skip
    schemas: ClassVar = {"available_locales": CODES, "default": {}}


class OptionResource(StructureResource):
    """The key of an option is `attribute.code`."""

    kind_code = "option"
    model = Option
    permission_model = "pim.option"
    filters = ("attribute", "position")

    def key_of(self, body: Mapping[str, Any]) -> str:
        """From attribute and code.

        Raises:
            Refused: `code_missing`, `attribute_missing`.
        """
        attribute = body.get("attribute")
        if not isinstance(attribute, str) or not attribute:
            raise Refused("attribute_missing", _("An option belongs to an attribute."), "/attribute")
        return f"{attribute}.{super().key_of(body)}"


class LocaleViewSet(LocaleResource, StructureViewSet):
    """Locales and what they fall back to."""


class CurrencyViewSet(CurrencyResource, StructureViewSet):
    """Currencies."""


class ChannelViewSet(ChannelResource, StructureViewSet):
    """Channels: the axis along which values vary."""


class MeasurementFamilyViewSet(MeasurementFamilyResource, StructureViewSet):
    """Measurement families with their units."""


class CategoryViewSet(CategoryResource, StructureViewSet):
    """Categories of all trees."""


class AttributeGroupViewSet(AttributeGroupResource, StructureViewSet):
    """Attribute groups."""


class AttributeViewSet(AttributeResource, StructureViewSet):
    """Attributes."""


class OptionViewSet(OptionResource, StructureViewSet):
    """Options of select and multiselect attributes."""

    def _with_key(self, key: str, body: Mapping[str, Any]) -> dict[str, Any]:
        attribute, _dot, code = key.partition(".")
        return {"attribute": attribute, "code": code, **body}


class BulkLocaleViewSet(LocaleResource, BulkStructureViewSet):
    """Many locales."""


class BulkCurrencyViewSet(CurrencyResource, BulkStructureViewSet):
    """Many currencies."""


class BulkChannelViewSet(ChannelResource, BulkStructureViewSet):
    """Many channels."""


class BulkMeasurementFamilyViewSet(MeasurementFamilyResource, BulkStructureViewSet):
    """Many measurement families."""


class BulkCategoryViewSet(CategoryResource, BulkStructureViewSet):
    """Many categories."""


class BulkAttributeGroupViewSet(AttributeGroupResource, BulkStructureViewSet):
    """Many attribute groups."""


class BulkAttributeViewSet(AttributeResource, BulkStructureViewSet):
    """Many attributes."""


class BulkOptionViewSet(OptionResource, BulkStructureViewSet):
    """Many options."""


STRUCTURE: tuple[tuple[str, type[StructureViewSet], type[BulkStructureViewSet]], ...] = (
    ("attributes", AttributeViewSet, BulkAttributeViewSet),
    ("attribute-options", OptionViewSet, BulkOptionViewSet),
    ("attribute-groups", AttributeGroupViewSet, BulkAttributeGroupViewSet),
    ("categories", CategoryViewSet, BulkCategoryViewSet),
    ("channels", ChannelViewSet, BulkChannelViewSet),
    ("locales", LocaleViewSet, BulkLocaleViewSet),
    ("currencies", CurrencyViewSet, BulkCurrencyViewSet),
    ("measurement-families", MeasurementFamilyViewSet, BulkMeasurementFamilyViewSet),
)


def make_routes(
    resources: tuple[tuple[str, type[StructureViewSet], type[BulkStructureViewSet]], ...],
) -> tuple[ApiRoute, ...]:
    """Two addresses for each resource: itself, and `bulk/` before it."""
    return tuple(
        route
        for prefix, single, bulk in resources
        for route in (
            ApiRoute(f"bulk/{prefix}", bulk, f"api-bulk-{prefix}"),
            ApiRoute(prefix, single, f"api-{prefix}"),
        )
    )

"""Attribute types that point at files: asset, asset_list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar, cast
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from graphql import GraphQLList, GraphQLNonNull, GraphQLOutputType

from pim.errors import ValueRefused
from pim.values.config import ConfigOption
from pim.values.forms import make_field
from pim.values.graphql_types import ASSET
from pim.values.specs import AssetRef, AttributeSpec, Json, References
from pim.values.types.base import CHOICE_OPERATORS, AttributeType, DeliveryMaker, Listings, Parser, TokenMaker
from pim.values.types.options import pick_label

KINDS = ("image", "video", "audio", "document", "3d", "design", "other")
MAX_ASSETS = 1_000
ASSET_SCHEMA: dict[str, Json] = {
    "type": "object",
    "properties": {
        "uuid": {"type": "string", "format": "uuid"},
        "url": {"type": ["string", "null"], "format": "uri"},
        "width": {"type": ["integer", "null"]},
        "height": {"type": ["integer", "null"]},
        "alt": {"type": ["string", "null"]},
    },
    "required": ["uuid", "url", "width", "height", "alt"],
}
ASSET_OPTIONS = (
    ConfigOption("kinds", "codes", gettext_lazy("Kinds of file"), choices=KINDS),
    ConfigOption("extensions", "codes", gettext_lazy("File extensions")),
    ConfigOption("max_size_bytes", "integer", gettext_lazy("Largest file, in bytes"), 1, 2**53),
)


def compile_asset(spec: AttributeSpec, refs: References) -> Callable[[object], str]:
    """Build the look-up of an asset's uuid, with the attribute's limits.

    The look-up raises ValueRefused `wrong_type`, `unknown_asset`, `kind_not_allowed`, `extension_not_allowed` or
    `file_too_large`.
    """
    config = spec.config
    kinds = frozenset(cast("list[str]", config.get("kinds") or ()))
    extensions = frozenset(item.lower().lstrip(".") for item in cast("list[str]", config.get("extensions") or ()))
    limit = cast("int | None", config.get("max_size_bytes"))

    def look_up(data: object) -> str:
        if not isinstance(data, str):
            raise ValueRefused("wrong_type", _("The uuid of an asset is expected."))
        asset = refs.asset(data) or _find_asset(data, refs)
        if asset is None:
            raise ValueRefused("unknown_asset", _("There is no asset “%(uuid)s”.") % {"uuid": data[:100]})
        if kinds and asset.kind not in kinds:
            raise ValueRefused("kind_not_allowed", _("Not allowed here: %(kind)s.") % {"kind": asset.kind})
        if extensions and asset.filename.rpartition(".")[2].lower() not in extensions:
            names = ", ".join(sorted(extensions))
            raise ValueRefused("extension_not_allowed", _("Allowed here: %(names)s.") % {"names": names})
        if limit is not None and asset.size_bytes > limit:
            raise ValueRefused("file_too_large", _("At most %(max)d bytes.") % {"max": limit})
        return asset.uuid

    return look_up


def _find_asset(data: str, refs: References) -> AssetRef | None:
    """The asset of a uuid in any of the forms that people write."""
    try:
        return refs.asset(str(UUID(data.strip())))
    except ValueError:
        return None


def deliver_asset(asset: AssetRef, locale: str | None, fallbacks: Sequence[str]) -> dict[str, Json]:
    """The delivered shape of an asset; channels put the rendition's address in place of `url`."""
    return {
        "uuid": asset.uuid,
        "url": asset.url or None,
        "width": asset.width,
        "height": asset.height,
        "alt": pick_label(asset.alt, locale, fallbacks, "") or None,
    }


class AssetType(AttributeType):
    """One asset, by its uuid."""

    code = "asset"
    label = gettext_lazy("Asset")
    operators = CHOICE_OPERATORS
    widget = "asset"
    is_reference = True
    can_be_sortable = False
    options: ClassVar[tuple[ConfigOption, ...]] = ASSET_OPTIONS

    def compile_parser(self, spec: AttributeSpec, refs: References) -> Parser:
        look_up = compile_asset(spec, refs)

        def parse(data: object) -> Json:
            if data is None or data == "" or (type(data) is str and data.isspace()):
                return None
            return look_up(data)

        return parse

    def compile_delivery(
        self, spec: AttributeSpec, refs: References, locale: str | None, fallbacks: Sequence[str] = ()
    ) -> DeliveryMaker | None:
        def deliver(stored: str) -> Json:
            asset = refs.asset(stored)
            return deliver_asset(asset, locale, fallbacks) if asset else None

        return deliver

    def compile_tokens(self, spec: AttributeSpec, refs: References) -> TokenMaker | None:
        def make(stored: str) -> tuple[int, ...]:
            asset = refs.asset(stored)
            return (asset.id,) if asset else ()

        return make

    def form_field(self, spec: AttributeSpec, refs: Listings, locale: str | None = None) -> forms.Field:
        return make_field(forms.CharField, spec, self.compile_cell(spec, refs), locale)

    def graphql_type(self, spec: AttributeSpec) -> GraphQLOutputType:
        return ASSET

    def openapi(self, spec: AttributeSpec, shape: str = "delivery") -> dict[str, Json]:
        return ASSET_SCHEMA if shape == "delivery" else {"type": "string", "format": "uuid"}


class AssetListType(AssetType):
    """Several assets, in order; the first is the main one."""

    code = "asset_list"
    label = gettext_lazy("Assets")
    widget = "asset_list"
    options = (*ASSET_OPTIONS, ConfigOption("max_items", "integer", gettext_lazy("Most assets"), 1, MAX_ASSETS))

    def compile_parser(self, spec: AttributeSpec, refs: References) -> Parser:
        look_up = compile_asset(spec, refs)
        limit = cast("int", spec.config.get("max_items") or MAX_ASSETS)

        def parse(data: object) -> Json:
            if data is None or data in ("", []):
                return None
            if type(data) is not list:
                raise ValueRefused("wrong_type", _("A list of uuids is expected."))
            uuids: dict[str, None] = {}
            for index, item in enumerate(data):
                try:
                    uuids[look_up(item)] = None
                except ValueRefused as error:
                    raise ValueRefused(error.code, error.message, f"/{index}") from None
            if len(uuids) > limit:
                raise ValueRefused("too_many_items", _("At most %(max)d assets.") % {"max": limit})
            return list[Json](uuids)

        return parse

    def compile_cell(self, spec: AttributeSpec, refs: References) -> Parser:
        parse = self.compile_parser(spec, refs)

        def parse_cell(data: object) -> Json:
            return parse([part for part in map(str.strip, str(data).split(",")) if part] if data else None)

        return parse_cell

    def to_cells(self, stored: Json, spec: AttributeSpec, refs: References) -> dict[str, str]:
        return {"": ",".join(cast("list[str]", stored))}

    def compile_delivery(
        self, spec: AttributeSpec, refs: References, locale: str | None, fallbacks: Sequence[str] = ()
    ) -> DeliveryMaker | None:
        def deliver(stored: list[str]) -> Json:
            assets = (refs.asset(uuid) for uuid in stored)
            return [deliver_asset(asset, locale, fallbacks) for asset in assets if asset] or None

        return deliver

    def compile_tokens(self, spec: AttributeSpec, refs: References) -> TokenMaker | None:
        return lambda stored: [asset.id for uuid in stored if (asset := refs.asset(uuid))]

    def form_field(self, spec: AttributeSpec, refs: Listings, locale: str | None = None) -> forms.Field:
        return make_field(_AssetListFormField, spec, self.compile_cell(spec, refs), locale)

    def graphql_type(self, spec: AttributeSpec) -> GraphQLOutputType:
        return GraphQLList(GraphQLNonNull(ASSET))

    def openapi(self, spec: AttributeSpec, shape: str = "delivery") -> dict[str, Json]:
        return {"type": "array", "items": super().openapi(spec, shape)}


class _AssetListFormField(forms.CharField):
    """uuids with commas between them; the asset picker fills it in."""

    def prepare_value(self, value: Any) -> Any:
        return ",".join(value) if isinstance(value, list) else value

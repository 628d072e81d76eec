"""The DAM's kinds of structure as REST resources."""

from __future__ import annotations

from assets.models import AssetFamily, License, RenditionPreset
from pim.api.structure import BulkStructureViewSet, StructureResource, StructureViewSet


class AssetFamilyResource(StructureResource):
    kind_code = "asset_family"
    model = AssetFamily
    permission_model = "assets.assetfamily"


class LicenseResource(StructureResource):
    kind_code = "license"
    model = License
    permission_model = "assets.license"


class PresetResource(StructureResource):
    kind_code = "rendition_preset"
    model = RenditionPreset
    permission_model = "assets.renditionpreset"
    filters = ("is_eager",)


class AssetFamilyViewSet(AssetFamilyResource, StructureViewSet):
    """Asset families: what is to be known of a kind of asset."""


class LicenseViewSet(LicenseResource, StructureViewSet):
    """Licences: for how long and where files may be used."""


class PresetViewSet(PresetResource, StructureViewSet):
    """Rendition presets."""


class BulkAssetFamilyViewSet(AssetFamilyResource, BulkStructureViewSet):
    """Many asset families."""


class BulkLicenseViewSet(LicenseResource, BulkStructureViewSet):
    """Many licences."""


class BulkPresetViewSet(PresetResource, BulkStructureViewSet):
    """Many rendition presets."""


STRUCTURE: tuple[tuple[str, type[StructureViewSet], type[BulkStructureViewSet]], ...] = (
    ("asset-families", AssetFamilyViewSet, BulkAssetFamilyViewSet),
    ("licenses", LicenseViewSet, BulkLicenseViewSet),
    ("rendition-presets", PresetViewSet, BulkPresetViewSet),
)

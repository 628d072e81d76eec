"""The DAM's kinds of structure as REST resources."""

from __future__ import annotations

from typing import ClassVar

from assets.api.pictures import BulkPictureRuleViewSet, PictureRuleViewSet
from assets.api.rights import BulkLicenseViewSet, BulkReleaseViewSet, LicenseViewSet, ReleaseViewSet
from assets.models import AssetFamily, Folder, RenditionPreset
from pim.api.structure import BulkStructureViewSet, StructureResource, StructureViewSet


class AssetFamilyResource(StructureResource):
    kind_code = "asset_family"
    model = AssetFamily
    permission_model = "assets.assetfamily"


class FolderResource(StructureResource):
    """Listed as the tree reads: every folder before what is in it, unless sorted otherwise."""

    kind_code = "folder"
    model = Folder
    permission_model = "assets.folder"
    filters = ("path", "depth")
    default_sort = "path"


class PresetResource(StructureResource):
    kind_code = "rendition_preset"
    model = RenditionPreset
    permission_model = "assets.renditionpreset"
    filters = ("is_eager",)
    schemas: ClassVar = {
        "in_force": {
            "type": ["object", "null"],
            "description": "The settings by which addresses are given out while the files of new ones are drawn; null "
            "puts the new ones in force at once.",
        }
    }


class AssetFamilyViewSet(AssetFamilyResource, StructureViewSet):
    """Asset families: what is to be known of a kind of asset."""


class FolderViewSet(FolderResource, StructureViewSet):
    """Folders of the library."""


class PresetViewSet(PresetResource, StructureViewSet):
    """Rendition presets."""


class BulkAssetFamilyViewSet(AssetFamilyResource, BulkStructureViewSet):
    """Many asset families."""


class BulkFolderViewSet(FolderResource, BulkStructureViewSet):
    """Many folders."""


class BulkPresetViewSet(PresetResource, BulkStructureViewSet):
    """Many rendition presets."""


STRUCTURE: tuple[tuple[str, type[StructureViewSet], type[BulkStructureViewSet]], ...] = (
    ("asset-families", AssetFamilyViewSet, BulkAssetFamilyViewSet),
    ("folders", FolderViewSet, BulkFolderViewSet),
    ("licenses", LicenseViewSet, BulkLicenseViewSet),
    ("picture-rules", PictureRuleViewSet, BulkPictureRuleViewSet),
    ("releases", ReleaseViewSet, BulkReleaseViewSet),
    ("rendition-presets", PresetViewSet, BulkPresetViewSet),
)

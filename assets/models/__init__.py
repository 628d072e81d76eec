"""The DAM's state: assets, their versions and renditions, how they are filed, and what may be done with them."""

from assets.models.assets import Asset, AssetCategory, AssetRelease, AssetValues, AssetVersion
from assets.models.collections import Collection, CollectionItem
from assets.models.comments import AssetComment
from assets.models.derived import AssetCompleteness, AssetFacet, AssetNumber, AssetSort, AssetText
from assets.models.families import AssetFamily, AssetFamilyAttribute
from assets.models.folders import Folder
from assets.models.hygiene import HygieneReport, NearDuplicate, OrphanFile
from assets.models.renditions import Rendition, RenditionPreset
from assets.models.rights import License, Release
from assets.models.rules import PictureRule
from assets.models.sharing import DownloadTicket, ShareEvent, ShareItem, ShareLink
from assets.models.uploads import Upload, UploadBatch

__all__ = [
    "Asset",
    "AssetCategory",
    "AssetComment",
    "AssetCompleteness",
    "AssetFacet",
    "AssetFamily",
    "AssetFamilyAttribute",
    "AssetNumber",
    "AssetRelease",
    "AssetSort",
    "AssetText",
    "AssetValues",
    "AssetVersion",
    "Collection",
    "CollectionItem",
    "DownloadTicket",
    "Folder",
    "HygieneReport",
    "License",
    "NearDuplicate",
    "OrphanFile",
    "PictureRule",
    "Release",
    "Rendition",
    "RenditionPreset",
    "ShareEvent",
    "ShareItem",
    "ShareLink",
    "Upload",
    "UploadBatch",
]

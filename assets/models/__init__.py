"""The DAM's state: assets, their versions and renditions, presets and licences."""

from assets.models.assets import Asset, AssetValues, AssetVersion
from assets.models.derived import AssetFacet, AssetText
from assets.models.renditions import Rendition, RenditionPreset
from assets.models.rights import License

__all__ = [
    "Asset",
    "AssetFacet",
    "AssetText",
    "AssetValues",
    "AssetVersion",
    "License",
    "Rendition",
    "RenditionPreset",
]

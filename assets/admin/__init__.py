"""The DAM's pages in the admin."""

from assets.admin import (
    collections,
    comments,
    downloads,
    folders,
    hygiene,
    library,
    pictures,
    presets,
    rights,
    sharing,
    structure,
)

__all__ = [
    "collections",
    "comments",
    "downloads",
    "folders",
    "hygiene",
    "library",
    "pictures",
    "presets",
    "rights",
    "sharing",
    "structure",
]

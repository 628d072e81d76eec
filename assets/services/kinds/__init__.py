"""The DAM's kinds of structure: one door, one journal, one undo with the rest of it."""

from assets.services.kinds.families import AssetFamilyKind
from assets.services.kinds.folders import FolderKind
from assets.services.kinds.licenses import LicenseKind
from assets.services.kinds.pictures import PictureRuleKind
from assets.services.kinds.presets import RenditionPresetKind
from assets.services.kinds.releases import ReleaseKind
from pim.extensions import structure_kinds, undoers
from pim.services.undo import StructureUndoer


def register_kinds() -> None:
    """Fill the registry; called once, when the app is ready."""
    for kind in (
        AssetFamilyKind(),
        FolderKind(),
        LicenseKind(),
        PictureRuleKind(),
        ReleaseKind(),
        RenditionPresetKind(),
    ):
        structure_kinds.register(kind.code, kind)
        undoers.register(kind.code, StructureUndoer())

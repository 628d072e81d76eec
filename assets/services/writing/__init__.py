"""The one door through which existing assets change."""

from assets.services.writing.changes import AssetChange, patch_change
from assets.services.writing.engine import SUBJECT, write_assets
from assets.services.writing.fields import parse_focal

__all__ = ["SUBJECT", "AssetChange", "parse_focal", "patch_change", "write_assets"]

"""Folders as structure."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from assets.models import Folder
from pim.services.kinds.trees import TreeKind


class FolderKind(TreeKind[Folder]):
    """A folder under its parent; it goes only when nothing is in it."""

    code = "folder"
    label = gettext_lazy("folder")
    model = Folder
    below_itself = gettext_lazy("A folder cannot move below itself.")
    has_children = gettext_lazy("“%s” has folders in it; delete or move them first.")

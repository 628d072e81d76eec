"""The folders of the library as structure: for those who lay them out; everybody else meets them in the library."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy

from assets.models import Folder
from pim.admin.trees import TreeAdmin, TreeForm


class FolderForm(TreeForm):
    """A folder."""

    model = Folder
    without_parent = gettext_lazy("nothing: at the top")


@admin.register(Folder)
class FolderAdmin(TreeAdmin[Folder]):
    """The tree of folders."""

    kind = "folder"
    form_class = FolderForm
    add_label = gettext_lazy("Add a folder")
    nothing_label = gettext_lazy("There is no folder yet.")

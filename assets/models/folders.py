"""The tree of folders: a way to look at assets; no storage key is made of it."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from pim.models.coded import CodedNode, unique_code


class Folder(CodedNode):
    """One folder of the library."""

    class Meta(CodedNode.Meta):
        abstract = False
        verbose_name = _("folder")
        verbose_name_plural = _("folders")
        constraints: ClassVar = [unique_code("folder")]

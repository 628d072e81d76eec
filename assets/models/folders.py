"""The tree of folders: a way to look at assets; no storage key is made of it."""

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from treebeard.mp_tree import MP_Node

from pim.models.coded import Labels, unique_code
from pim.values.labels import label_of


class Folder(MP_Node):
    """One folder of the library."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField(_("code"), max_length=100)
    external_code = models.CharField(_("external code"), max_length=255, blank=True)
    labels: models.JSONField[Labels, Labels] = models.JSONField(_("labels"), default=dict, blank=True)
    revision = models.PositiveIntegerField(default=0, editable=False)

    parent_code: str | None
    """The parent's code, set where a reader has looked it up."""

    class Meta:
        verbose_name = _("folder")
        verbose_name_plural = _("folders")
        constraints: ClassVar = [unique_code("folder")]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The label in the active language, else the code."""
        return label_of(self.labels, self.code)

"""The shared taxonomy: category trees for products and assets."""

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from treebeard.mp_tree import MP_Node

from pim.models.coded import Labels, unique_code
from pim.values.labels import label_of


class Category(MP_Node):
    """A node of a category tree; a root is a tree of its own."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField(_("code"), max_length=100)
    external_code = models.CharField(_("external code"), max_length=255, blank=True)
    labels: models.JSONField[Labels, Labels] = models.JSONField(_("labels"), default=dict, blank=True)
    revision = models.PositiveIntegerField(default=0, editable=False)

    parent_code: str | None
    """The parent's code, set where a reader has looked it up."""

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        constraints: ClassVar = [unique_code("category")]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The label in the active language, else the code."""
        return label_of(self.labels, self.code)

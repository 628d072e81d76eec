"""The shared taxonomy: category trees for products and assets."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from pim.models.coded import CodedNode, unique_code


class Category(CodedNode):
    """A node of a category tree; a root is a tree of its own."""

    class Meta(CodedNode.Meta):
        abstract = False
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        constraints: ClassVar = [unique_code("category")]

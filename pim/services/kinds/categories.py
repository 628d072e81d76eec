"""Categories as structure."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from pim.models import Category
from pim.services.kinds.trees import TreeKind


class CategoryKind(TreeKind[Category]):
    """A category under its parent; without a parent it is the root of a tree."""

    code = "category"
    label = gettext_lazy("category")
    model = Category
    below_itself = gettext_lazy("A category cannot move below itself.")
    has_children = gettext_lazy("“%s” has categories below it; delete or move them first.")

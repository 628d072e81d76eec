"""The category trees."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy

from pim.admin.trees import TreeAdmin, TreeForm
from pim.models import Category


class CategoryForm(TreeForm):
    """A category."""

    model = Category


@admin.register(Category)
class CategoryAdmin(TreeAdmin[Category]):
    """The shared taxonomy."""

    kind = "category"
    form_class = CategoryForm
    nothing_label = gettext_lazy("There is no category yet.")

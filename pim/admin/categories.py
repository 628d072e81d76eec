"""The category trees: a nested list, and a form in which moving is choosing another parent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pim.admin.base import StructureAdmin
from pim.forms.fields import CodeField
from pim.forms.structure import Section, StructureForm
from pim.models import Category


class CategoryForm(StructureForm):
    """A category; its parent says where it stands."""

    sections: ClassVar[tuple[Section, ...]] = (("", ("code", "labels", "parent", "external_code")),)

    parent = CodeField(label=gettext_lazy("Below"), help_text=gettext_lazy("Choose another one to move it."))

    def prepare(self) -> None:
        own = self.state.get("code")
        choices: list[tuple[str, Any]] = [("", gettext_lazy("nothing: a tree of its own"))]
        skipped = ""
        for node in Category.objects.order_by("path"):
            if skipped and node.path.startswith(skipped):
                continue
            if not self.is_new and node.code == own:
                skipped = node.path
                continue
            choices.append((node.code, f"{' ' * 3 * (node.depth - 1)}{node.label}"))
        self.fields["parent"].choices = choices  # type: ignore[attr-defined]


@dataclass(slots=True)
class TreeNode:
    """A category as the page shows it."""

    code: str
    label: str
    url: str
    path: str
    is_open: bool = False
    children: list[TreeNode] = field(default_factory=list)


def nest(categories: Iterable[Category], *, url_of: Any, query: str = "", open_depth: int = 2) -> list[TreeNode]:
    """Categories in path order as trees; with a query, matches and what is above them."""
    roots: list[TreeNode] = []
    stack: list[TreeNode] = []
    wanted = query.casefold().strip()
    for category in categories:
        node = TreeNode(
            category.code,
            category.label,
            url_of(category),
            category.path,
            is_open=bool(wanted) or category.depth < open_depth,
        )
        del stack[category.depth - 1 :]
        (stack[-1].children if stack else roots).append(node)
        stack.append(node)
    return _matching(roots, wanted) if wanted else roots


def _matching(nodes: list[TreeNode], wanted: str) -> list[TreeNode]:
    kept = []
    for node in nodes:
        node.children = _matching(node.children, wanted)
        if node.children or wanted in node.label.casefold() or wanted in node.code.casefold():
            kept.append(node)
    return kept


@admin.register(Category)
class CategoryAdmin(StructureAdmin[Category]):
    """The shared taxonomy."""

    kind = "category"
    form_class = CategoryForm

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """All trees on one page, in one query."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        query = request.GET.get("q", "")
        trees = nest(
            Category.objects.order_by("path"), url_of=lambda node: self.address("change", node.uuid), query=query
        )
        context = self.page_context(
            request,
            _("Categories"),
            trees=trees,
            query=query,
            may_add=self.has_add_permission(request),
            add_url=self.address("add"),
        )
        return TemplateResponse(request, "pim/category_tree.html", {**context, **(extra_context or {})})

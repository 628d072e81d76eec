"""Kinds of structure that are trees: a nested list, and a form in which moving is choosing another parent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, ClassVar, Generic, TypeVar

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy

from pim.admin.base import StructureAdmin
from pim.forms.fields import CodeField
from pim.forms.structure import Section, StructureForm
from pim.models.coded import CodedNode

N = TypeVar("N", bound=CodedNode)


class TreeForm(StructureForm):
    """A node; its parent says where it stands. Subclasses say of which model, and what no parent means."""

    sections: ClassVar[tuple[Section, ...]] = (("", ("code", "labels", "parent", "external_code")),)
    model: ClassVar[type[CodedNode]]
    without_parent: ClassVar[Any] = gettext_lazy("nothing: a tree of its own")

    parent = CodeField(label=gettext_lazy("Below"), help_text=gettext_lazy("Choose another one to move it."))

    def prepare(self) -> None:
        own = self.state.get("code")
        choices: list[tuple[str, Any]] = [("", self.without_parent)]
        skipped = ""
        for node in self.model._default_manager.order_by("path"):
            if skipped and node.path.startswith(skipped):
                continue
            if not self.is_new and node.code == own:
                skipped = node.path
                continue
            choices.append((node.code, f"{' ' * 3 * (node.depth - 1)}{node.label}"))
        self.fields["parent"].choices = choices  # type: ignore[attr-defined]


@dataclass(slots=True)
class TreeNode:
    """A node as the page shows it."""

    code: str
    label: str
    url: str
    path: str
    is_open: bool = False
    children: list[TreeNode] = field(default_factory=list)


def nest(nodes: Iterable[CodedNode], *, url_of: Any, query: str = "", open_depth: int = 2) -> list[TreeNode]:
    """Nodes in path order as trees; with a query, matches and what is above them."""
    roots: list[TreeNode] = []
    stack: list[TreeNode] = []
    wanted = query.casefold().strip()
    for row in nodes:
        node = TreeNode(
            row.code,
            row.label,
            url_of(row),
            row.path,
            is_open=bool(wanted) or row.depth < open_depth,
        )
        del stack[row.depth - 1 :]
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


class TreeAdmin(StructureAdmin[N], Generic[N]):
    """All trees of a model on one page."""

    add_label: ClassVar[Any] = gettext_lazy("Add a tree")
    nothing_label: ClassVar[Any] = gettext_lazy("There is nothing yet.")

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """All trees on one page, in one query."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        query = request.GET.get("q", "")
        nodes = self.model._default_manager.order_by("path")
        trees = nest(nodes, url_of=lambda node: self.address("change", node.uuid), query=query)
        context = self.page_context(
            request,
            capfirst(self.opts.verbose_name_plural),
            trees=trees,
            query=query,
            may_add=self.has_add_permission(request),
            add_url=self.address("add"),
            add_label=self.add_label,
            nothing_label=self.nothing_label,
        )
        return TemplateResponse(request, "pim/tree.html", {**context, **(extra_context or {})})

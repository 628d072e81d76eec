"""Categories as structure: nodes of treebeard trees, moved by changing their parent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pim.errors import Refused
from pim.models import Category
from pim.services.kinds.base import CodedKind, find_one

if TYPE_CHECKING:
    from pim.extensions import State


class CategoryKind(CodedKind[Category]):
    """A category under its parent; without a parent it is the root of a tree."""

    code = "category"
    label = gettext_lazy("category")
    model = Category
    parts = frozenset()

    def defaults(self) -> State:
        """A root."""
        return {**super().defaults(), "parent": None}

    def load(self, keys: Sequence[str]) -> dict[str, Category]:
        """With the codes of the parents, in one query more."""
        rows = super().load(keys)
        _name_parents(rows.values())
        return rows

    def load_ids(self, ids: Sequence[int]) -> dict[int, Category]:
        """With the codes of the parents, in one query more."""
        rows = super().load_ids(ids)
        _name_parents(rows.values())
        return rows

    def serialise(self, obj: Category) -> State:
        """With the parent's code."""
        if not hasattr(obj, "parent_code"):
            parent = Category.objects.get_parent(obj)
            obj.parent_code = parent.code if parent else None
        return {**super().serialise(obj), "parent": obj.parent_code}

    def clean(self, state: State, before: State | None) -> State:
        """The parent must exist and must not be below the category itself."""
        state = super().clean(state, before)
        parent = find_one(Category, state["parent"], "/parent")
        state["parent"] = parent.code if parent else None
        if before is not None and parent is not None and state["parent"] != before["parent"]:
            own = Category.objects.get(code=before["code"])
            if parent == own or parent.is_descendant_of(own):
                raise Refused("parent_below", _("A category cannot move below itself."), "/parent")
        return state

    def apply(self, state: State, obj: Category | None) -> Category:
        """Create under the parent, or change and move."""
        fields = {name: state[name] for name in ("code", "external_code", "labels")}
        parent = find_one(Category, state["parent"], "/parent")
        if obj is None:
            manager = Category.objects
            row = manager.add_child(parent, fields) if parent else manager.add_root(fields)
        else:
            for name, value in fields.items():
                setattr(obj, name, value)
            obj.save(update_fields=list(fields))
            if state["parent"] != obj.parent_code:
                if parent is not None:
                    Category.objects.move(obj, parent, "last-child")
                else:
                    Category.objects.move(obj, Category.objects.filter(depth=1).last(), "last-sibling")
            row = Category.objects.get(pk=obj.pk)
        row.parent_code = state["parent"]
        return row

    def delete(self, obj: Category) -> None:
        """Refuse while it has children, holds anything or is a channel's tree."""
        obj = Category.objects.get(pk=obj.pk)
        if not obj.is_leaf():
            raise Refused("has_children", _("“%s” has categories below it; delete or move them first.") % obj.code)
        self.require_unused(obj)
        Category.objects.filter(pk=obj.pk).delete()


def _name_parents(rows: Iterable[Category]) -> None:
    nodes = list(rows)
    steplen = Category.steplen
    paths = {row.path[:-steplen] for row in nodes if row.depth > 1}
    parents = dict(Category.objects.filter(path__in=paths).values_list("path", "code"))
    for row in nodes:
        row.parent_code = parents.get(row.path[:-steplen])

"""What kinds of structure that are trees share: nodes of treebeard trees, moved by changing their parent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from django.utils.translation import gettext_lazy

from pim.errors import Refused
from pim.models.coded import CodedNode
from pim.services.kinds.base import CodedKind, find_one

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from pim.extensions import State

N = TypeVar("N", bound=CodedNode)


class TreeKind(CodedKind[N]):
    """A node under its parent; without a parent it is the root of a tree.

    Attributes:
        below_itself, has_children: the sentences of the refusals; the second takes the node's code.
    """

    parts: ClassVar[frozenset[str] | None] = frozenset()
    below_itself: StrOrPromise = gettext_lazy("This cannot move below itself.")
    has_children: StrOrPromise = gettext_lazy("There is something below “%s”; delete or move it first.")

    def defaults(self) -> State:
        """A root."""
        return {**super().defaults(), "parent": None}

    def load(self, keys: Sequence[str]) -> dict[str, N]:
        """With the codes of the parents, in one query more."""
        rows = super().load(keys)
        self._name_parents(rows.values())
        return rows

    def load_ids(self, ids: Sequence[int]) -> dict[int, N]:
        """With the codes of the parents, in one query more."""
        rows = super().load_ids(ids)
        self._name_parents(rows.values())
        return rows

    def serialise(self, obj: N) -> State:
        """With the parent's code."""
        if not hasattr(obj, "parent_code"):
            parent = self._nodes.get_parent(obj)
            obj.parent_code = parent.code if parent else None
        return {**super().serialise(obj), "parent": obj.parent_code}

    def clean(self, state: State, before: State | None) -> State:
        """The parent must exist and must not be below the node itself.

        Raises:
            Refused: `parent_below`, or as `find_one`.
        """
        state = super().clean(state, before)
        parent = find_one(self.model, state["parent"], "/parent")
        state["parent"] = parent.code if parent else None
        if before is not None and parent is not None and state["parent"] != before["parent"]:
            own = self._nodes.get(code=before["code"])
            if parent == own or parent.is_descendant_of(own):
                raise Refused("parent_below", str(self.below_itself), "/parent")
        return state

    def apply(self, state: State, obj: N | None) -> N:
        """Create under the parent, or change and move."""
        fields = {name: state[name] for name in ("code", "external_code", "labels")}
        parent = find_one(self.model, state["parent"], "/parent")
        if obj is None:
            row = self._nodes.add_child(parent, fields) if parent else self._nodes.add_root(fields)
        else:
            for name, value in fields.items():
                setattr(obj, name, value)
            obj.save(update_fields=list(fields))
            if state["parent"] != obj.parent_code:
                if parent is not None:
                    self._nodes.move(obj, parent, "last-child")
                else:
                    self._nodes.move(obj, self._nodes.filter(depth=1).last(), "last-sibling")
            row = self._nodes.get(pk=obj.pk)
        row.parent_code = state["parent"]
        stored: N = row
        return stored

    def delete(self, obj: N) -> None:
        """Delete a leaf that holds nothing.

        Raises:
            Refused: `has_children`, or as `require_unused`.
        """
        node = self._nodes.get(pk=obj.pk)
        if not node.is_leaf():
            raise Refused("has_children", str(self.has_children) % node.code)
        self.require_unused(node)
        self._nodes.filter(pk=node.pk).delete()

    @property
    def _nodes(self) -> Any:
        return self.model._default_manager

    def _name_parents(self, rows: Iterable[N]) -> None:
        nodes: list[Any] = list(rows)
        steplen = CodedNode.steplen
        paths = {row.path[:-steplen] for row in nodes if row.depth > 1}
        parents = dict(self._nodes.filter(path__in=paths).values_list("path", "code"))
        for row in nodes:
            row.parent_code = parents.get(row.path[:-steplen])

"""What stands beside the grid: the tree of folders, collections, and the views people have saved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from assets.admin.state import LIST_NAME, LibraryState
from assets.models import Collection, Folder
from assets.services.collections import collections_for, count_items, may_write
from assets.services.searching.collection_fields import COLLECTION
from pim.models import SavedView
from pim.services.saved_views import list_views

MOST_COLLECTIONS = 200
MOST_FOLDERS = 3_000
FOLDER_PARAMETER = "folder__in_children"


@dataclass(slots=True)
class FolderNode:
    """A folder as the rail shows it."""

    code: str
    label: str
    url: str
    parent: str
    is_chosen: bool
    is_open: bool = False
    children: list[FolderNode] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ShownCollection:
    """A collection in the rail; `size` is None where a search decides."""

    uuid: str
    name: str
    url: str
    is_chosen: bool
    is_smart: bool
    is_shared: bool
    may_write: bool
    size: int | None


@dataclass(frozen=True, slots=True)
class ShownView:
    """A saved view in the rail."""

    uuid: str
    name: str
    url: str
    is_chosen: bool
    is_own: bool
    owner: str


def make_folders(state: LibraryState) -> list[FolderNode]:
    """The tree, with the branch of the chosen folder open; one query."""
    chosen = {code.lower() for code in state.values_of("folder")}
    roots: list[FolderNode] = []
    stack: list[FolderNode] = []
    for row in Folder.objects.order_by("path")[:MOST_FOLDERS]:
        del stack[row.depth - 1 :]
        node = FolderNode(
            row.code,
            row.label,
            state.query({**_cleared(state), FOLDER_PARAMETER: row.code}),
            stack[-1].code if stack else "",
            row.code.lower() in chosen,
        )
        (stack[-1].children if stack else roots).append(node)
        if node.is_chosen:
            for above in stack:
                above.is_open = True
        stack.append(node)
    return _sort(roots)


def everywhere_url(state: LibraryState) -> str:
    """The address without a folder."""
    return state.query(_cleared(state))


def make_collections(state: LibraryState, *, actor: Any) -> list[ShownCollection]:
    """The collections that somebody sees; two queries."""
    rows: Sequence[Collection] = list(collections_for(actor)[:MOST_COLLECTIONS])
    sizes = count_items(rows)
    chosen = state.values_of(COLLECTION)
    return [
        ShownCollection(
            uuid=str(row.uuid),
            name=row.name,
            url=f"?{COLLECTION}={row.uuid}",
            is_chosen=str(row.uuid) in chosen,
            is_smart=row.is_smart,
            is_shared=row.is_shared,
            may_write=may_write(row, actor),
            size=None if row.is_smart else sizes.get(row.pk, 0),
        )
        for row in rows
    ]


def make_views(state: LibraryState, *, actor: Any) -> list[ShownView]:
    """The saved views that somebody sees; one query."""
    here = state.query().lstrip("?")
    rows: Sequence[SavedView] = list_views(LIST_NAME, actor=actor)
    return [
        ShownView(
            uuid=str(row.uuid),
            name=row.name,
            url=f"?{row.query}",
            is_chosen=bool(here) and row.query == here,
            is_own=row.user_id == actor.pk,
            owner=row.user.get_full_name() or row.user.get_username(),
        )
        for row in rows
    ]


def _cleared(state: LibraryState) -> dict[str, str | None]:
    return {row.name: None for row in state.conditions if row.name.partition("__")[0] == "folder"}


def _sort(nodes: list[FolderNode]) -> list[FolderNode]:
    nodes.sort(key=lambda node: node.label.casefold())
    for node in nodes:
        _sort(node.children)
    return nodes

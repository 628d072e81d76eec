"""What a person asks the library for, as it stands in the address, and how they like to see it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from assets.models import Collection
from assets.services.collections import find_collection
from assets.services.searching.collection_fields import COLLECTION
from assets.services.searching.listing import DEFAULT_SORT, get_fields
from assets.services.searching.similarity import family_of, read_colour
from assets.services.searching.similarity_fields import SIMILAR
from pim.admin.conditions import Condition, read_conditions, without_condition
from pim.errors import NotFound
from pim.querying.cursor import hash_query
from pim.querying.fields import OwnerFields
from pim.querying.tree import Leaf, Node, Operator, all_of, dump_filter
from pim.services.cursors import open_cursor, sign_cursor
from pim.services.preferences import save_preference
from pim.services.snapshot import get_structure
from pim.values.specs import Json

ENDPOINT = "asset library"
LIST_NAME = "assets"
PREFERENCE = "asset_library"
POSITION = "position"
"""The order of a collection that is put together by hand."""

SIZES = (50, 100, 200)
LAYOUTS = ("grid", "list")
DENSITIES = ("small", "medium", "large")
RESERVED = frozenset(
    {"q", "sort", "page", "size", "layout", "density", "near", "part", "filter", "e", "_changelist_filters"}
)
"""Parameters of the library itself; every other one is a filter in the plain spelling."""

_CHOSEN_BEFORE: Mapping[str, Any] = {"size": 100, "layout": "grid", "density": "medium"}


@dataclass
class LibraryState:
    """Everything that decides what a page of the library shows. `near` is a colour as 0xRRGGBB that orders it."""

    params: QueryDict
    fields: OwnerFields
    locale: str | None
    q: str = ""
    sort: str = ""
    near: int | None = None
    page: str = ""
    size: int = 100
    layout: str = "grid"
    density: str = "medium"
    collection: Collection | None = None
    conditions: list[Condition] = field(default_factory=list)

    @cached_property
    def node(self) -> Node | None:
        """All conditions and the search together."""
        return self.node_without("")

    def node_without(self, name: str) -> Node | None:
        """The same without what is asked of one field."""
        words = Leaf("search", Operator.CONTAINS, self.q, pointer="/q") if self.q else None
        colour = Leaf("colour", Operator.EQ, family_of(self.near)) if self.near is not None else None
        kept = [row.node for row in self.conditions if not name or field_of(row.name) != name]
        return all_of(words, colour, *kept)

    @property
    def problems(self) -> list[str]:
        """Why some conditions could not be read."""
        return [condition.problem for condition in self.conditions if condition.problem]

    @property
    def is_filtered(self) -> bool:
        """Whether anything narrows the list."""
        return self.node is not None or bool(self.problems)

    @property
    def filter_json(self) -> str:
        """What is shown, as jobs, downloads and collections take it."""
        return json.dumps(dump_filter(self.node))

    @property
    def similar_to(self) -> str:
        """The uuid of the asset that the list is ordered by likeness to."""
        return next((row.value for row in self.conditions if row.name == SIMILAR and not row.problem), "")

    @property
    def is_ordered_by_hand(self) -> bool:
        """Whether a collection's own order is shown."""
        return self.collection is not None and self.sort == POSITION

    @property
    def near_hex(self) -> str:
        """The colour as a picker has it."""
        return f"#{self.near:06x}" if self.near is not None else ""

    def values_of(self, name: str) -> list[str]:
        """The values that are asked for of one field, by `name=…` and `name__in=…`; an empty one: has nothing."""
        found: list[str] = []
        for row in self.conditions:
            if field_of(row.name) != name:
                continue
            if row.name.endswith("__empty"):
                found.append("")
            elif row.name.endswith("__in"):
                found += row.value.split(",")
            else:
                found.append(row.value)
        return found

    def query(self, changes: Mapping[str, str | None] | None = None, *, without: tuple[str, str] | None = None) -> str:
        """The address's query with parameters set, taken out (None), or one condition taken out; always page one."""
        params = without_condition(self.params, *without) if without else self.params.copy()
        for name in ("page", "part"):
            params.pop(name, None)
        for name, value in (changes or {}).items():
            if value is None:
                params.pop(name, None)
            else:
                params[name] = value
        return f"?{params.urlencode()}"

    def page_url(self, values: tuple[Json, ...] | None, *, backwards: bool = False) -> str:
        """The address of the page beside a row; empty where the list ends."""
        if values is None:
            return ""
        page = sign_cursor(values, query_hash=self._hash(), endpoint=ENDPOINT, backwards=backwards)
        query = self.query()
        return f"{query}{'' if query == '?' else '&'}page={quote(page)}"

    def position(self) -> tuple[tuple[Json, ...] | None, bool]:
        """Beside which row the page lies, and on which side.

        Raises:
            Refused: `invalid_cursor`: an address of another list.
        """
        if not self.page:
            return None, False
        cursor = open_cursor(self.page, query_hash=self._hash(), endpoint=ENDPOINT)
        return cursor.values, cursor.backwards

    def sorts(self) -> list[tuple[str, str]]:
        """Orders to choose from."""
        by_hand = [(POSITION, _("in the collection's order"))] if self.collection else []
        return [
            *by_hand,
            ("-created", _("newest first")),
            ("created", _("oldest first")),
            ("-updated", _("last changed first")),
            ("code", _("by code")),
        ]

    def _hash(self) -> str:
        return hash_query(dump_filter(self.node), self.sort)


def read_library(request: HttpRequest, params: QueryDict | None = None) -> LibraryState:
    """Read the library of a request; how somebody likes to see it is remembered."""
    params = request.GET if params is None else params
    user: Any = request.user
    fields, locale = get_fields(), spoken_locale()
    state = LibraryState(
        params=params,
        fields=fields,
        locale=locale,
        q=params.get("q", "").strip()[:500],
        near=read_colour(params.get("near", "")),
        page=params.get("page", ""),
    )
    present = params.copy()
    for name in [name for name in present if not any(present.getlist(name))]:
        del present[name]
    state.params = present
    state.conditions = list(read_conditions(present, fields, reserved=RESERVED, locale=locale))
    state.collection = _manual_collection(state, user)
    known = dict(state.sorts())
    default = POSITION if state.collection else DEFAULT_SORT
    state.sort = params.get("sort", "") if params.get("sort", "") in known else default
    _recall(state, user)
    return state


def spoken_locale() -> str | None:
    """The locale that a person reads: the first of their language, else the first there is."""
    codes = sorted(get_structure().locales)
    language = (get_language() or "").partition("-")[0]
    return next((code for code in codes if code.partition("_")[0] == language), codes[0] if codes else None)


def field_of(parameter: str) -> str:
    """The field that a parameter asks of: `folder` of `folder__in_children`."""
    return parameter.partition("__")[0].partition("[")[0]


def _manual_collection(state: LibraryState, user: Any) -> Collection | None:
    asked = [row for row in state.conditions if row.name == COLLECTION and not row.problem]
    if len(asked) != 1:
        return None
    try:
        found = find_collection(asked[0].value, actor=user)
    except NotFound:
        return None
    return None if found.is_smart else found


def _recall(state: LibraryState, user: Any) -> None:
    chosen = {**_CHOSEN_BEFORE, **(user.preferences.get(PREFERENCE) or {})}
    asked = {name: state.params.get(name, "") for name in ("size", "layout", "density")}
    if asked["size"].isdecimal() and int(asked["size"]) in SIZES:
        chosen["size"] = int(asked["size"])
    for name, known in (("layout", LAYOUTS), ("density", DENSITIES)):
        if asked[name] in known:
            chosen[name] = asked[name]
    if any(asked.values()) and chosen != {**_CHOSEN_BEFORE, **(user.preferences.get(PREFERENCE) or {})}:
        save_preference(user, PREFERENCE, chosen)
    state.size, state.layout, state.density = chosen["size"], chosen["layout"], chosen["density"]

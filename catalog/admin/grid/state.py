"""What a grid page was asked for: channel, locale, filters, order, columns; read from the address and the person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, QueryDict
from django.utils.translation import get_language

from catalog.families import CatalogStructure
from catalog.services.listing import DEFAULT_SORT, get_fields
from catalog.services.snapshot import get_catalog_structure
from pim.admin.conditions import Condition, read_conditions, without_condition
from pim.querying.fields import OwnerFields
from pim.querying.tree import Leaf, Node, Operator, all_of
from pim.services.preferences import save_preference

RESERVED = frozenset({"q", "sort", "channel", "locale", "cursor", "grouped", "filter", "e", "_changelist_filters"})
"""Parameters of the grid itself; every other one is a filter in the plain spelling."""

PREFERENCE = "product_grid"
SYSTEM_COLUMNS = ("family", "stage", "completeness", "enabled", "kind", "created", "updated")
DEFAULT_COLUMNS = ("family", "stage", "completeness", "updated")


@dataclass(slots=True)
class GridState:
    """Everything that decides what a page of the grid shows."""

    catalog: CatalogStructure
    fields: OwnerFields
    params: QueryDict
    channel: str | None
    locale: str | None
    columns: tuple[str, ...]
    is_grouped: bool
    search: str
    sort: str
    cursor: str
    conditions: list[Condition] = field(default_factory=list)

    @property
    def node(self) -> Node | None:
        """All conditions and the search together."""
        words = Leaf("search", Operator.CONTAINS, self.search, pointer="/q") if self.search else None
        return all_of(words, *(condition.node for condition in self.conditions))

    @property
    def problems(self) -> list[str]:
        """Why some conditions could not be read."""
        return [condition.problem for condition in self.conditions if condition.problem]

    @property
    def locales(self) -> tuple[str, ...]:
        """The locales of the chosen channel."""
        return self.catalog.base.channels[self.channel].locales if self.channel else ()

    @property
    def slots(self) -> list[tuple[str, str]]:
        """The chosen channel with each of its locales."""
        return [(self.channel, locale) for locale in self.locales] if self.channel else []

    def query(self, changes: Mapping[str, str | None] | None = None, *, without: tuple[str, str] | None = None) -> str:
        """The address's query with parameters set, taken out (None), or one condition taken out; always page one."""
        params = without_condition(self.params, *without) if without else self.params.copy()
        params.pop("cursor", None)
        for name, value in (changes or {}).items():
            if value is None:
                params.pop(name, None)
            else:
                params[name] = value
        return f"?{params.urlencode()}"


def read_grid(request: HttpRequest, params: QueryDict | None = None) -> GridState:
    """Read the grid of a request; a channel and locale that are chosen are remembered."""
    params = request.GET if params is None else params
    catalog = get_catalog_structure()
    user: Any = request.user
    chosen: dict[str, Any] = dict(user.preferences.get(PREFERENCE) or {})
    channel, locale = choose_scope(catalog, params, chosen)
    is_grouped = params.get("grouped", chosen.get("grouped", "")) in {"1", True}
    seen = {"channel": channel, "locale": locale, "grouped": is_grouped}
    if any(name in params for name in seen) and {**chosen, **seen} != chosen:
        save_preference(user, PREFERENCE, {**chosen, **seen})
    fields = get_fields()
    known = (*SYSTEM_COLUMNS, *catalog.base.attributes)
    columns = tuple(name for name in chosen.get("columns") or DEFAULT_COLUMNS if name in known)
    state = GridState(
        catalog=catalog,
        fields=fields,
        params=params,
        channel=channel,
        locale=locale,
        columns=columns,
        is_grouped=is_grouped,
        search=params.get("q", "").strip(),
        sort=params.get("sort", "") or DEFAULT_SORT,
        cursor=params.get("cursor", ""),
    )
    state.conditions = list(read_conditions(params, fields, reserved=RESERVED, channel=channel, locale=locale))
    return state


def choose_scope(
    catalog: CatalogStructure, params: Mapping[str, str], chosen: Mapping[str, Any]
) -> tuple[str | None, str | None]:
    """The channel and locale of a page: those asked for, else those of last time, else the first in the person's language."""
    channels = catalog.base.channels
    # Sorting is stable: among channels that speak the language, and among those that do not, the oldest comes first.
    names = sorted(list_channels(catalog), key=lambda code: not any(map(_is_spoken, channels[code].locales)))
    channel = next((code for code in (params.get("channel"), chosen.get("channel"), *names) if code in channels), None)
    locales: Sequence[str] = channels[channel].locales if channel else sorted(catalog.base.locales)
    spoken = sorted(locales, key=lambda code: not _is_spoken(code))
    locale = next((code for code in (params.get("locale"), chosen.get("locale"), *spoken) if code in locales), None)
    return channel, locale


def list_channels(catalog: CatalogStructure) -> list[str]:
    """The codes of all channels in the order they were created."""
    return sorted(catalog.base.channels, key=lambda code: catalog.base.channels[code].ordinal)


def _is_spoken(locale: str) -> bool:
    return locale.partition("_")[0] == (get_language() or "").partition("-")[0]

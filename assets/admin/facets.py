"""The counted filters beside the library: which values there are, how many assets each has, and where each leads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy

from assets.admin.chips import FIELD_LABELS, Labels
from assets.admin.state import LibraryState, field_of
from assets.probe.swatches import SWATCHES
from assets.services.searching.facets import FACETS, NONE, FacetCounts, count_facets
from assets.services.searching.listing import select_assets

SHOWN = 8
"""Values that are shown before somebody asks for more."""

NARROWING = frozenset({"keyword", "categories", "colour", "release"})
"""Facets of which an asset has several values: choosing another one narrows further. Of the rest, it widens."""

NOTHING_LABELS = {
    "folder": gettext_lazy("in no folder"),
    "family": gettext_lazy("without a family"),
    "keyword": gettext_lazy("without keywords"),
    "categories": gettext_lazy("in no category"),
    "license": gettext_lazy("without a licence"),
    "release": gettext_lazy("without a release"),
    "digital_source": gettext_lazy("unknown"),
}
_YES_NO = {
    "complete": (gettext_lazy("complete"), gettext_lazy("something is missing")),
    "alt": (gettext_lazy("has one"), gettext_lazy("has none")),
}


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One value of a facet; `url` chooses it, or takes it away where it is chosen."""

    code: str
    label: str
    count: int
    url: str
    is_chosen: bool
    swatch: str = ""


@dataclass(frozen=True, slots=True)
class ShownFacet:
    """A facet in the rail. Counts are at least what they say where `is_exact` is false."""

    name: str
    label: str
    values: list[FacetValue]
    more: list[FacetValue]
    is_exact: bool
    is_open: bool


def make_facets(state: LibraryState) -> list[ShownFacet]:
    """All facets of what is shown; those of several answers are counted as if they were not asked.

    Raises:
        Refused: see `pim.querysets.pages.refuse_unindexed`.
    """
    ordinal = state.fields.structure.locales[state.locale].ordinal if state.locale else 0
    names = [name for name in FACETS if state.locale or not FACETS[name].by_locale]
    asked = {field_of(row.name) for row in state.conditions}
    active = {name for name in names if name in asked and name not in NARROWING}
    counts = count_facets(select_assets(state.node), [name for name in names if name not in active], locale=ordinal)
    for name in active:
        counts |= count_facets(select_assets(state.node_without(name)), [name], locale=ordinal)
    labels = Labels({name: counts[name].codes for name in names})
    shown = [_show(name, counts[name], state, labels) for name in names]
    return [facet for facet in shown if facet.values]


def _show(name: str, counts: FacetCounts, state: LibraryState, labels: Labels) -> ShownFacet:
    chosen = state.values_of(name)
    if FACETS[name].by_locale:
        chosen = ["" if code == "false" else code for code in chosen]
    codes = dict(counts.codes)
    for code in chosen:
        codes.setdefault("false" if FACETS[name].by_locale and not code else code, 0)
    values = [
        _value(name, code, count, state, labels, chosen) for code, count in codes.items() if count or code in chosen
    ]
    values.sort(key=lambda value: (not value.is_chosen, value.code == NONE, -value.count, value.label.casefold()))
    if name == "folder":
        values = []
    split = max(SHOWN, sum(value.is_chosen for value in values))
    is_open = bool(chosen) or name in {"kind", "keyword", "colour", "license"}
    return ShownFacet(name, str(FIELD_LABELS[name]), values[:split], values[split:], counts.is_exact, is_open)


def _value(name: str, code: str, count: int, state: LibraryState, labels: Labels, chosen: list[str]) -> FacetValue:
    is_chosen = code in chosen or (FACETS[name].by_locale and code == "false" and "" in chosen)
    swatch = f"#{SWATCHES[code]:06x}" if name == "colour" and code in SWATCHES else ""
    return FacetValue(code, _label(name, code, labels), count, _toggle(name, code, state, is_chosen), is_chosen, swatch)


def _label(name: str, code: str, labels: Labels) -> str:
    if name in _YES_NO:
        return str(_YES_NO[name][code != "true"])
    if code == NONE:
        return str(NOTHING_LABELS[name])
    return code if name == "keyword" else labels.of(name, code)


def _toggle(name: str, code: str, state: LibraryState, is_chosen: bool) -> str:
    """The address with a value chosen, or taken away."""
    if FACETS[name].by_locale:
        return _choose_one(f"{name}[{state.locale}]", name, code, state, is_chosen=is_chosen)
    if code == NONE:
        return _choose_one(f"{name}__empty", name, "true", state, is_chosen=is_chosen)
    if name in NARROWING:
        return _toggle_repeated(name, code, state, is_chosen=is_chosen)
    chosen = [value for value in state.values_of(name) if value]
    wanted = [value for value in chosen if value != code] if is_chosen else [*chosen, code]
    cleared = _cleared(name, state)
    return state.query({**cleared, f"{name}__in": ",".join(wanted) or None})


def _choose_one(parameter: str, name: str, code: str, state: LibraryState, *, is_chosen: bool) -> str:
    cleared = _cleared(name, state)
    if is_chosen:
        return state.query(cleared)
    if name == "alt":
        parameter, code = f"{parameter}__{'not_empty' if code == 'true' else 'empty'}", "true"
    return state.query({**cleared, parameter: code})


def _toggle_repeated(name: str, code: str, state: LibraryState, *, is_chosen: bool) -> str:
    if is_chosen:
        row = next((row for row in state.conditions if field_of(row.name) == name and row.value == code), None)
        return state.query(without=(row.name, row.value)) if row else state.query()
    params: Any = state.params.copy()
    params.appendlist(name, code)
    for gone in ("page", "part", f"{name}__empty"):
        params.pop(gone, None)
    return f"?{params.urlencode()}"


def _cleared(name: str, state: LibraryState) -> dict[str, str | None]:
    return {row.name: None for row in state.conditions if field_of(row.name) == name}

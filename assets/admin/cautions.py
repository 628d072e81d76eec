"""What wants attention, as counted filters beside the library: rights that end or have ended, and broken picture rules."""

from __future__ import annotations

from assets.admin.chips import FIELD_LABELS, RIGHTS_LABELS, channel_label
from assets.admin.facets import FacetValue, ShownFacet
from assets.admin.state import LibraryState
from assets.services.searching.cautions import ATTENTION, BREAKS_RULES, RIGHTS, count_broken_rules, count_rights
from pim.querysets.pages import Count


def make_cautions(state: LibraryState) -> list[ShownFacet]:
    """The two facets, each counted as if it were not asked; one without values is left out.

    Raises:
        Refused: see `count_broken_rules`.
    """
    facets = [_show(RIGHTS, _rights(state)), _show(BREAKS_RULES, _rules(state))]
    return [facet for facet in facets if facet.values]


def _rights(state: LibraryState) -> list[tuple[FacetValue, Count]]:
    chosen = state.values_of(RIGHTS)
    states = [*ATTENTION, *(code for code in dict.fromkeys(chosen) if code in RIGHTS_LABELS and code not in ATTENTION)]
    counts = count_rights(state.node_without(RIGHTS), states=states)
    cleared: dict[str, str | None] = dict.fromkeys((RIGHTS, f"{RIGHTS}__in"))
    found = []
    for code, count in counts.items():
        wanted = [each for each in chosen if each != code] if code in chosen else [*chosen, code]
        url = state.query({**cleared, f"{RIGHTS}__in": ",".join(wanted) or None})
        found.append((FacetValue(code, str(RIGHTS_LABELS[code]), count.value, url, code in chosen), count))
    return found


def _rules(state: LibraryState) -> list[tuple[FacetValue, Count]]:
    found = []
    for code, count in count_broken_rules(state.node_without(BREAKS_RULES)).items():
        parameter = f"{BREAKS_RULES}[{code}]"
        is_chosen = state.params.get(parameter) == "true"
        url = state.query({parameter: None if is_chosen else "true"})
        found.append((FacetValue(code, channel_label(code, state), count.value, url, is_chosen), count))
    return found


def _show(name: str, found: list[tuple[FacetValue, Count]]) -> ShownFacet:
    kept = [(value, count) for value, count in found if value.count or value.is_chosen]
    is_exact = all(count.is_exact for _value, count in kept)
    is_open = any(value.is_chosen for value, _count in kept)
    return ShownFacet(name, str(FIELD_LABELS[name]), [value for value, _count in kept], [], is_exact, is_open)

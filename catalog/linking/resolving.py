"""Which product a name means: proposals on one side, the SKUs that exist on the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from catalog.linking.normalising import SkuForm
from catalog.linking.parsing import Proposal


class ResolutionState(StrEnum):
    """What came of a name."""

    FOUND = "found"
    AMBIGUOUS = "ambiguous"
    WAITING = "waiting"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Candidate:
    """One product that a name may mean, by one proposal. `is_exact`: it has the very SKU of the name."""

    proposal: Proposal
    product: int
    is_exact: bool


@dataclass(frozen=True, slots=True)
class Resolution:
    """What came of one name. `confidence` in percent; `why` is a code that screens have a sentence for.

    `proposal` is the one that counts: that of the product found, else the first that can be waited for, else one that
    says what is wrong.
    """

    state: ResolutionState
    proposal: Proposal | None = None
    candidates: tuple[Candidate, ...] = ()
    confidence: int = 0
    why: str = ""

    @property
    def product(self) -> int | None:
        """The product that is meant, where there is no doubt."""
        return self.candidates[0].product if self.state is ResolutionState.FOUND else None


def resolve(
    proposals: Sequence[Proposal],
    *,
    exact: Mapping[str, int],
    loose: Mapping[str, Sequence[tuple[int, str]]],
    forms: Mapping[str, SkuForm],
    loosen: Mapping[str, str],
) -> Resolution:
    """Find the product that a name means.

    Rules of a smaller order go first; a rule whose SKU exists beats rules of the same order whose SKU does not. The
    very SKU beats one that is equal but for what a rule does not mind. More than one product or place: ambiguous.

    Args:
        exact: {SKU key: product}.
        loose: {loose key: [(product, SKU key)]}, see `catalog.skus.loose_key`.
        forms: how each rule compares SKUs, by its code.
        loosen: {SKU key of a proposal: its loose key}.
    """
    usable = [proposal for proposal in proposals if proposal.place is not None]
    for _order, group in groupby(usable, key=lambda proposal: proposal.order):
        candidates = [found for proposal in group for found in _candidates(proposal, exact, loose, forms, loosen)]
        if candidates:
            return _decide(candidates)
    if usable:
        return Resolution(ResolutionState.WAITING, usable[0], why="no_such_sku")
    if proposals:
        return Resolution(ResolutionState.NONE, proposals[0], why=proposals[0].problem)
    return Resolution(ResolutionState.NONE, why="no_rule_fits")


def _candidates(
    proposal: Proposal,
    exact: Mapping[str, int],
    loose: Mapping[str, Sequence[tuple[int, str]]],
    forms: Mapping[str, SkuForm],
    loosen: Mapping[str, str],
) -> list[Candidate]:
    product = exact.get(proposal.key)
    if product is not None:
        return [Candidate(proposal, product, is_exact=True)]
    form = forms[proposal.rule]
    if not (form.ignores_separators or form.ignores_zeros):
        return []
    found = loose.get(loosen.get(proposal.key, ""), ())
    return [Candidate(proposal, pk, is_exact=False) for pk, key in found if form.are_equal(proposal.sku, key)]


def _decide(candidates: list[Candidate]) -> Resolution:
    """The one that is meant, the surest kind first: the very SKU before one that is spelt otherwise."""
    best = [candidate for candidate in candidates if candidate.is_exact] or candidates
    targets = {(candidate.product, candidate.proposal.place) for candidate in best}
    if len(targets) == 1:
        first = best[0]
        positions = {candidate.proposal.position for candidate in best}
        return Resolution(
            ResolutionState.FOUND,
            first.proposal,
            (first,),
            confidence=(100 if first.is_exact else 80) - (10 if len(positions) > 1 else 0),
            why="same_sku" if first.is_exact else "similar_sku",
        )
    products = {candidate.product for candidate in best}
    return Resolution(
        ResolutionState.AMBIGUOUS,
        best[0].proposal,
        tuple({(c.product, c.proposal.place): c for c in reversed(best)}.values())[::-1],
        confidence=100 // len(targets),
        why="several_products" if len(products) > 1 else "several_places",
    )

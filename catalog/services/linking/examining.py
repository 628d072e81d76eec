"""What the rules make of a set of files: the core of previews, of late binding and of the tester."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from catalog.choices import RowState
from catalog.linking import Proposal, Resolution, ResolutionState, Rule, parse, resolve
from catalog.linking.resolving import Candidate
from catalog.models import Product, ProductValues
from catalog.querysets.products import LooseKey
from catalog.services.linking.rules import get_scopes
from catalog.services.linking.wording import explain
from catalog.skus import loose_key
from pim.services.snapshot import get_structure
from pim.values.keys import make_key
from pim.values.snapshot import Structure

TO_THE_END = 1_000_000
"""The position of files whose names say none."""


@dataclass(frozen=True, slots=True)
class NamedFile:
    """A file to be linked: its asset's key and uuid, and its name."""

    id: int
    uuid: str
    filename: str


@dataclass(frozen=True, slots=True)
class ProductRef:
    """A product that a name may mean."""

    id: int
    uuid: str
    sku: str
    revision: int


@dataclass(slots=True)
class Planned:
    """What becomes of one file: see `catalog.models.LinkingRow`, whose fields these are."""

    file: NamedFile
    state: RowState
    why: str = ""
    rule: str = ""
    product: ProductRef | None = None
    sku: str = ""
    attribute: str = ""
    key: str = ""
    position: int | None = None
    mode: str = "add"
    confidence: int = 0
    before: Any = None
    message: str = ""
    candidates: list[dict[str, Any]] = field(default_factory=list)
    loose_keys: list[str] = field(default_factory=list)

    @property
    def order(self) -> tuple[int, str]:
        """Its place among the files of one value."""
        return (TO_THE_END if self.position is None else self.position, self.file.filename.casefold())

    def decide(self, state: RowState, why: str, message: str = "") -> None:
        """Say what becomes of it instead."""
        self.state, self.why, self.message = state, why, message or explain(why)


def examine(files: Sequence[NamedFile], rules: Sequence[Rule]) -> list[Planned]:
    """What each file would be linked to, seen by itself; at most four queries, whatever the number.

    Whether several files get in each other's way is for `catalog.services.linking.placing` to say.
    """
    scopes = get_scopes()
    readings = [parse(each.filename, rules, scopes) for each in files]
    proposals = {proposal for found in readings for proposal in found if proposal.place}
    products = _Products.find(proposals, rules, get_structure())
    plans = [_plan(each, found, products) for each, found in zip(files, readings, strict=True)]
    _read_places([plan for plan in plans if plan.product is not None and plan.state == RowState.LINK])
    return plans


class _Products:
    """The products that the proposals may mean, looked up once for all."""

    def __init__(self, rules: Sequence[Rule], structure: Structure) -> None:
        self.structure = structure
        self.refs: dict[int, ProductRef] = {}
        self.exact: dict[str, int] = {}
        self.loose: dict[str, list[tuple[int, str]]] = defaultdict(list)
        self.loosen: dict[str, str] = {}
        self.forms = {rule.code: rule.form for rule in rules}

    @classmethod
    def find(cls, proposals: Iterable[Proposal], rules: Sequence[Rule], structure: Structure) -> _Products:
        """Two queries; the second one only where a rule does not mind how a SKU is spelt."""
        found = cls(rules, structure)
        asked = list(proposals)
        columns = ("pk", "uuid", "sku", "revision", "sku_key")
        rows = Product.objects.with_skus({proposal.key for proposal in asked}).values_list(*columns)
        for pk, uuid, sku, revision, key in rows:
            found.refs[pk] = ProductRef(pk, str(uuid), sku, revision)
            found.exact[key] = pk
        lenient = {rule.code for rule in rules if rule.form.ignores_separators or rule.form.ignores_zeros}
        found.loosen = {each.key: loose_key(each.key) for each in asked if each.rule in lenient}
        wanted = {loose for loose in found.loosen.values() if loose}
        if wanted:
            similar = Product.objects.present().alias(loose=LooseKey("sku_key")).filter(loose__in=wanted)
            for pk, uuid, sku, revision, key in similar.order_by("pk").values_list(*columns):
                found.refs[pk] = ProductRef(pk, str(uuid), sku, revision)
                found.loose[loose_key(key)].append((pk, key))
        return found

    def resolve(self, proposals: Sequence[Proposal]) -> Resolution:
        """What one file's proposals come to."""
        return resolve(proposals, exact=self.exact, loose=self.loose, forms=self.forms, loosen=self.loosen)


def _plan(file: NamedFile, proposals: Sequence[Proposal], products: _Products) -> Planned:
    found = products.resolve(proposals)
    plan = Planned(file, RowState.NONE, found.why, confidence=found.confidence, message=explain(found.why))
    proposal = found.proposal
    if proposal is not None:
        plan.rule, plan.sku, plan.position, plan.mode = proposal.rule, proposal.sku, proposal.position, proposal.mode
        plan.loose_keys = sorted({loose_key(each.key) for each in proposals if each.place is not None} - {""})
    if found.state is ResolutionState.NONE or proposal is None:
        return plan
    plan.key, problem = _key_of(proposal, products.structure)
    plan.attribute = proposal.place.attribute if proposal.place else ""
    if problem:
        plan.decide(RowState.REFUSED, problem)
    elif found.state is ResolutionState.FOUND and found.product is not None:
        plan.state, plan.product = RowState.LINK, products.refs[found.product]
        plan.sku = plan.product.sku
    elif found.state is ResolutionState.WAITING:
        plan.state = RowState.WAITING
    else:
        plan.state = RowState.AMBIGUOUS
        plan.candidates = [_describe(candidate, products) for candidate in found.candidates]
    return plan


def _describe(candidate: Candidate, products: _Products) -> dict[str, Any]:
    ref, proposal = products.refs[candidate.product], candidate.proposal
    return {
        "product": ref.uuid,
        "sku": ref.sku,
        "key": _key_of(proposal, products.structure)[0],
        "position": proposal.position,
        "rule": proposal.rule,
        "mode": str(proposal.mode),
    }


def _key_of(proposal: Proposal, structure: Structure) -> tuple[str, str]:
    """(the flat key where the file would stand, what is wrong with it)."""
    place = proposal.place
    spec = structure.attributes.get(place.attribute) if place else None
    if place is None or spec is None:
        return "", "unknown_attribute"
    if spec.scopable and place.channel is None:
        return "", "channel_missing"
    if spec.localizable and place.locale is None:
        return "", "locale_missing"
    return make_key(spec, place.channel, place.locale), ""


def _read_places(plans: Sequence[Planned]) -> None:
    """What stands where the files would go."""
    values = read_own_values({plan.product.id for plan in plans if plan.product})
    for plan in plans:
        if plan.product is not None:
            plan.before = values.get(plan.product.id, {}).get(plan.key)


def read_own_values(products: Iterable[int]) -> dict[int, Mapping[str, Any]]:
    """The own values of products, every locale's; one query."""
    found: dict[int, dict[str, Any]] = defaultdict(dict)
    for pk, values in ProductValues.objects.filter(product_id__in=list(products)).values_list("product_id", "values"):
        found[pk].update(values)
    return dict(found)

"""Files that go to the same place: their order, what they replace, and the change of the product that follows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from catalog.choices import LinkMode, RowState
from catalog.services.changes import ProductChange
from catalog.services.linking.examining import Planned, ProductRef
from catalog.services.products import write_products
from pim.services.snapshot import get_structure

if TYPE_CHECKING:
    from pim.models import Job, User


PERMISSION = "catalog.add_linking"
"""Who has it may link files to products, whether or not they may change products otherwise."""


@dataclass(slots=True)
class PlacedProduct:
    """One product with the values that it gets, and the files that they come from."""

    product: ProductRef
    values: dict[str, Any] = field(default_factory=dict)
    plans: list[Planned] = field(default_factory=list)

    @property
    def rules(self) -> tuple[str, ...]:
        """The codes of the rules that lead here."""
        return tuple(sorted({plan.rule for plan in self.plans if plan.rule}))


def place_files(plans: Iterable[Planned]) -> list[PlacedProduct]:
    """Decide what stands in each place; files that get in each other's way change their state.

    A single picture: the file with the smallest position goes there, if nothing else stands there or the rule
    replaces. A list: new files go to its end in the order of their positions, or take the place of all that is there.
    Products are in the order of their keys in the database; those that nothing changes are left out.
    """
    places: dict[tuple[ProductRef, str], list[Planned]] = defaultdict(list)
    for plan in plans:
        if plan.state == RowState.LINK and plan.product is not None:
            places[plan.product, plan.key].append(plan)
    found: dict[int, PlacedProduct] = {}
    attributes = get_structure().attributes
    for product, key in sorted(places, key=lambda place: (place[0].id, place[1])):
        each = places[product, key]
        each.sort(key=lambda plan: plan.order)
        spec = attributes.get(key.partition(":")[0])
        after = _fill_list(each) if spec is not None and spec.type == "asset_list" else _fill_one(each, product)
        if after is None or after == each[0].before:
            continue
        placed = found.setdefault(product.id, PlacedProduct(product))
        placed.values[key] = after
        placed.plans += [plan for plan in each if plan.state == RowState.LINK]
    return list(found.values())


def write_places(
    placed: Sequence[PlacedProduct],
    *,
    actor: User | None,
    origin: str,
    labels: Mapping[str, str],
    job: Job | int | None = None,
    dry_run: bool = False,
    permission: str = PERMISSION,
) -> int:
    """Write what was placed; a product that refuses says so on its files. Returns the products written.

    Journal messages name the rules by which the files came.

    Raises:
        NotAllowed: the actor has not the permission.
    """
    by_rules: dict[tuple[str, ...], list[PlacedProduct]] = defaultdict(list)
    for each in placed:
        by_rules[each.rules].append(each)
    written = 0
    for codes, group in sorted(by_rules.items()):
        names = ", ".join(labels.get(code, code) for code in codes)
        changes = [
            ProductChange(
                each.product.sku, values=each.values, revision=each.product.revision, must_exist=True, row=number
            )
            for number, each in enumerate(group)
        ]
        outcome = write_products(
            changes,
            actor=actor,
            origin=origin,
            job=job,
            message=_("Linked by file name: %s") % names if names else _("Linked by hand"),
            dry_run=dry_run,
            permission=permission,
        )
        written += outcome.written
        for refusal in outcome.refused:
            sentence = " ".join(str(problem.message) for problem in refusal.problems)
            for plan in group[refusal.row or 0].plans:
                plan.decide(RowState.REFUSED, refusal.problems[0].code, sentence)
    return written


def _fill_one(plans: list[Planned], product: ProductRef) -> str | None:
    """The one file of a place; None: nothing changes."""
    before = plans[0].before
    here = [plan for plan in plans if plan.file.uuid == before]
    for plan in here:
        plan.decide(RowState.LINKED, plan.why, plan.message)
    if before is not None and (here or any(plan.mode == LinkMode.ADD for plan in plans)):
        for plan in plans:
            if plan not in here:
                plan.decide(RowState.TAKEN, "goes_to_another" if here else "holds_another")
        return None
    first, *others = plans
    if others and others[0].position == first.position:
        for plan in plans:
            plan.candidates = [describe_candidate(plan, product)]
            plan.decide(RowState.AMBIGUOUS, "several_files")
        return None
    for plan in others:
        plan.decide(RowState.TAKEN, "goes_to_another")
    return first.file.uuid


def _fill_list(plans: list[Planned]) -> list[str]:
    before: list[str] = list(plans[0].before or [])
    uuids = list(dict.fromkeys(plan.file.uuid for plan in plans))
    if any(plan.mode == LinkMode.REPLACE for plan in plans):
        after = uuids
    else:
        after = before + [uuid for uuid in uuids if uuid not in before]
    for plan in plans:
        if after == before or (plan.file.uuid in before and plan.mode == LinkMode.ADD):
            plan.decide(RowState.LINKED, plan.why, plan.message)
    return after


def describe_candidate(plan: Planned, product: ProductRef) -> dict[str, Any]:
    """The product of a plan as one that somebody may choose (see `catalog.models.AssetMatch`)."""
    return {
        "product": product.uuid,
        "sku": product.sku,
        "key": plan.key,
        "position": plan.position,
        "rule": plan.rule,
        "mode": plan.mode,
    }

"""Products, models and variants as subjects of transitions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connection

from assets.models import Asset
from catalog.choices import ProductKind
from catalog.models import Product, ProductAsset, ProductCompleteness
from catalog.services.snapshot import get_catalog_structure
from catalog.services.stages import move_products
from catalog.skus import sku_key
from pim.errors import Outcome, Problem
from pim.services.snapshot import last_structure
from pim.values.tokens import ATTRIBUTE_SHIFT, SystemField, split_token
from workflows.choices import SubjectType
from workflows.services.rights import judge_assets
from workflows.services.selection import match_conditions
from workflows.services.subjects.base import Subject
from workflows.stages.guards import Complete, Condition, Guard, NothingMissing, RightsUsable, Slot, SubjectFacts
from workflows.stages.specs import TransitionSpec

if TYPE_CHECKING:
    from pim.models import Job, User

MAX_LEVELS = 4
"""A root model and three levels below it."""


@dataclass(frozen=True, slots=True)
class ProductSubjects:
    """Products of any kind; by wish, together with the models above them and what hangs below them."""

    include_ancestors: bool = False
    include_variants: bool = False
    subject_type: str = SubjectType.PRODUCT.value

    def normalise(self, key: str) -> str:
        """The form of a sku that is compared."""
        return sku_key(key)

    def find(self, keys: Sequence[str]) -> Mapping[str, int]:
        """Products in the recycle bin do not exist."""
        return dict(Product.objects.with_skus(map(sku_key, keys)).values_list("sku_key", "pk"))

    def widen(self, ids: Collection[int]) -> list[int]:
        """At most three queries up and three down, whatever the number of products."""
        above = _walk(ids, upwards=True) if self.include_ancestors else []
        below = _walk(ids, upwards=False) if self.include_variants else []
        return [*reversed(above), *below]

    def load(self, ids: Collection[int], *, lock: bool) -> dict[int, Subject]:
        """See `Subjects`."""
        rows = Product.objects.present().filter(pk__in=ids).order_by("pk")
        if lock:
            rows = rows.select_for_update(of=("self",))
        return {
            row[0]: Subject(row[0], str(row[1]), *row[2:])
            for row in rows.values_list("pk", "uuid", "sku", "stage", "kind", "family_id")
        }

    def load_facts(
        self, subjects: Collection[Subject], transitions: Sequence[TransitionSpec]
    ) -> Mapping[int, SubjectFacts]:
        """Reads only what the guards ask for; one query for each kind of fact."""
        guards = [guard for transition in transitions for guard in transition.guards]
        ids = [subject.id for subject in subjects]
        completeness = _completeness(ids) if _has(guards, Complete) else {}
        missing = _missing(ids) if _has(guards, NothingMissing) else {}
        rights = _rights(ids, {guard.channel or "" for guard in guards if isinstance(guard, RightsUsable)})
        matches = match_conditions(self.subject_type, ids, [guard for guard in guards if isinstance(guard, Condition)])
        return {
            subject.id: SubjectFacts(
                key=subject.key,
                stage=subject.stage,
                lends_only=subject.kind == ProductKind.MODEL,
                has_family=subject.family_id is not None,
                completeness=completeness.get(subject.id, {}),
                missing=missing.get(subject.id, {}),
                rights=rights.get(subject.id, {}),
                matches=matches.get(subject.id, frozenset()),
            )
            for subject in subjects
        }

    def slots(self) -> Sequence[Slot]:
        """All that the channels speak."""
        return last_structure().active_slots()

    def move(
        self,
        subjects: Sequence[Subject],
        stage: str,
        *,
        actor: User | None,
        origin: str,
        job: Job | int | None,
        message: str,
    ) -> Outcome:
        """Through the catalog's door."""
        ids = [subject.id for subject in subjects]
        return move_products(ids, stage, actor=actor, origin=origin, job=job, message=message)


def _has(guards: Sequence[Guard], kind: type[Guard]) -> bool:
    return any(isinstance(guard, kind) for guard in guards)


def _walk(ids: Collection[int], *, upwards: bool) -> list[int]:
    """Ancestors, nearest first, or descendants, nearest first; never one of the ids themselves."""
    seen, step, found = set(ids), list(ids), []
    rows = Product.objects.present().order_by("pk")
    for _level in range(MAX_LEVELS - 1):
        below = rows.filter(parent_id__in=step).values_list("pk", flat=True)
        above = rows.filter(children__in=step).values_list("pk", flat=True)
        step = list(dict.fromkeys(above if upwards else below))
        if not step:
            break
        found += [key for key in step if key not in seen]
        seen.update(step)
    return found


def _completeness(ids: Collection[int]) -> dict[int, dict[Slot, int | None]]:
    slots = get_catalog_structure().slots
    return {
        product: {slot: pct[place] if place < len(pct) else None for slot, place in slots.items()}
        for product, pct in ProductCompleteness.objects.filter(pk__in=ids).values_list("pk", "pct")
    }


def _missing(ids: Collection[int]) -> dict[int, dict[Slot, list[str]]]:
    """Required attributes without a value, from the tokens that the write path keeps."""
    structure = last_structure()
    channels = {spec.ordinal: code for code, spec in structure.channels.items()}
    first = SystemField.MISSING.value << ATTRIBUTE_SHIFT
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT f.product_id, token FROM catalog_productfacet f, unnest(f.tokens) token"
            " WHERE f.product_id = ANY(%s) AND token >= %s AND token < %s",
            [list(ids), first, first + (1 << ATTRIBUTE_SHIFT)],
        )
        rows = cursor.fetchall()
    missing: dict[int, dict[Slot, list[str]]] = defaultdict(lambda: defaultdict(list))
    for product, token in rows:
        parts = split_token(token)
        channel, locale = channels.get(parts.channel), structure.locales_by_ordinal.get(parts.locale)
        attribute = structure.attributes_by_id.get(parts.value)
        if channel and locale and attribute:
            missing[product][channel, locale.code].append(attribute.code)
    return {product: {slot: sorted(codes) for slot, codes in by_slot.items()} for product, by_slot in missing.items()}


def _rights(ids: Collection[int], channels: set[str]) -> dict[int, dict[str, list[Problem]]]:
    """Why assets that the products, or the models above them, name may not be used on these channels."""
    if not channels:
        return {}
    lineages = _lineages(ids)
    named: dict[int, list[str]] = defaultdict(list)
    owners = {owner for lineage in lineages.values() for owner in lineage}
    for owner, uuid in ProductAsset.objects.filter(product_id__in=owners).values_list("product_id", "asset_uuid"):
        named[owner].append(str(uuid))
    uuids = {uuid for found in named.values() for uuid in found}
    verdicts = judge_assets(Asset.objects.with_current().filter(uuid__in=uuids), channels)
    return {
        product: {
            channel: [
                problem
                for uuid in sorted({uuid for owner in lineage for uuid in named.get(owner, ())})
                for problem in verdicts.get(uuid, {}).get(channel, ())
            ]
            for channel in channels
        }
        for product, lineage in lineages.items()
    }


def _lineages(ids: Collection[int]) -> dict[int, list[int]]:
    parents = dict(Product.objects.filter(pk__in=[*ids, *_walk(ids, upwards=True)]).values_list("pk", "parent_id"))
    lineages = {}
    for product in ids:
        lineage: list[int] = []
        step: int | None = product
        while step is not None and len(lineage) < MAX_LEVELS:
            lineage.append(step)
            step = parents.get(step)
        lineages[product] = lineage
    return lineages

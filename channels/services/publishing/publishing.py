"""The publisher: claims what is dirty, judges it as it is now, and writes what differs."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from time import monotonic

from django.db import connection, transaction
from django.utils import timezone

from channels.choices import Lane
from channels.mapping.gate import Reason
from channels.models import Publication
from channels.services.publishing.building import Built, ViewBuilder
from channels.services.publishing.loading import Batch, load_batch
from channels.services.publishing.selecting import select_products
from channels.services.publishing.storing import Stored, store
from channels.services.snapshot import DeliveryStructure, get_delivery_structure
from pim.errors import Refused

logger = logging.getLogger(__name__)

BATCH = 450
"""Pairs of view and product in one transaction: what a person waits for is claimed between two of them."""


@dataclass(slots=True)
class Published:
    """What a run did: pairs looked at, and what changed by view code."""

    looked_at: int = 0
    by_view: dict[str, Stored] = field(default_factory=dict)

    def add(self, other: Published) -> None:
        """Take over the figures of another batch."""
        self.looked_at += other.looked_at
        for code, stored in other.by_view.items():
            self.by_view[code] = self.by_view.get(code, Stored()).plus(stored)


def publish_pending(
    *, at_most_s: float = 60.0, batch: int = BATCH, before_batch: Callable[[], object] = lambda: None
) -> Published:
    """Publish what is dirty, what people wait for first, until nothing is left or the time is over.

    Safe to run many times at once: each pair is claimed by one. A batch and its claims commit together, so what is
    interrupted stays dirty.

    Args:
        before_batch: called before each claim; a worker reads on there what people have changed meanwhile.
    """
    done = Published()
    until = monotonic() + at_most_s
    builders: dict[int, ViewBuilder] = {}
    structure: DeliveryStructure | None = None
    while True:
        before_batch()
        with transaction.atomic():
            claimed = _claim(batch)
            if not claimed:
                return done
            current = get_delivery_structure()
            if current is not structure:
                structure, builders = current, {}
            done.add(_publish(claimed, structure, builders))
        if monotonic() > until:
            return done


def preview(product: int, views: Iterable[str] | None = None) -> dict[str, Built]:
    """What the publications of a product would be now, by view code; nothing is stored.

    Args:
        views: codes of views; None means all. Unknown ones are left out, and so is everything if there is no such
            product.
    """
    structure = get_delivery_structure()
    batch = load_batch([product])
    if product not in batch.owners:
        return {}
    previews = {}
    for code in sorted(structure.views_by_code if views is None else views):
        spec = structure.views_by_code.get(code)
        if spec is not None:
            builder = _make_builder(structure, spec.terms.id, {})
            try:
                (previews[code],) = builder.build(batch, [product], select_products(spec, [product]))
            except Refused as error:
                broken = {"code": Reason.SELECTION_BROKEN, "why": str(error.message)}
                previews[code] = builder.withhold(batch.owners[product], [broken], is_selected=False)
    return previews


def _make_builder(structure: DeliveryStructure, view: int, builders: dict[int, ViewBuilder]) -> ViewBuilder:
    today = timezone.now().astimezone(UTC).date()
    builder = builders.get(view)
    if builder is None or builder.today != today:
        builder = builders[view] = ViewBuilder(structure.views[view], structure, today=today)
    return builder


def _claim(limit: int) -> list[tuple[int, int]]:
    """Take (view, product) pairs of one lane off the queue; they come back if the transaction fails.

    What a person waits for is never in one transaction with what may take its time.
    """
    with connection.cursor() as cursor:
        for lane in Lane:
            cursor.execute(
                "DELETE FROM channels_dirty WHERE id = ANY(ARRAY(SELECT id FROM channels_dirty WHERE lane = %s"
                " ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED)) RETURNING view_id, product",
                [lane, limit],
            )
            claimed = cursor.fetchall()
            if claimed:
                return [(view, product) for view, product in claimed]
    return []


def _publish(
    claimed: Sequence[tuple[int, int]], structure: DeliveryStructure, builders: dict[int, ViewBuilder]
) -> Published:
    batch = load_batch({product for _view, product in claimed})
    by_view: Mapping[int, list[int]] = _group(claimed)
    done = Published(looked_at=len(claimed))
    built: dict[int, list[Built]] = {}
    for view in sorted(by_view):
        if view in structure.views:
            builder = _make_builder(structure, view, builders)
            try:
                built[view] = _build(builder, batch, by_view[view])
            except Refused:
                # What was selected before stays as it is; whoever mends the filter has every product looked at again.
                logger.exception("the selection of view %s cannot be read", builder.terms.code)
    for view, items in built.items():
        done.by_view[structure.views[view].terms.code] = store(view, items)
    return done


def _build(builder: ViewBuilder, batch: Batch, products: Sequence[int]) -> list[Built]:
    present = [product for product in products if product in batch.owners]
    gone = [product for product in products if product not in batch.owners]
    items = builder.build(batch, present, select_products(builder.view, present))
    return [*items, *_bury(builder.terms.id, gone)]


def _bury(view: int, gone: Sequence[int]) -> Iterable[Built]:
    """Tombstones of products that are no more."""
    if not gone:
        return
    for found in Publication.objects.filter(view_id=view, product_id__in=gone).only(
        "product_id", "uuid", "sku", "sku_key"
    ):
        yield Built(
            view=view,
            product=found.product_id,
            uuid=str(found.uuid),
            sku=found.sku,
            sku_key=found.sku_key,
            is_live=False,
            reasons=[{"code": Reason.DELETED}],
            is_selected=False,
        )


def _group(claimed: Sequence[tuple[int, int]]) -> Mapping[int, list[int]]:
    by_view: dict[int, list[int]] = defaultdict(list)
    for view, product in claimed:
        by_view[view].append(product)
    return by_view

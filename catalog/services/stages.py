"""Moving products from stage to stage, many at a time; whether they may is the workflow's business."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from catalog.extensions import get_stage_rules
from catalog.services.editions import EDITION, drop_editions, keep_editions
from pim import journal
from pim.choices import EntryKind
from pim.errors import Done, Outcome, Problem, Refusal, Refused
from pim.models import Job, User
from pim.values.tokens import SystemField, text_value, token

SUBJECT = "product"


def move_products(
    product_ids: Collection[int],
    to_stage: str,
    *,
    actor: User | None,
    origin: str,
    job: Job | int | None = None,
    message: str = "",
    expected_from: Collection[str] | None = None,
) -> Outcome:
    """Put products into a stage, in one transaction; those that are there already are unchanged.

    Entering an approved stage releases the working copy: the approved copy is dropped, because the two are equal.
    Entering a stage that keeps no approved copy drops it too. Leaving an approved stage for one that keeps it stores it,
    so that consumers go on seeing what was approved.

    Args:
        expected_from: stages to move from; a product in another one is refused as `moved_meanwhile`.

    Raises:
        Refused: there is no such stage.
    """
    rules = get_stage_rules()
    if not rules.exists(to_stage):
        raise Refused("unknown_stage", _("There is no stage “%s”.") % to_stage, "/stage")
    outcome = Outcome()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, uuid::text, sku, stage, revision FROM catalog_product WHERE id = ANY(%s) AND deleted_at IS NULL"
            " ORDER BY id FOR UPDATE",
            [sorted(product_ids)],
        )
        moving: list[tuple[int, str, str, str, int]] = []
        for product, uuid, sku, stage, revision in cursor.fetchall():
            if stage == to_stage:
                outcome.unchanged += 1
                outcome.results.append(Done(sku, "unchanged", uuid, revision))
            elif expected_from is not None and stage not in expected_from:
                problem = Problem("moved_meanwhile", _("“%s” is in another stage now: %s.") % (sku, stage), "/stage")
                outcome.refused.append(Refusal(sku, (problem,)))
            else:
                moving.append((product, uuid, sku, stage, revision + 1))
        if not moving:
            return outcome
        ids = [row[0] for row in moving]
        cursor.execute(
            "UPDATE catalog_product SET stage = %s, revision = revision + 1, updated = statement_timestamp()"
            " WHERE id = ANY(%s)",
            [to_stage, ids],
        )
        _move_tokens(cursor, moving, to_stage)
        dropped: dict[int, dict[str, Any]] = {}
        if rules.is_approved(to_stage) or not rules.keeps_edition(to_stage):
            dropped = drop_editions(ids)
        else:
            keep_editions({row[0]: row[4] - 1 for row in moving if rules.is_approved(row[3])})
        journal.write_entries(
            [
                journal.Line(
                    SUBJECT,
                    uuid,
                    sku,
                    EntryKind.TRANSITION,
                    revision,
                    {
                        "@stage": [stage, to_stage],
                        **({EDITION: [dropped[product], None]} if product in dropped else {}),
                    },
                )
                for product, uuid, sku, stage, revision in moving
            ],
            actor=actor,
            origin=origin,
            job=job,
            message=message,
        )
    outcome.updated += len(moving)
    outcome.results.extend(Done(sku, "updated", uuid, revision) for _id, uuid, sku, _stage, revision in moving)
    return outcome


def _move_tokens(cursor: object, moving: list[tuple[int, str, str, str, int]], to_stage: str) -> None:
    new = token(SystemField.STAGE, 0, 0, text_value(to_stage))
    by_stage: dict[str, list[int]] = {}
    for product, _uuid, _sku, stage, _revision in moving:
        by_stage.setdefault(stage, []).append(product)
    for stage, ids in by_stage.items():
        cursor.execute(  # type: ignore[attr-defined]
            "UPDATE catalog_productfacet SET tokens = array_replace(tokens, %s, %s) WHERE product_id = ANY(%s)",
            [token(SystemField.STAGE, 0, 0, text_value(stage)), new, ids],
        )

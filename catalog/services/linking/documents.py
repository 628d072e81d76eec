"""Runs, their rows and files to be linked as programs see them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from catalog.models import AssetMatch, Linking, LinkingRow
from catalog.services.linking.wording import explain
from pim.errors import NotFound


def find_linking(uuid: str) -> Linking:
    """A run by its uuid.

    Raises:
        NotFound.
    """
    try:
        key = UUID(uuid)
    except ValueError:
        key = None
    found = Linking.objects.select_related("owner", "job", "planning").filter(uuid=key).first() if key else None
    if found is None:
        raise NotFound("not_found", _("There is no linking %s.") % uuid)
    return found


def describe_linking(linking: Linking) -> dict[str, Any]:
    """A run; its token is what applies it."""
    return {
        "uuid": str(linking.uuid),
        "state": linking.state,
        "selection": linking.selection,
        "rules": linking.rules,
        "token": linking.token,
        "counts": linking.counts,
        "owner": linking.owner.get_username() if linking.owner else None,
        "planning": str(linking.planning.uuid) if linking.planning else None,
        "job": str(linking.job.uuid) if linking.job else None,
        "created": linking.created,
    }


def describe_row(row: LinkingRow) -> dict[str, Any]:
    """What becomes of one file; the row is loaded with its asset and version."""
    return {
        "asset": str(row.asset.uuid),
        "filename": row.asset.version.filename if row.asset.version else "",
        "state": row.state,
        "product": str(row.product_uuid) if row.product_uuid else None,
        **_describe_place(row),
        "confidence": row.confidence,
    }


def describe_match(match: AssetMatch) -> dict[str, Any]:
    """A file that is to be linked, or was; the match is loaded with its asset and version."""
    return {
        "uuid": str(match.uuid),
        "asset": str(match.asset.uuid),
        "filename": match.asset.version.filename if match.asset.version else "",
        "state": match.state,
        **_describe_place(match),
        "created": match.created,
    }


def describe_matches(ids: Sequence[int]) -> list[dict[str, Any]]:
    """Matches in the order of their keys given; one query."""
    found = AssetMatch.objects.select_related("asset__version").in_bulk(list(ids))
    return [describe_match(found[pk]) for pk in ids if pk in found]


def describe_rows(ids: Sequence[int]) -> list[dict[str, Any]]:
    """Rows in the order of their keys given; one query."""
    found = LinkingRow.objects.select_related("asset__version").in_bulk(list(ids))
    return [describe_row(found[pk]) for pk in ids if pk in found]


def _describe_place(row: LinkingRow | AssetMatch) -> dict[str, Any]:
    return {
        "rule": row.rule or None,
        "sku": row.sku or None,
        "key": row.key or None,
        "position": row.position,
        "mode": row.mode,
        "reason": row.why,
        "message": row.message or explain(row.why),
        "candidates": row.candidates,
    }

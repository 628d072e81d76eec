"""What a file says about its own rights, beside what the house has agreed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from assets.choices import DigitalSource
from assets.models import Asset
from assets.services.rights.clearances import compare_statement, credit_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pim.errors import Problem


@dataclass(frozen=True, slots=True)
class StatementRow:
    """One field: what the file says, and what every rendition will say."""

    label: str
    file: str
    delivered: str


@dataclass(frozen=True, slots=True)
class StatementPanel:
    """All fields that either says, and where both do not agree."""

    rows: Sequence[StatementRow]
    warnings: Sequence[Problem]


def describe_statement(asset: Asset) -> StatementPanel:
    """For the rights panel of the asset's page; no query for an asset loaded with `with_current()`."""
    said, warnings = compare_statement(asset)
    given = credit_of(asset)
    rows = (
        StatementRow(_("Copyright"), said.copyright, given.copyright),
        StatementRow(_("Creator"), said.creator, given.artist),
        StatementRow(_("Credit"), said.credit, given.credit),
        StatementRow(_("Usage terms"), said.usage_terms, given.usage_terms),
        StatementRow(_("Web statement"), said.statement_url, given.statement_url),
        StatementRow(_("Licensor"), said.licensor_url, given.licensor_url),
        StatementRow(_("Digital source"), _source(said.digital_source), _source(given.digital_source)),
        StatementRow(_("Not before"), str(said.release_date or ""), ""),
        StatementRow(_("Not after"), str(said.expiry_date or ""), ""),
    )
    return StatementPanel([row for row in rows if row.file or row.delivered], warnings)


def _source(code: str) -> str:
    return str(DigitalSource(code).label) if code in DigitalSource.values else code

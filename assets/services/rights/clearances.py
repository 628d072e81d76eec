"""What a rendition of an asset carries because of its rights: its credit, and the terms that its address stands for."""

from __future__ import annotations

from dataclasses import dataclass

from assets.models import Asset
from assets.render import NO_CREDIT, Credit
from assets.rights.statements import Agreed, Statement, find_contradictions, read_statement
from assets.services.rights.verdicts import subject_of
from pim.errors import Problem


@dataclass(frozen=True, slots=True)
class Clearance:
    """The terms under which renditions are drawn and given out.

    `rights` is the fingerprint of the terms: addresses and files of one are not those of another.
    """

    is_guarded: bool = False
    rights: str = ""
    credit: Credit = NO_CREDIT
    needs_watermark: bool = False


OPEN = Clearance()

_KEPT = "_rights_statement"


def clearance_of(asset: Asset) -> Clearance:
    """Under which terms the asset's renditions are drawn now. Load the asset with `with_current()`."""
    subject = subject_of(asset)
    return Clearance(subject.is_guarded, subject.fingerprint, credit_of(asset), subject.needs_watermark)


def compare_statement(asset: Asset) -> tuple[Statement, list[Problem]]:
    """What the file says about its own rights, and where that contradicts what is agreed; load the asset with version."""
    said = _statement_of(asset)
    terms, subject = asset.license, subject_of(asset)
    ends = [grant.valid_until for grant in subject.grants if grant.valid_until]
    begins = [grant.valid_from for grant in subject.grants if grant.valid_from]
    agreed = Agreed(
        has_license=terms is not None,
        copyright=terms.copyright_notice if terms else "",
        credit=terms.credit_line if terms else "",
        usage_terms=terms.usage_terms if terms else "",
        statement_url=terms.statement_url if terms else "",
        digital_source=asset.digital_source,
        valid_from=max(begins, default=None),
        valid_until=min(ends, default=None),
    )
    return said, find_contradictions(said, agreed)


def credit_of(asset: Asset) -> Credit:
    """What every rendition says about rights: the licence's own words, else the asset's, else the file's."""
    said = _statement_of(asset)
    terms = asset.license
    return Credit(
        copyright=(terms.copyright_notice if terms else "") or said.copyright,
        artist=said.creator,
        credit=(terms.credit_line if terms else "") or said.credit,
        usage_terms=(terms.usage_terms if terms else "") or said.usage_terms,
        statement_url=(terms.statement_url if terms else "") or said.statement_url,
        licensor_url=said.licensor_url,
        digital_source=asset.digital_source or said.digital_source,
    )


def _statement_of(asset: Asset) -> Statement:
    """What the current file says; read once for each loaded version."""
    version = asset.version
    if version is None:
        return Statement()
    metadata: object
    kept: Statement
    metadata, kept = version.__dict__.get(_KEPT, (None, Statement()))
    if metadata is not version.metadata:
        kept = read_statement(version.metadata)
        version.__dict__[_KEPT] = (version.metadata, kept)
    return kept

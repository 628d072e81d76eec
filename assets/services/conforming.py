"""Picture rules at work: those in force, and what they say of the files that are there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from assets.conformance import Finding, PictureFacts, PictureTerms, check, parse_aspect, unmeasured
from assets.models import PictureRule
from pim.services.snapshot import get_structure

if TYPE_CHECKING:
    from assets.models import Asset
    from pim.values.snapshot import Structure
    from pim.values.specs import AssetRef

Rules = Mapping[str, tuple[PictureTerms, ...]]
"""{channel code: its rules, by code}."""

_rules: WeakKeyDictionary[Structure, Rules] = WeakKeyDictionary()


def get_picture_rules() -> Rules:
    """The rules as of the structure's present epoch, read once per process and epoch."""
    structure = get_structure()
    known = _rules.get(structure)
    if known is None:
        known = _rules[structure] = load_picture_rules()
    return known


def load_picture_rules() -> Rules:
    """The rules as they are stored; two queries."""
    found: dict[str, list[PictureTerms]] = {}
    rows = PictureRule.objects.select_related("channel").prefetch_related("attributes").order_by("code")
    for row in rows:
        found.setdefault(row.channel.code, []).append(terms_of(row))
    return {channel: tuple(rules) for channel, rules in found.items()}


def terms_of(row: PictureRule) -> PictureTerms:
    """A stored rule for the check; its channel and attributes are loaded."""
    return PictureTerms(
        code=row.code,
        channel=row.channel.code,
        attributes=frozenset(attribute.code for attribute in row.attributes.all()),
        labels=row.labels,
        min_width_px=row.min_width_px,
        min_height_px=row.min_height_px,
        aspect=parse_aspect(row.aspect),
        aspect_tolerance=row.aspect_tolerance,
        min_white_share=row.min_white_share,
        min_subject_fill=row.min_subject_fill,
        colour_spaces=frozenset(row.colour_spaces),
        media_types=frozenset(row.media_types),
        max_bytes=row.max_bytes,
    )


def facts_of_asset(asset: Asset) -> PictureFacts:
    """What is known of an asset's current file; the asset is loaded with its version."""
    version = asset.version
    if version is None:
        return PictureFacts(asset.kind, "")
    return PictureFacts(
        asset.kind, version.media_type, version.width_px, version.height_px, version.size_bytes, version.measures
    )


def facts_of_ref(ref: AssetRef) -> PictureFacts:
    """What is known of the file behind a reference."""
    return PictureFacts(ref.kind, ref.media_type, ref.width, ref.height, ref.size_bytes, ref.measures)


def check_asset(asset: Asset, *, rules: Rules | None = None) -> dict[str, list[Finding]]:
    """What the rules of each channel have against an asset, or could not judge; channels content with it are left out.

    The asset is loaded with its version. No query, but for the rules themselves once per epoch of the structure.
    """
    facts = facts_of_asset(asset)
    found: dict[str, list[Finding]] = {}
    for channel, asked in sorted((get_picture_rules() if rules is None else rules).items()):
        findings = [
            finding
            for rule in asked
            if (finding := Finding(rule, check(rule, facts), unmeasured(rule, facts))).problems or finding.unmeasured
        ]
        if findings:
            found[channel] = findings
    return found


def broken_channels(asset: Asset, *, rules: Rules | None = None) -> set[str]:
    """The channels some rule of which an asset's picture breaks. Files that are no pictures, or not yet known, break none."""
    facts = facts_of_asset(asset)
    if facts.kind != "image" or not facts.media_type:
        return set()
    asked = get_picture_rules() if rules is None else rules
    return {channel for channel, terms in asked.items() if any(check(rule, facts) for rule in terms)}


def describe_findings(findings: Mapping[str, Sequence[Finding]]) -> list[dict[str, Any]]:
    """Findings as the API tells them."""
    return [
        {
            "channel": channel,
            "rule": finding.rule.code,
            "attributes": sorted(finding.rule.attributes),
            "problems": [{"code": problem.code, "message": str(problem.message)} for problem in finding.problems],
            "unmeasured": list(finding.unmeasured),
        }
        for channel, each in findings.items()
        for finding in each
    ]


def rules_about(rules: Iterable[PictureTerms], attribute: str) -> tuple[PictureTerms, ...]:
    """Those of some rules that are about the pictures in an attribute."""
    return tuple(rule for rule in rules if rule.concerns(attribute))

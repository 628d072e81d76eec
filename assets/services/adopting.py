"""What a file says about itself becomes the asset's own when it first arrives, where nobody has said otherwise."""

from __future__ import annotations

from assets.choices import DigitalSource
from assets.models import Asset
from assets.probe import Facts
from assets.probe.mapping import mapped


def adopt_metadata(asset: Asset, facts: Facts) -> dict[str, list[object]]:
    """Fill the asset's empty fields, unsaved; return the journal's delta of what was filled.

    Title, description and rights stay in the version's metadata, where people and licences look them up.
    """
    found = mapped(facts.metadata)
    delta: dict[str, list[object]] = {}
    if found.keywords and not asset.keywords:
        delta["@keywords"] = [[], list(found.keywords)]
        asset.keywords = list(found.keywords)
    if found.digital_source in DigitalSource.values and not asset.digital_source:
        delta["@digital_source"] = ["", found.digital_source]
        asset.digital_source = found.digital_source
    return delta

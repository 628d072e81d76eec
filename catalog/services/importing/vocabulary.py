"""The words of the catalog as it is, for the readers of files."""

from __future__ import annotations

from catalog.importing.vocabulary import KnownAttribute, Vocabulary
from catalog.services.snapshot import get_catalog_structure


def read_vocabulary() -> Vocabulary:
    """Attributes, channels, currencies, locales and association types that exist now."""
    catalog = get_catalog_structure()
    base = catalog.base
    return Vocabulary.of(
        [
            KnownAttribute(
                code=spec.code,
                type=spec.type,
                localizable=spec.localizable,
                scopable=spec.scopable,
                labels=spec.labels,
                available_locales=spec.available_locales,
            )
            for spec in base.attributes.values()
        ],
        channels={channel.code: channel.locales for channel in base.channels.values()},
        currencies=sorted(base.currency_ordinals),
        association_types={spec.code: spec.is_quantified for spec in catalog.association_types.values()},
        locales=base.locales,
    )

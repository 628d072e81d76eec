"""Following the journal: finds the publications that a change may concern, and marks them.

docs/guides/delivery.md has the table: kind of change → how the affected products are found → lane.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import product as combinations

from django.db import transaction

from assets.models import Asset, PictureRule
from assets.services.renditions.presets import WATERMARK
from assets.services.rights.windows import is_notice
from channels.choices import Lane
from channels.extensions import wake_publishers
from channels.services import marking
from channels.services.snapshot import DeliveryStructure, get_delivery_structure
from channels.services.views import ensure_views
from pim import journal
from pim.choices import EntryKind, Origin
from pim.extensions import StreamedEntry
from pim.models import Category
from pim.values.tokens import token

FAMILY_KEYS = frozenset({"@attributes", "@requirements", "@label_attribute", "@labels"})
ATTRIBUTE_KEYS = frozenset(
    {
        "@type", "@localizable", "@scopable", "@no_review", "@fallback", "@facet", "@sortable", "@searchable",
        "@config", "@available_locales",
    }
)  # fmt: skip

_AT_ONCE = frozenset({"product", "asset", "license", "release"})
CONSUMERS = {Lane.INTERACTIVE: "channels at once", Lane.BULK: "channels"}
"""The names of the two consumers."""

Entries = Sequence[StreamedEntry]


def read_urgent() -> None:
    """Read on what people have changed; for publishers, who may keep every worker busy."""
    journal.run_consumers([CONSUMERS[Lane.INTERACTIVE]])


class DirtyMarker:
    """Marks what a change may concern, set-based; the publishers find out whether it does.

    Each lane is a consumer of its own: what a person has changed is not read behind the thousands of a job, whose
    marking waits for the publishers that hold what it marks again.
    """

    def __init__(self, lane: Lane) -> None:
        self.lane = lane

    def consume(self, entries: Entries) -> None:
        """Mark for a batch of entries: each kind of subject once."""
        by_type: dict[str, list[StreamedEntry]] = defaultdict(list)
        for entry in entries:
            if _reader(entry) == self.lane and not is_notice(entry):
                by_type[entry.subject_type].append(entry)
        if not by_type:
            return
        for subject_type, mark in _MARKERS.items():
            if by_type[subject_type]:
                mark(by_type[subject_type])
        transaction.on_commit(wake_publishers)


def _reader(entry: StreamedEntry) -> Lane:
    """Which of the two consumers an entry is for: the pieces of structure concern too many products to go first."""
    return Lane.INTERACTIVE if entry.job_id is None and entry.subject_type in _AT_ONCE else Lane.BULK


def _lane(entries: Entries) -> Lane:
    """What a person did goes first; what a job did may take its time."""
    return Lane.BULK if all(entry.job_id for entry in entries) else Lane.INTERACTIVE


def _mark_products(entries: Entries) -> None:
    marking.mark_products({entry.subject_uuid for entry in entries}, lane=_lane(entries))


def _mark_assets(entries: Entries) -> None:
    marking.mark_users_of_assets({entry.subject_uuid for entry in entries}, lane=_lane(entries))


def _mark_licenses(entries: Entries) -> None:
    codes = {entry.key for entry in entries}
    uuids = list(Asset.objects.filter(license__code__in=codes).values_list("uuid", flat=True))
    marking.mark_users_of_assets(uuids, lane=_lane(entries))


def _mark_releases(entries: Entries) -> None:
    codes = {entry.key for entry in entries}
    uuids = list(Asset.objects.filter(releases__code__in=codes).values_list("uuid", flat=True))
    marking.mark_users_of_assets(uuids, lane=_lane(entries))


def _mark_presets(entries: Entries) -> None:
    codes = {entry.key for entry in entries}
    views = get_delivery_structure().views.values()
    using = [view.terms.id for view in views if WATERMARK in codes or view.terms.image_preset in codes]
    if using:
        marking.mark_everything(views=using)


def _mark_picture_rules(entries: Entries) -> None:
    codes = {code for entry in entries for code in entry.delta.get("@channel", ())}
    codes |= set(PictureRule.objects.filter(code__in={e.key for e in entries}).values_list("channel__code", flat=True))
    structure = get_delivery_structure()
    views = [view.terms.id for view in structure.views.values() if view.terms.channel in codes]
    if views:
        marking.mark_everything(views=views)


def _mark_options(entries: Entries) -> None:
    structure = get_delivery_structure()
    tokens: set[int] = set()
    gone: set[str] = set()
    for entry in _changed(entries, frozenset({"@labels"})):
        attribute, _, code = entry.key.partition(".")
        option = structure.catalog.base.option(attribute, code)
        if option is None:
            gone.add(attribute)
        else:
            tokens.update(_tokens(structure, attribute, option.id))
    if tokens:
        marking.mark_by_tokens(tokens)
    _mark_families_with(structure, gone)


def _tokens(structure: DeliveryStructure, attribute: str, option: int) -> Iterable[int]:
    """Every token that an option may have, by the axes along which its attribute varies."""
    base = structure.catalog.base
    spec = base.attributes[attribute]
    channels = [channel.ordinal for channel in base.channels.values()] if spec.scopable else [0]
    locales = [locale.ordinal for locale in base.locales.values()] if spec.localizable else [0]
    return [token(spec.id, channel, locale, option) for channel, locale in combinations(channels, locales)]


def _mark_attributes(entries: Entries) -> None:
    codes = {entry.key for entry in _changed(entries, ATTRIBUTE_KEYS)}
    _mark_families_with(get_delivery_structure(), codes)


def _mark_measurements(entries: Entries) -> None:
    structure = get_delivery_structure()
    families = {entry.key for entry in _changed(entries, None)}
    attributes = structure.catalog.base.attributes
    _mark_families_with(structure, {code for code, spec in attributes.items() if spec.config.get("family") in families})


def _mark_families_with(structure: DeliveryStructure, attributes: set[str]) -> None:
    families = [family.id for family in structure.catalog.families.values() if family.members & attributes]
    if families:
        marking.mark_families(families)


def _mark_families(entries: Entries) -> None:
    families = get_delivery_structure().catalog.families
    ids = [families[entry.key].id for entry in _changed(entries, FAMILY_KEYS) if entry.key in families]
    if ids:
        marking.mark_families(ids)


def _mark_categories(entries: Entries) -> None:
    changed = _changed(entries, frozenset({"@labels", "@parent"}))
    if any(entry.kind == EntryKind.DELETE or "@parent" in entry.delta for entry in changed):
        marking.mark_everything()
    elif changed:
        paths = Category.objects.filter(code__in={entry.key for entry in changed}).values_list("path", flat=True)
        marking.mark_categories(list(paths))


def _mark_channels(entries: Entries) -> None:
    for entry in entries:
        if entry.kind == EntryKind.CREATE:
            ensure_views([entry.key], actor=None, origin=Origin.SYSTEM, job=entry.job_id)
    codes = {entry.key for entry in _changed(entries, frozenset({"@locales", "@currencies", "@category_tree"}))}
    views = [view.terms.id for view in get_delivery_structure().views.values() if view.terms.channel in codes]
    if views:
        marking.mark_everything(views=views)


def _mark_views(entries: Entries) -> None:
    codes = {entry.key for entry in entries if entry.kind != EntryKind.DELETE}
    views = get_delivery_structure().views_by_code
    ids = [views[code].terms.id for code in codes if code in views]
    if ids:
        marking.mark_everything(views=ids)


def _mark_locales(entries: Entries) -> None:
    if _changed(entries, frozenset({"@fallback"})):
        marking.mark_everything()


def _mark_workflows(entries: Entries) -> None:
    if _changed(entries, None):
        marking.mark_everything()


def _changed(entries: Entries, keys: frozenset[str] | None) -> list[StreamedEntry]:
    """Entries that changed one of these keys of something that existed before."""
    return [
        entry
        for entry in entries
        if entry.kind != EntryKind.CREATE
        and (keys is None or entry.kind == EntryKind.DELETE or keys & set(entry.delta))
    ]


_MARKERS: dict[str, Callable[[Entries], None]] = {
    "channel": _mark_channels,
    "channel_view": _mark_views,
    "locale": _mark_locales,
    "workflow": _mark_workflows,
    "category": _mark_categories,
    "family": _mark_families,
    "attribute": _mark_attributes,
    "measurement_family": _mark_measurements,
    "option": _mark_options,
    "rendition_preset": _mark_presets,
    "license": _mark_licenses,
    "release": _mark_releases,
    "picture_rule": _mark_picture_rules,
    "asset": _mark_assets,
    "product": _mark_products,
}

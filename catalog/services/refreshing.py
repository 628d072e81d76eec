"""Deriving again what a change elsewhere made stale: descendants of large models, families, options, assets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from assets.services.conforming import get_picture_rules
from assets.services.references import asset_refs
from catalog.services.snapshot import get_catalog_structure
from catalog.services.writing import conflicts
from catalog.services.writing.derived_tables import store_derived
from catalog.services.writing.deriving import ProductDeriver
from catalog.services.writing.engine import get_engine, using_assets
from catalog.services.writing.loading import INLINE_DESCENDANTS, load_rows
from catalog.services.writing.references import collect_asset_uuids
from pim.choices import EntryKind, OrdinalKind
from pim.errors import Conflict
from pim.extensions import JobContext, StreamedEntry
from pim.models import Ordinal
from pim.services.jobs import start_job
from pim.services.snapshot import get_structure
from pim.values.tokens import token

CHUNK = 1_000
INLINE = 1_000
"""Products that a consumer derives itself; more become a job."""

REFRESH = "refresh_products"
SLOT_FIELDS = frozenset({"@locales", "@currencies"})
DERIVING_FIELDS = frozenset({"@facet", "@sortable", "@searchable", "@unique", "@config", "@available_locales"})
"""Fields of an attribute that decide what is derived from its values."""
FAMILY_FIELDS = frozenset({"@requirements", "@attributes"})
COMPLETING_FIELDS = frozenset({"@available_locales", "@config"})
"""Fields of an attribute that decide whether products that lack it are complete."""


def refresh_products(ids: Sequence[int], *, must_be_unique: bool = False) -> int:
    """Derive products again, in chunks of one transaction each; rows that come out the same are not written.

    Idempotent. Returns the number of products looked at.

    Args:
        must_be_unique: refuse a unique value that another product has; else the other one silently keeps it, which
            happens where an attribute became unique while two products had the same value.

    Raises:
        Conflict: `not_unique`.
    """
    done = 0
    for chunk in _chunks(sorted(ids)):
        with transaction.atomic():
            loaded = load_rows((), ids=chunk, with_descendants=False)
            engine = get_engine(get_catalog_structure())
            rows = [loaded.by_id[product] for product in chunk if product in loaded.by_id]
            with using_assets(asset_refs(collect_asset_uuids((), loaded, engine.asset_attributes))):
                derived = ProductDeriver(engine).derive_all(rows, loaded)
            taken = conflicts.find_taken(derived)
            if taken and must_be_unique:
                value = next(iter(taken.values()))[0][1]
                raise Conflict("not_unique", _("Another product has the value “%s” now.") % value)
            conflicts.drop_claims(derived, taken)
            store_derived(derived, new_ids=())
        done += len(chunk)
    return done


class DerivedRowsConsumer:
    """Keeps derived rows true after changes that the write path leaves to the background."""

    def consume(self, entries: Sequence[StreamedEntry]) -> None:
        """Find the products that the entries made stale; derive a few at once, many in a job of their own."""
        selection = _select(entries)
        if not any(selection.values()):
            return
        stale = find_stale(selection)
        if len(stale) > INLINE:
            start_job(REFRESH, selection, actor=None)
        elif stale:
            refresh_products(sorted(stale))


def run_refresh(ctx: JobContext) -> None:
    """Derive the products of a selection again, chunk by chunk."""
    ids = sorted(find_stale(ctx.parameters))
    after = int(ctx.state.get("after", 0))
    done = sum(product <= after for product in ids)
    for chunk in _chunks([product for product in ids if product > after]):
        with transaction.atomic():
            refresh_products(chunk)
            done += len(chunk)
            ctx.checkpoint(state={"after": chunk[-1]}, done=done, total=len(ids))


def _select(entries: Sequence[StreamedEntry]) -> dict[str, Any]:
    """What the entries touched, as the parameters of a refresh."""
    updates = [entry for entry in entries if entry.kind != EntryKind.CREATE]
    attributes = {e.key for e in updates if e.subject_type == "attribute" and e.delta.keys() & DERIVING_FIELDS}
    attributes |= {e.key.partition(".")[0] for e in updates if e.subject_type == "option" and "@labels" in e.delta}
    units = {e.key for e in updates if e.subject_type == "measurement_family" and "@units" in e.delta}
    return {
        "models": sorted({str(e.subject_uuid) for e in updates if e.subject_type == "product"}),
        "families": sorted({e.key for e in updates if e.subject_type == "family" and e.delta.keys() & FAMILY_FIELDS}),
        "attributes": sorted(attributes | _measuring(units)),
        "required": sorted(
            {e.key for e in updates if e.subject_type == "attribute" and e.delta.keys() & COMPLETING_FIELDS}
        ),
        # A new channel counts too: where nothing is required, everything is complete.
        "asking": sorted({str(code) for e in entries if e.subject_type == "picture_rule" for code in _asking(e)}),
        "files": sorted({str(e.subject_uuid) for e in entries if e.subject_type == "asset" and _is_other_file(e)}),
        "channels": sorted({e.key for e in entries if e.subject_type == "channel" and e.delta.keys() & SLOT_FIELDS}),
    }


def _asking(entry: StreamedEntry) -> set[str]:
    """The channels whose picture rules an entry changed."""
    said = entry.delta.get("@channel")
    now = [rule.channel for rules in get_picture_rules().values() for rule in rules if rule.code == entry.key]
    return {code for code in (*(said or ()), *now) if code}


def _is_other_file(entry: StreamedEntry) -> bool:
    """Whether an asset shows another file now, or is gone, where picture rules make that matter."""
    if not get_picture_rules():
        return False
    return entry.kind == EntryKind.DELETE or (entry.kind != EntryKind.CREATE and "@version" in entry.delta)


def _measuring(families: set[str]) -> set[str]:
    """The attributes whose amounts convert within these measurement families."""
    if not families:
        return set()
    attributes = get_structure().attributes.values()
    return {spec.code for spec in attributes if spec.config.get("family") in families and spec.type == "measurement"}


def find_stale(selection: Mapping[str, Any]) -> set[int]:
    """The products that a selection (see `_select`) makes stale."""
    stale: set[int] = set()
    if selection.get("models"):
        stale |= _descendants_of_large_models(selection["models"])
    if selection.get("families"):
        stale |= _ids(
            "SELECT p.id FROM catalog_product p JOIN catalog_family f ON f.id = p.family_id"
            " WHERE f.code = ANY(%s) AND p.deleted_at IS NULL",
            [selection["families"]],
        )
    if selection.get("channels"):
        stale |= _ids("SELECT id FROM catalog_product WHERE family_id IS NOT NULL AND deleted_at IS NULL", [])
    if selection.get("asking"):
        stale |= _holders(_asked_attributes(selection["asking"]))
    if selection.get("files"):
        stale |= _showing(selection["files"])
    if selection.get("attributes"):
        stale |= _holders(selection["attributes"])
    if selection.get("required"):
        stale |= _ids(
            "SELECT p.id FROM catalog_product p WHERE p.deleted_at IS NULL AND p.family_id IN ("
            "SELECT r.family_id FROM catalog_requirement r JOIN pim_attribute a ON a.id = r.attribute_id"
            " WHERE a.code = ANY(%s))",
            [selection["required"]],
        )
    return stale


def _holders(codes: Iterable[str]) -> set[int]:
    """Products that hold or inherit a value of these attributes, by their is-filled tokens, which the index knows."""
    attributes = get_structure().attributes
    ordinals: dict[str, list[int]] = {OrdinalKind.CHANNEL: [0], OrdinalKind.LOCALE: [0]}
    for kind, ordinal in Ordinal.objects.filter(kind__in=ordinals).values_list("kind", "ordinal"):
        ordinals[kind].append(ordinal)
    filled = [
        token(spec.id, channel, locale, 0)
        for spec in (attributes[code] for code in codes if code in attributes)
        for channel in (ordinals[OrdinalKind.CHANNEL] if spec.scopable else [0])
        for locale in (ordinals[OrdinalKind.LOCALE] if spec.localizable else [0])
    ]
    return _ids("SELECT product_id FROM catalog_productfacet WHERE tokens && %s::bigint[]", [filled])


def _asked_attributes(channels: Sequence[str]) -> set[str]:
    """The attributes of assets that some family requires on one of these channels."""
    catalog = get_catalog_structure()
    required = {
        code
        for family in catalog.families.values()
        for channel in channels
        for code in family.requirements.get(channel, ())
    }
    return required & get_engine(catalog).asset_attributes


def _showing(assets: Sequence[str]) -> set[int]:
    """The products whose own values name one of these assets, with all that inherit from them."""
    return _ids(
        "WITH RECURSIVE users(id, kind) AS ("
        " SELECT p.id, p.kind FROM catalog_product p WHERE p.deleted_at IS NULL AND p.id IN ("
        "SELECT product_id FROM catalog_productasset WHERE asset_uuid = ANY(%s::uuid[]))"
        " UNION SELECT p.id, p.kind FROM users u CROSS JOIN LATERAL (SELECT * FROM catalog_product"
        " WHERE parent_id = u.id AND deleted_at IS NULL OFFSET 0) p WHERE u.kind = 'model')"
        " SELECT id FROM users",
        [list(assets)],
    )


def _descendants_of_large_models(uuids: Sequence[str]) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE below(top, id, kind) AS ("
            " SELECT p.parent_id, p.id, p.kind FROM catalog_product p JOIN catalog_product m ON m.id = p.parent_id"
            " WHERE m.uuid = ANY(%s::uuid[]) AND m.kind = 'model' AND p.deleted_at IS NULL"
            " UNION ALL SELECT b.top, p.id, p.kind FROM below b CROSS JOIN LATERAL (SELECT * FROM catalog_product"
            " WHERE parent_id = b.id AND deleted_at IS NULL OFFSET 0) p WHERE b.kind = 'model')"
            " SELECT array_agg(id) FROM below GROUP BY top HAVING count(*) > %s",
            [list(uuids), INLINE_DESCENDANTS],
        )
        return {product for (ids,) in cursor.fetchall() for product in ids}


def _ids(statement: str, parameters: Sequence[Any]) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return {product for (product,) in cursor.fetchall()}


def _chunks(ids: Sequence[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), CHUNK):
        yield list(ids[start : start + CHUNK])

"""Renditions: declared for every ready file, drawn once when first wanted, withdrawn when a right gets an end."""

from __future__ import annotations

import io
import logging
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict
from functools import partial

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from assets import storage
from assets.choices import RenditionState, VersionState
from assets.models import Asset, AssetVersion, Rendition
from assets.probe.sniffing import PICTURE_TYPES
from assets.render import Credit, FocalRectangle, Order, Recipe, parse_preset, render
from assets.render.presets import dump_preset
from assets.services.clearances import clearance_of
from assets.services.presets import get_presets, recipes_of
from pim.errors import DomainError, NotAllowed, NotFound

logger = logging.getLogger(__name__)

CHUNK = 500


def declare_renditions(assets: Iterable[Asset], *, presets: Collection[str] | None = None) -> int:
    """Write the rows of all renditions that these assets' current versions have; return how many were new.

    A row without a file costs some bytes and lets an address be answered that was worked out without any I/O.
    Repeatable. Assets must be loaded with their current version and licence.
    """
    known = get_presets()
    wanted = [preset for code, preset in known.by_code.items() if presets is None or code in presets]
    rows = {
        recipe.digest: _row_of(recipe)
        for asset in assets
        if asset.version is not None
        for recipe in recipes_of(asset.version, wanted, focal=asset.focal_rectangle, clearance=clearance_of(asset))
    }
    before = set(Rendition.objects.filter(digest__in=list(rows)).values_list("digest", flat=True))
    fresh = [row for digest, row in rows.items() if digest not in before]
    Rendition.objects.bulk_create(fresh, ignore_conflicts=True, batch_size=CHUNK)
    return len(fresh)


def declare_preset(code: str) -> int:
    """Declare the renditions of one preset for every asset, in chunks; run by a worker after a preset has changed."""
    declared, last = 0, 0
    while True:
        chunk = list(Asset.objects.with_current().filter(pk__gt=last).in_order()[:CHUNK])
        if not chunk:
            return declared
        declared += declare_renditions(chunk, presets={code})
        last = chunk[-1].pk


def build_renditions(digests: Collection[str], *, force: bool = False) -> list[Rendition]:
    """Draw those of these renditions that have no file; whoever comes second waits for the first and draws nothing.

    Renditions of one source are drawn from one decode. A picture that cannot be drawn becomes a row in state
    `failed`, with the sentence; it is not tried again unless `force`.

    Returns:
        The rows, in no order.
    """
    done: list[Rendition] = []
    by_source: dict[str, list[str]] = defaultdict(list)
    for digest, source in Rendition.objects.filter(digest__in=digests).values_list("digest", "source_sha256"):
        by_source[source].append(digest)
    for source, wanted in by_source.items():
        with transaction.atomic():
            rows = list(Rendition.objects.select_for_update().filter(digest__in=wanted).order_by("pk"))
            _draw(source, [row for row in rows if force or row.state == RenditionState.PENDING])
            done.extend(rows)
    return done


def build_eager_renditions(version_pk: int) -> None:
    """Draw what a person will look at first; run by a worker when a file has arrived."""
    asset = Asset.objects.with_current().filter(version_id=version_pk).first()
    if asset is None or asset.version is None:
        return
    presets = get_presets()
    eager = [preset for code, preset in presets.by_code.items() if code in presets.eager]
    recipes = recipes_of(asset.version, eager, focal=asset.focal_rectangle, clearance=clearance_of(asset))
    build_renditions({recipe.digest for recipe in recipes})


def ensure_rendition(preset: str, digest: str, extension: str, *, is_guarded: bool = False) -> Rendition:
    """The rendition of an address, drawn now if it was not, or if its file is gone.

    Raises:
        NotFound: no picture has such a rendition, or it cannot be drawn.
        NotAllowed: it is guarded, and the address has no signature.
    """
    row = Rendition.objects.filter(digest=digest, preset=preset).first()
    if row is None or recipe_of(row).extension != extension or (is_guarded and not row.is_guarded):
        raise NotFound("no_rendition", _("There is no such rendition."))
    if row.is_guarded and not is_guarded:
        raise NotAllowed("signature_missing", _("This picture is served with a signature only."))
    is_lost = row.state == RenditionState.READY and not storage.is_stored(file_key(row))
    row = build_renditions([digest], force=is_lost)[0]
    if row.state == RenditionState.FAILED:
        raise NotFound("rendition_failed", row.error)
    return row


def rebuild_renditions(asset: Asset) -> list[Rendition]:
    """Draw all renditions of the current version anew, also those that failed."""
    declare_renditions([asset])
    return build_renditions([recipe.digest for recipe in current_recipes(asset)], force=True)


def current_recipes(asset: Asset) -> list[Recipe]:
    """Every rendition of the asset as it is now. The asset must be loaded with its version and licence."""
    if asset.version is None:
        return []
    presets = get_presets().by_code.values()
    return recipes_of(asset.version, presets, focal=asset.focal_rectangle, clearance=clearance_of(asset))


def withdraw_renditions(sources: Collection[str]) -> None:
    """Take out of reach what was drawn under terms that no asset with these bytes has any more.

    Files go after the commit; what is still needed is declared anew by the caller.
    """
    needed: dict[str, set[tuple[bool, str]]] = defaultdict(set)
    for asset in Asset.objects.with_current().filter(version__sha256__in=sources):
        if asset.version is not None:
            clearance = clearance_of(asset)
            needed[asset.version.sha256].add((clearance.is_guarded, clearance.rights))
    rows = [
        row
        for row in Rendition.objects.filter(source_sha256__in=sources)
        if (row.is_guarded, row.recipe.get("rights", "")) not in needed[row.source_sha256]
    ]
    Rendition.objects.filter(pk__in=[row.pk for row in rows]).delete()
    transaction.on_commit(partial(storage.delete_files, [file_key(row) for row in rows]), robust=True)


def recipe_of(row: Rendition) -> Recipe:
    """The recipe that a row keeps."""
    focal = row.recipe.get("focal")
    return Recipe(
        row.source_sha256,
        parse_preset(row.preset, row.recipe["preset"]),
        row.fmt,
        FocalRectangle(**focal) if focal else None,
        row.is_guarded,
        row.recipe.get("rights", ""),
        Credit(**row.recipe.get("credit", {})),
    )


def file_key(row: Rendition) -> str:
    """Where the row's file is."""
    return storage.make_rendition_key(row.preset, row.digest, recipe_of(row).extension, is_guarded=row.is_guarded)


def _row_of(recipe: Recipe) -> Rendition:
    focal = recipe.focal
    kept = {"left": focal.left, "top": focal.top, "width": focal.width, "height": focal.height} if focal else None
    return Rendition(
        digest=recipe.digest,
        source_sha256=recipe.sha256,
        preset=recipe.preset.code,
        fmt=recipe.fmt,
        is_guarded=recipe.is_guarded,
        recipe={
            "preset": dump_preset(recipe.preset),
            "focal": kept,
            "rights": recipe.rights,
            "credit": {name: text for name, text in asdict(recipe.credit).items() if text},
        },
    )


def _draw(source: str, rows: Sequence[Rendition]) -> None:
    """Draw and store; the caller holds the rows' locks."""
    if not rows:
        return
    version = AssetVersion.objects.filter(sha256=source, state=VersionState.READY).first()
    try:
        if version is None:
            raise NotFound("original_gone", _("The original is gone."))
        if not version.is_picture:
            _copy(version, rows)
            return
        _draw_together(version, rows)
    except (DomainError, FileNotFoundError) as error:
        logger.warning("renditions of %s failed: %s", source, error)
        sentence = str(error.message) if isinstance(error, DomainError) else _("The original is gone.")
        for row in rows:
            row.state, row.error = RenditionState.FAILED, sentence
    _save(rows)


def _draw_together(version: AssetVersion, rows: Sequence[Rendition]) -> None:
    """Draw all from one decode."""
    recipes = [recipe_of(row) for row in rows]
    orders = [
        Order(recipe.preset, recipe.fmt, recipe.focal, recipe.crop, recipe.watermark, recipe.credit)
        for recipe in recipes
    ]
    with storage.open_file(version.storage_key) as file:
        pictures = render(file, PICTURE_TYPES[version.media_type], orders)
    for row, picture in zip(rows, pictures, strict=True):
        storage.store_file(file_key(row), io.BytesIO(picture.content), replace=True)
        row.state, row.error = RenditionState.READY, ""
        row.width_px, row.height_px = picture.width_px, picture.height_px
        row.size_bytes = len(picture.content)


def _copy(version: AssetVersion, rows: Sequence[Rendition]) -> None:
    """A document is its own rendition."""
    for row in rows:
        with storage.open_file(version.storage_key) as file:
            storage.store_file(file_key(row), file, replace=True)
        row.state, row.error, row.size_bytes = RenditionState.READY, "", version.size_bytes
    _save(rows)


def _save(rows: Sequence[Rendition]) -> None:
    for row in rows:
        row.updated = timezone.now()
    Rendition.objects.bulk_update(
        rows, ["state", "error", "width_px", "height_px", "size_bytes", "updated"], batch_size=CHUNK
    )

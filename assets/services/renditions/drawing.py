"""Drawing renditions: each once, however many want it, and again, with patience, where something is in the way."""

from __future__ import annotations

import io
import logging
import time
from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from assets import storage
from assets.choices import RenditionState, VersionState
from assets.models import Asset, AssetVersion, Rendition
from assets.render import Reduced, render, render_reduced
from assets.render.presets import FORMATS, SLOW_FORMATS
from assets.services.renditions.declaring import CHUNK, current_recipes, declare_renditions
from assets.services.renditions.rows import file_key, order_of, recipe_of
from assets.services.renditions.sources import find_overlays, open_source
from pim.errors import DomainError, NotFound

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=120)
"""How long a rendition belongs to whoever has begun to draw it; longer than a worker may take."""
MAX_ATTEMPTS = 3
PAUSES = (timedelta(minutes=1), timedelta(minutes=10))
"""Before the second attempt, and before the third."""
PATIENCE_S = 30.0
"""How long a reader waits for somebody else who draws what it wants."""
_LOOKS_EVERY_S = 0.05
_SAVED = ("state", "error", "width_px", "height_px", "size_bytes", "drawn_ms", "attempts", "not_before", "updated")


def build_renditions(
    digests: Collection[str], *, force: bool = False, reduced: Reduced | None = None
) -> list[Rendition]:
    """Draw those of these renditions that have no file; whoever comes second waits for the first and draws nothing.

    Renditions of one source are drawn from one decode. A picture that cannot be drawn becomes a row in state `failed`,
    with the sentence. Where only the original is out of reach, the row stays `pending` with the sentence and is tried
    again later, three times at most. `force` draws anew what is ready or failed, and does not wait for later.

    Args:
        reduced: a small copy of the first page, where the caller has one; what it is too small for is drawn of the file.

    Returns:
        The rows as they are then, in no order.
    """
    by_source: dict[str, list[str]] = defaultdict(list)
    for digest, source in Rendition.objects.filter(digest__in=digests).values_list("digest", "source_sha256"):
        by_source[source].append(digest)
    for source, wanted in by_source.items():
        mine, others = _claim(wanted, force=force)
        if mine:
            _draw(source, mine, reduced)
        if others:
            _wait_for(others)
    return list(Rendition.objects.filter(digest__in=digests))


def rebuild_renditions(asset: Asset) -> list[Rendition]:
    """Draw all renditions of the current version anew, also those that failed."""
    declare_renditions([asset])
    return build_renditions([recipe.digest for recipe in current_recipes(asset)], force=True)


def find_waiting(*, limit: int = 100) -> tuple[list[str], list[str]]:
    """What was begun and not finished and may be tried again now: digests of what is quick to draw, and of the rest."""
    rows = Rendition.objects.filter(state=RenditionState.PENDING, attempts__gt=0, not_before__lt=timezone.now())
    quick: list[str] = []
    slow: list[str] = []
    for digest, fmt in rows.order_by("not_before").values_list("digest", "fmt")[:limit]:
        (slow if fmt in SLOW_FORMATS else quick).append(digest)
    return quick, slow


def is_being_drawn(row: Rendition) -> bool:
    """Whether somebody is at it now."""
    return row.state == RenditionState.PENDING and not row.error and _is_ahead(row)


def _is_ahead(row: Rendition) -> bool:
    return row.not_before is not None and row.not_before > timezone.now()


def _claim(digests: Collection[str], *, force: bool) -> tuple[list[Rendition], list[int]]:
    """Take what nobody draws, committed before the first pixel: an attempt that kills its worker counts.

    Returns:
        The rows that are ours now, and the keys of those that somebody else draws.
    """
    mine: list[Rendition] = []
    given_up: list[Rendition] = []
    others: list[int] = []
    with transaction.atomic():
        for row in Rendition.objects.select_for_update().filter(digest__in=digests).order_by("pk"):
            if is_being_drawn(row):
                others.append(row.pk)
            elif force or (row.state == RenditionState.PENDING and row.attempts < MAX_ATTEMPTS and not _is_ahead(row)):
                row.attempts = 1 if force else row.attempts + 1
                row.state, row.error, row.not_before = RenditionState.PENDING, "", timezone.now() + LEASE
                mine.append(row)
            elif row.state == RenditionState.PENDING and not _is_ahead(row):
                row.state, row.not_before = RenditionState.FAILED, None
                row.error = row.error or _("It stopped the worker each time it was drawn.")
                given_up.append(row)
        _save([*mine, *given_up])
    return mine, others


def _wait_for(pks: Collection[int]) -> None:
    gives_up_at = time.monotonic() + PATIENCE_S
    while time.monotonic() < gives_up_at:
        if not any(is_being_drawn(row) for row in Rendition.objects.filter(pk__in=pks)):
            return
        time.sleep(_LOOKS_EVERY_S)


def _draw(source: str, rows: Sequence[Rendition], reduced: Reduced | None = None) -> None:
    """Draw and store what `_claim` has taken."""
    try:
        version = AssetVersion.objects.filter(sha256=source, state=VersionState.READY).order_by("pk").first()
        if version is None:
            raise NotFound("original_gone", _("The original is gone."))
        by_page: dict[int, list[Rendition]] = defaultdict(list)
        for row in rows:
            by_page[row.recipe.get("page", 1)].append(row)
        for page, together in by_page.items():
            drawn = [row for row in together if row.fmt in FORMATS]
            _draw_together(version, page, drawn, reduced if page == 1 else None)
            _copy(version, [row for row in together if row.fmt not in FORMATS])
    except DomainError as error:
        _fail(source, rows, str(error.message))
    except OSError as error:
        _put_off(source, rows, error)
    _keep(rows)


def _draw_together(version: AssetVersion, page: int, rows: Sequence[Rendition], reduced: Reduced | None = None) -> None:
    """Draw all from one decode."""
    if not rows:
        return
    orders = [order_of(recipe_of(row)) for row in rows]
    overlays = find_overlays({order.watermark.picture for order in orders if order.watermark})
    pictures = render_reduced(reduced, orders, overlays=overlays, clock=time.thread_time) if reduced else None
    if pictures is None:
        with open_source(version, page) as (file, media):
            pictures = render(file, media, orders, overlays=overlays, clock=time.thread_time)
    for row, picture in zip(rows, pictures, strict=True):
        storage.store_file(file_key(row), io.BytesIO(picture.content), replace=True)
        row.width_px, row.height_px = picture.width_px, picture.height_px
        _finish(row, size_bytes=len(picture.content), drawn_ms=round(picture.seconds * 1000))


def _copy(version: AssetVersion, rows: Sequence[Rendition]) -> None:
    """A document is its own rendition."""
    for row in rows:
        with storage.open_file(version.storage_key) as file:
            storage.store_file(file_key(row), file, replace=True)
        _finish(row, size_bytes=version.size_bytes, drawn_ms=0)


def _finish(row: Rendition, *, size_bytes: int, drawn_ms: int) -> None:
    row.state, row.error = RenditionState.READY, ""
    row.size_bytes, row.drawn_ms = size_bytes, drawn_ms
    row.attempts, row.not_before = 0, None


def _fail(source: str, rows: Sequence[Rendition], sentence: str) -> None:
    logger.warning("renditions of %s failed: %s", source, sentence)
    for row in _unfinished(rows):
        row.state, row.error, row.not_before = RenditionState.FAILED, sentence, None


def _put_off(source: str, rows: Sequence[Rendition], error: OSError) -> None:
    """The original, or the place it is in, is out of reach now; it may not be later."""
    logger.warning("renditions of %s put off: %s", source, error)
    for row in _unfinished(rows):
        row.error = _("The original cannot be reached.")
        if row.attempts >= MAX_ATTEMPTS:
            row.state, row.not_before = RenditionState.FAILED, None
        else:
            row.not_before = timezone.now() + PAUSES[row.attempts - 1]


def _unfinished(rows: Sequence[Rendition]) -> list[Rendition]:
    return [row for row in rows if row.state != RenditionState.READY]


def _keep(rows: Sequence[Rendition]) -> None:
    """Save what was drawn; where the row has been withdrawn meanwhile, its file goes too."""
    with transaction.atomic():
        locked = Rendition.objects.select_for_update().filter(pk__in=[row.pk for row in rows]).order_by("pk")
        kept = set(locked.values_list("pk", flat=True))
        _save([row for row in rows if row.pk in kept])
    storage.delete_files([file_key(row) for row in rows if row.pk not in kept])


def _save(rows: Sequence[Rendition]) -> None:
    for row in rows:
        row.updated = timezone.now()
    Rendition.objects.bulk_update(rows, _SAVED, batch_size=CHUNK)

"""Rows of renditions come and go with the assets, presets and rights that they are of; no file is touched but deleted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator

from django.db import connection

from assets import storage
from assets.choices import AssetKind
from assets.models import Asset, Rendition
from assets.render import Recipe
from assets.services.renditions.presets import WATERMARK, get_presets, recipes_for
from assets.services.renditions.rows import file_key, row_of
from assets.services.rights.verdicts import subject_of
from pim.services.after_commit import after_commit

CHUNK = 500

# Parameters: sources; then what is needed, as three lists of equal length: sources, whether guarded, terms.
_GONE = (
    "assets_rendition r WHERE r.source_sha256 = ANY(%s) AND NOT EXISTS ("
    "SELECT FROM unnest(%s::text[], %s::bool[], %s::text[]) AS n(source, guarded, rights)"
    " WHERE n.source = r.source_sha256 AND n.guarded = r.is_guarded"
    " AND n.rights = coalesce(r.recipe->>'rights', ''))"
)


def declare_renditions(assets: Iterable[Asset], *, presets: Collection[str] | None = None) -> int:
    """Write the rows of all renditions that these assets' current versions have; return how many were new.

    A row without a file costs some bytes and lets an address be answered that was worked out without any I/O.
    Repeatable. Assets must be loaded with `with_current()`.
    """
    known = get_presets()
    wanted = [preset for code, preset in known.by_code.items() if presets is None or code in presets]
    return declare_recipes(recipe for asset in assets for recipe in recipes_for(asset, wanted))


def declare_recipes(recipes: Iterable[Recipe]) -> int:
    """Write the rows of these recipes; return how many were new. Repeatable."""
    rows = {recipe.digest: recipe for recipe in recipes}
    before = set(Rendition.objects.filter(digest__in=list(rows)).values_list("digest", flat=True))
    fresh = [row_of(recipe) for digest, recipe in rows.items() if digest not in before]
    Rendition.objects.bulk_create(fresh, ignore_conflicts=True, batch_size=CHUNK)
    return len(fresh)


def declare_preset(code: str) -> int:
    """Declare the renditions of one preset for every asset, in chunks; run by a worker after a preset has changed.

    The house's watermark has none of its own: all presets of the assets that must carry it are declared anew.
    """
    if code == WATERMARK:
        marked = Asset.objects.filter(license__needs_watermark=True)
        return sum(declare_renditions(chunk) for chunk in _chunks(marked.values_list("pk", flat=True)))
    everything = Asset.objects.filter(version__isnull=False)
    return sum(declare_renditions(chunk, presets={code}) for chunk in _chunks(everything.values_list("pk", flat=True)))


def find_undeclared() -> list[str]:
    """The presets by which assets have renditions that nobody has declared, as after the engine has got a new revision.

    Told by the oldest and the newest asset, and the oldest and the newest picture; a fixed number of queries.
    """
    shown = Asset.objects.with_current().filter(version__isnull=False).order_by("pk")
    ends = (rows for found in (shown, shown.filter(kind=AssetKind.IMAGE)) for rows in (found, found.reverse()))
    sample = {asset.pk: asset for rows in ends for asset in rows[:1]}
    recipes = {recipe.digest: recipe for asset in sample.values() for recipe in current_recipes(asset)}
    known = set(Rendition.objects.filter(digest__in=list(recipes)).values_list("digest", flat=True))
    return sorted({recipe.preset.code for digest, recipe in recipes.items() if digest not in known})


def current_recipes(asset: Asset) -> list[Recipe]:
    """Every rendition of the asset as it is now. The asset must be loaded with `with_current()`."""
    return recipes_for(asset, get_presets().by_code.values())


def withdraw_renditions(sources: Collection[str]) -> None:
    """Take out of reach what was drawn under terms that no asset with these bytes has any more.

    Files go after the commit; what is still needed is declared anew by the caller.
    """
    needed: dict[str, set[tuple[bool, str]]] = defaultdict(set)
    shown = Asset.objects.with_current().defer("version__metadata", "version__measures")
    for asset in shown.filter(version__sha256__in=sources):
        if asset.version is not None:
            subject = subject_of(asset)
            needed[asset.version.sha256].add((subject.is_guarded, subject.fingerprint))
    kept = [(source, guarded, rights) for source, terms in needed.items() for guarded, rights in terms]
    columns = [list(column) for column in zip(*kept, strict=True)] or [[], [], []]
    parameters = [list(sources), *columns]
    # What was never drawn has no file; what is being drawn now loses it when it is done.
    drawn = Rendition.objects.raw(f"SELECT r.* FROM {_GONE} AND r.size_bytes IS NOT NULL", parameters)
    keys = [file_key(row) for row in drawn]
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {_GONE}", parameters)
    after_commit(storage.delete_files, keys)


def _chunks(pks: Iterable[int]) -> Iterator[list[Asset]]:
    ordered = sorted(pks)
    for start in range(0, len(ordered), CHUNK):
        yield list(Asset.objects.with_current().filter(pk__in=ordered[start : start + CHUNK]).in_order())

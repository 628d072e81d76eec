"""What the rows of one batch share: everything that changes may name, loaded in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models.functions import Lower

from assets import extensions
from assets.models import Asset, AssetCategory, AssetRelease, AssetVersion, Folder, License, Release
from assets.services.engine import AssetEngine, get_asset_engine
from assets.services.texts import TextPatch, load_texts
from assets.services.writing.changes import AssetChange
from pim.errors import Problem
from pim.models import Category, User

ValuesPatch = TextPatch


@dataclass(slots=True)
class Context:
    """Rows by code in lower case; `categories` and `releases` hold {asset: {row's key: code}} as stored and as wanted."""

    engine: AssetEngine
    origin: str
    licenses: Mapping[str, License] = field(default_factory=dict)
    folders: Mapping[str, Folder] = field(default_factory=dict)
    category_rows: Mapping[str, Category] = field(default_factory=dict)
    release_rows: Mapping[str, Release] = field(default_factory=dict)
    versions: Mapping[tuple[int, int], AssetVersion] = field(default_factory=dict)
    values: dict[int, ValuesPatch] = field(default_factory=dict)
    categories: dict[int, dict[int, str]] = field(default_factory=dict)
    releases: dict[int, dict[int, str]] = field(default_factory=dict)
    guards: Mapping[int, Problem] = field(default_factory=dict)


def load_context(
    changes: Sequence[AssetChange], assets: Mapping[str, Asset], *, actor: User | None, origin: str
) -> Context:
    """Load what these changes of these (locked) assets name."""
    rows = {asset.pk: asset for asset in assets.values()}
    context = Context(get_asset_engine(), origin)
    named = {name for change in changes for name in change.fields}
    context.licenses = _by_code(License, _codes(changes, "license"))
    context.folders = _by_code(Folder, _codes(changes, "folder"))
    context.category_rows = _by_code(Category, _codes(changes, "categories", "add_categories", "remove_categories"))
    context.release_rows = _by_code(Release, _codes(changes, "releases", "add_releases", "remove_releases"))
    numbers = {change.fields["version"] for change in changes if isinstance(change.fields.get("version"), int)}
    if numbers:
        found = AssetVersion.objects.filter(asset_id__in=rows, number__in=numbers)
        context.versions = {(version.asset_id, version.number): version for version in found}
    if named & {"labels", "alt", "values"} or any(change.stored for change in changes):
        context.values = load_texts(list(rows))
    if any(name.endswith("categories") for name in named):
        categories = AssetCategory.objects.filter(asset__in=rows).values_list(
            "asset_id", "category_id", "category__code"
        )
        context.categories = _gather(rows, categories)
    if any(name.endswith("releases") for name in named):
        releases = AssetRelease.objects.filter(asset__in=rows).values_list("asset_id", "release_id", "release__code")
        context.releases = _gather(rows, releases)
    if any(set(change.fields) != {"stage"} for change in changes):
        for guard in extensions.edit_guards.values():
            context.guards = {**guard.check(list(rows.values()), actor=actor, origin=origin), **context.guards}
    return context


def _codes(changes: Iterable[AssetChange], *names: str) -> set[str]:
    """The codes that changes name in these fields, in lower case; what has the wrong shape is refused later."""
    codes: set[str] = set()
    for change in changes:
        for name in names:
            given = change.fields.get(name)
            codes.update(str(code).lower() for code in (given if isinstance(given, list | tuple) else [given]) if code)
    return codes


def _by_code(model: Any, codes: set[str]) -> dict[str, Any]:
    if not codes:
        return {}
    return {row.code.lower(): row for row in model.objects.annotate(code_key=Lower("code")).filter(code_key__in=codes)}


def _gather(assets: Iterable[int], links: Iterable[tuple[int, int, str]]) -> dict[int, dict[int, str]]:
    gathered: dict[int, dict[int, str]] = {pk: {} for pk in assets}
    for asset, row, code in links:
        gathered[asset][row] = code
    return gathered

"""Every read of assets that has a name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import F, OuterRef
from django.db.models.functions import JSONObject

if TYPE_CHECKING:
    from assets.models.assets import Asset, AssetVersion  # noqa: F401  named in strings, which run before them

RELEASE_TERMS = "release_terms"
"""The name under which `with_current` loads what an asset's releases say; read by `assets.services.rights.verdicts`."""

_TERMS = ("code", "valid_from", "valid_until", "channels", "territories", "media", "withdrawn")


def release_rows() -> models.QuerySet[Any]:
    """The releases of assets with their terms as one JSON object each, in the order of their codes."""
    rows = apps.get_model("assets", "AssetRelease")._default_manager.order_by("release__code")
    return rows.annotate(terms=JSONObject(**{name: F(f"release__{name}") for name in _TERMS}))


def read_release_rows(asset_pks: Iterable[int]) -> Iterator[tuple[int, dict[str, Any]]]:
    """(asset, terms of one of its releases), of many assets; one query."""
    yield from release_rows().filter(asset_id__in=list(asset_pks)).values_list("asset_id", "terms")


class AssetQuerySet(models.QuerySet["Asset"]):
    """Assets."""

    def with_current(self) -> Self:
        """With the current version, the licence and the releases' terms: what a list and a verdict need; no more query."""
        terms = ArraySubquery(release_rows().filter(asset=OuterRef("pk")).values("terms"))
        return self.select_related("version", "license").annotate(**{RELEASE_TERMS: terms})

    def with_codes(self, codes: Iterable[str]) -> Self:
        """Those with one of these codes, whatever their case."""
        return self.filter(code_key__in=[code.lower() for code in codes])

    def in_order(self) -> Self:
        """The order in which rows are locked."""
        return self.order_by("pk")


class VersionQuerySet(models.QuerySet["AssetVersion"]):
    """Versions of files."""

    def ready(self) -> Self:
        """Those that have passed quarantine."""
        return self.filter(state="ready")

    def current(self) -> Self:
        """Those that their asset shows."""
        return self.filter(asset__version_id=models.F("pk"))

    def with_bytes(self, sha256: Iterable[str]) -> Self:
        """Those whose file is one of these."""
        return self.filter(sha256__in=list(sha256))

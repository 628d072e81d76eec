"""Every read of assets that has a name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Self

from django.db import models

if TYPE_CHECKING:
    from assets.models.assets import Asset, AssetVersion  # noqa: F401  named in strings, which run before them


class AssetQuerySet(models.QuerySet["Asset"]):
    """Assets."""

    def with_current(self) -> Self:
        """With the current version and the licence: what a list and a rendition's address need."""
        return self.select_related("version", "license")

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

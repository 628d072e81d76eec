"""The files of an export: named while the tables are written, copied afterwards."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Collection, Mapping
from typing import TextIO

from assets import storage
from assets.models import Asset
from catalog.importing.akeneo.export import media_path
from catalog.services.exporting.targets import ExportTarget
from pim.values.keys import split_key

Media = Mapping[str, tuple[str, str]]
"""{uuid: (file name, storage key)}."""


def read_media(uuids: Collection[str]) -> Media:
    """The current files of assets; those that have none yet are left out."""
    if not uuids:
        return {}
    found = Asset.objects.filter(uuid__in=list(uuids), version__isnull=False)
    return {
        str(uuid): (filename, key)
        for uuid, filename, key in found.values_list("uuid", "version__filename", "version__storage_key")
    }


class MediaList:
    """Remembers on disk, in order, which file goes where; each path once per product and value."""

    def __init__(self) -> None:
        self._list: TextIO = tempfile.TemporaryFile("w+", encoding="utf-8", newline="\n")  # noqa: SIM115 - closed by close()
        self.count = 0

    def add(self, path: str, key: str) -> None:
        """Note a file for later."""
        self._list.write(json.dumps((path, key)) + "\n")
        self.count += 1

    def copy(self, target: ExportTarget) -> None:
        """Copy the files; one that several rows name is copied for the first."""
        self._list.seek(0)
        for line in self._list:
            path, key = json.loads(line)
            with storage.open_file(key) as source:
                target.copy(path, source)

    def close(self) -> None:
        """Forget the list."""
        self._list.close()


def place_media(sku: str, key: str, uuids: Collection[str], media: Media) -> list[tuple[str, str]]:
    """Where the files of one value lie in the export, as (path, storage key); equal names are told apart."""
    attribute, channel, locale = split_key(key)
    placed: dict[str, str] = {}
    for number, uuid in enumerate(uuids, start=1):
        if uuid in media:
            filename, stored = media[uuid]
            path = media_path(sku, attribute, filename.replace(",", "_"), channel=channel, locale=locale)
            if path in placed:
                path = media_path(
                    sku, attribute, f"{number}_{filename.replace(',', '_')}", channel=channel, locale=locale
                )
            placed[path] = stored
    return list(placed.items())

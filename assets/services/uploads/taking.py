"""Files of a folder on this machine: checked in this process, in parallel, and stored chunk by chunk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, BinaryIO
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from assets.models import UploadBatch
from assets.services.access import require
from assets.services.bulk_ingest import Examined, examine, take_in
from assets.services.uploads.arriving import put_fields
from assets.services.uploads.folders import clean_path
from assets.services.uploads.limits import check_size, is_archive
from pim.errors import DomainError, Refused

if TYPE_CHECKING:
    from pim.models import User

CHUNK = 50


@dataclass(slots=True)
class Taken:
    """What became of many files; `refused` and `warnings` are by path."""

    created: int = 0
    known: int = 0
    refused: dict[str, DomainError] = field(default_factory=dict)
    warnings: dict[str, str] = field(default_factory=dict)


def find_files(folder: Path) -> dict[str, Path]:
    """The files below a folder in order: {path below the folder, with slashes: place}; hidden ones are left out."""
    found = {}
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        if not any(part.startswith(".") for part in relative.parts) and (path.is_symlink() or path.is_file()):
            found[relative.as_posix()] = path
    return found


def take_files(
    files: Mapping[str, Path],
    batch: UploadBatch | None,
    *,
    actor: User | None,
    origin: str,
    on_progress: Callable[[int], None] = lambda _done: None,
) -> Taken:
    """Take in files past the same checks as an upload but without the wait, with the batch's fields.

    A file that the library has is left as it is, so a run that was broken off is gone on with by running it again.

    Args:
        batch: what is set on the assets; None stores nothing and only says what would happen.
        on_progress: told how many files are done.

    Raises:
        NotAllowed: the actor may not add assets.
    """
    require(actor, "add")
    taken, paths = Taken(), list(files)
    for start in range(0, len(paths), CHUNK):
        chunk = {path: files[path] for path in paths[start : start + CHUNK]}
        readable = {path: place for path, place in chunk.items() if _is_readable(path, place, taken)}
        examined = examine({path: partial(_open, place) for path, place in readable.items()})
        if batch is None:
            _rehearse(examined, taken)
        else:
            _store(batch, examined, taken, actor=actor, origin=origin)
        on_progress(min(start + CHUNK, len(paths)))
    return taken


def _open(place: Path) -> BinaryIO:
    return place.open("rb")


def _is_readable(path: str, place: Path, taken: Taken) -> bool:
    try:
        if place.is_symlink():
            raise Refused("file_is_link", _("It is a link to another file, not a file."))
        check_size(path, place.stat().st_size)
        if is_archive(path):
            raise Refused("archive_not_unpacked", _("The library keeps no archives: unpack it first."))
        with place.open("rb"):
            return True
    except DomainError as error:
        taken.refused[path] = error
    except OSError as error:
        taken.refused[path] = Refused("file_unreadable", _("It cannot be read: %s.") % error.strerror)
    return False


def _rehearse(examined: Examined, taken: Taken) -> None:
    seen: set[str] = set()
    for path, sha256 in examined.hashes.items():
        found = examined.fresh.get(sha256)
        if isinstance(found, DomainError):
            taken.refused[path] = found
        elif sha256 in examined.known or sha256 in seen:
            taken.known += 1
        else:
            taken.created += 1
        seen.add(sha256)


def _store(batch: UploadBatch, examined: Examined, taken: Taken, *, actor: User | None, origin: str) -> None:
    """One transaction: what is stored has its fields, or neither is there."""
    with transaction.atomic():
        ingested = take_in(examined, actor=actor, origin=origin)
        fresh: defaultdict[str, dict[UUID, str]] = defaultdict(dict)
        seen: set[UUID] = set(examined.known.values())
        for path, uuid in ingested.assets.items():
            if uuid not in seen:
                fresh[clean_path(str(PurePosixPath(path).parent))][uuid] = path
                seen.add(uuid)
        for folder, assets in fresh.items():
            problem = put_fields(batch, list(assets), path=folder, actor=actor, origin=origin)
            if problem:
                taken.warnings |= dict.fromkeys(assets.values(), problem)
    taken.created += ingested.created
    taken.known += len(ingested.assets) - ingested.created
    taken.refused |= ingested.refused

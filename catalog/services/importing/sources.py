"""Where a job's files are: a folder of this machine, or an upload in the house's own storage."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import zipfile
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path, PurePosixPath
from typing import IO
from uuid import uuid4

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from assets import storage
from assets.services.ingest import clean_filename
from catalog.importing.sources import ImportSource, SourceRefused, open_source
from catalog.services.importing.parameters import ImportParameters
from pim.choices import JobState
from pim.models import Job

UPLOADS = "imports"
KEPT_FOR = timedelta(days=30)
"""How long the file of an import that failed is there for another attempt."""


def store_upload(file: IO[bytes], filename: str) -> str:
    """Keep an uploaded file for the job that will read it; returns its key in the storage."""
    name = PurePosixPath(clean_filename(filename))
    # At most 240 bytes, whatever the letters: file systems take 255.
    key = f"{UPLOADS}/{uuid4().hex}/{name.stem[:50]}{name.suffix[:10]}"
    storage.store_file(key, file)
    return key


def delete_upload(parameters: ImportParameters) -> None:
    """Delete the file of an upload; repeatable."""
    if parameters.upload:
        storage.delete_files([parameters.upload])


class ImportedFiles:
    """Tells the DAM which uploads of imports somebody needs: those of jobs that have not come to their end."""

    prefixes: Sequence[str] = (f"{UPLOADS}/",)

    def known(self, keys: Collection[str]) -> Collection[str]:
        """By the parameters of jobs; one that failed may be started again for a month."""
        lately = timezone.now() - KEPT_FOR
        going_on = Q(state__in=(JobState.QUEUED, JobState.RUNNING)) | Q(created__gt=lately)
        rows = Job.objects.filter(going_on, parameters__upload__in=list(keys))
        return set(rows.values_list("parameters__upload", flat=True))


@contextmanager
def open_files(parameters: ImportParameters) -> Iterator[ImportSource]:
    """Open the source of a job. An upload on a remote storage is copied to this machine for as long as it is read.

    Raises:
        SourceRefused: it is gone, or cannot be used as a whole.
    """
    if not parameters.upload:
        with open_source(Path(parameters.path)) as source:
            yield source
        return
    with tempfile.TemporaryDirectory(prefix="vitrine-import-") as folder:
        copy = Path(folder, PurePosixPath(parameters.upload).name)
        try:
            with storage.open_file(parameters.upload) as stored, copy.open("wb") as target:
                shutil.copyfileobj(stored, target, 1 << 20)
        except FileNotFoundError as error:
            raise SourceRefused("no_source", _("The uploaded file is gone; upload it again.")) from error
        with open_source(copy) as source:
            yield source


def fingerprint(source: ImportSource) -> str:
    """Names and sizes of all files as one short text: a resume must find what the first run has found."""
    digest = hashlib.sha256()
    for name in source.names():
        digest.update(f"{name}\0{source.size(name)}\n".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()[:16]


def is_archive(name: str) -> bool:
    """Whether a file is taken for a ZIP of several files (an XLSX, which is a ZIP inside, is a table)."""
    return PurePosixPath(name).suffix.lower() == ".zip"


READ_ERRORS = (OSError, EOFError, zipfile.BadZipFile)
"""What reading a damaged source may raise."""

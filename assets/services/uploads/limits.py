"""How much may come in at once, and how it is cut into parts."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext as _

from assets.probe import DEFAULT_LIMITS
from pim.errors import Refused

MIB = 1024 * 1024
PART_BYTES = 8 * MIB
MAX_PARTS = 10_000
"""S3 takes no more. Source: Amazon S3 User Guide, multipart upload limits."""

MAX_FILES = 5_000
"""Files of one batch."""

MAX_FILES_AT_ONCE = 100
"""Files announced in one call."""

MAX_ARCHIVE_BYTES = 4 * 1024 * MIB

OPEN_FOR = timedelta(hours=24)
"""How long an upload waits for its next part."""

KEPT_FOR = timedelta(days=30)
"""How long it is known what became of a batch."""


def is_archive(filename: str) -> bool:
    """Whether a file is unpacked rather than kept, by its name."""
    return filename.lower().endswith(".zip")


def check_size(filename: str, size_bytes: int) -> None:
    """Raises: Refused: `file_empty` or `file_too_large`."""
    bound = MAX_ARCHIVE_BYTES if is_archive(filename) else DEFAULT_LIMITS.max_bytes
    if size_bytes <= 0:
        raise Refused("file_empty", _("The file is empty."), "/size_bytes")
    if size_bytes > bound:
        raise Refused("file_too_large", _("The file is larger than %d MB.") % (bound // MIB), "/size_bytes")


def choose_part_size(size_bytes: int) -> int:
    """8 MiB, more where a file would have more than 10,000 of them."""
    part = PART_BYTES
    while count_parts(size_bytes, part) > MAX_PARTS:
        part *= 2
    return part


def count_parts(size_bytes: int, part_size_bytes: int) -> int:
    """How many parts a file has; the last one may be shorter."""
    return -(-size_bytes // part_size_bytes)


def size_of_part(size_bytes: int, part_size_bytes: int, number: int) -> int:
    """How long one part is; `number` counts from 1."""
    return min(part_size_bytes, size_bytes - (number - 1) * part_size_bytes)

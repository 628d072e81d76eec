"""The parts of one upload: which there are, how long each must be, and whether any is still waited for."""

from __future__ import annotations

from django.utils.translation import gettext as _

from assets.choices import UploadState
from assets.models import Upload
from assets.services.uploads.limits import count_parts, size_of_part
from pim.errors import Conflict, Refused


def require_open(row: Upload) -> None:
    """Raises: Conflict: `upload_ended`."""
    if row.state != UploadState.OPEN:
        raise Conflict("upload_ended", _("This file is not being sent any more: it is %s.") % row.get_state_display())


def make_gone() -> Conflict:
    """For an upload that the storage does not know."""
    return Conflict("upload_gone", _("The storage has forgotten this upload. Begin it again."))


def check_number(row: Upload, number: int) -> None:
    """Raises: Refused: `unknown_part`."""
    last = count_parts(row.size_bytes, row.part_size_bytes)
    if not 1 <= number <= last:
        raise Refused("unknown_part", _("The parts of this file are numbered from 1 to %d.") % last, "/parts")


def part_numbers(row: Upload) -> range:
    """The numbers of all its parts."""
    return range(1, count_parts(row.size_bytes, row.part_size_bytes) + 1)


def length_of(row: Upload, number: int) -> int:
    """How many bytes a part must have."""
    return size_of_part(row.size_bytes, row.part_size_bytes, number)

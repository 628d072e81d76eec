"""Files on their way in: batches, parts, archives and addresses, up to the moment when a worker looks at them."""

from assets.services.uploads.arriving import Arrived, admit_file
from assets.services.uploads.batches import (
    begin_batch,
    cancel_batch,
    check_fields,
    find_batch,
    list_batches,
)
from assets.services.uploads.completing import complete_upload
from assets.services.uploads.describing import describe_batch, describe_batches, describe_uploads
from assets.services.uploads.importing import IMPORTING, import_urls
from assets.services.uploads.limits import MAX_FILES, MAX_FILES_AT_ONCE, PART_BYTES
from assets.services.uploads.sending import (
    Announced,
    begin_upload,
    cancel_upload,
    expire_uploads,
    find_upload,
    make_part_urls,
    received_parts,
    write_upload_part,
)
from assets.services.uploads.taking import Taken, find_files, take_files
from assets.services.uploads.unpacking import UNPACKING

__all__ = [
    "IMPORTING",
    "MAX_FILES",
    "MAX_FILES_AT_ONCE",
    "PART_BYTES",
    "UNPACKING",
    "Announced",
    "Arrived",
    "Taken",
    "admit_file",
    "begin_batch",
    "begin_upload",
    "cancel_batch",
    "cancel_upload",
    "check_fields",
    "complete_upload",
    "describe_batch",
    "describe_batches",
    "describe_uploads",
    "expire_uploads",
    "find_batch",
    "find_files",
    "find_upload",
    "import_urls",
    "list_batches",
    "make_part_urls",
    "received_parts",
    "take_files",
    "write_upload_part",
]

"""Where bytes are kept: private, content-addressed, on a local disk or in an S3 bucket by the same calls."""

from assets.storage.files import (
    delete_files,
    is_stored,
    make_original_key,
    make_quarantine_key,
    make_rendition_key,
    open_file,
    open_ranges,
    store_file,
)
from assets.storage.multipart import (
    Part,
    UploadGone,
    abort_multipart,
    begin_multipart,
    complete_multipart,
    direct_origin,
    list_parts,
    presign_part,
    write_part,
)
from assets.storage.reading import STREAM_BYTES, StoredFile, list_folders, stream_file, walk_files

__all__ = [
    "STREAM_BYTES",
    "Part",
    "StoredFile",
    "UploadGone",
    "abort_multipart",
    "begin_multipart",
    "complete_multipart",
    "delete_files",
    "direct_origin",
    "is_stored",
    "list_folders",
    "list_parts",
    "make_original_key",
    "make_quarantine_key",
    "make_rendition_key",
    "open_file",
    "open_ranges",
    "presign_part",
    "store_file",
    "stream_file",
    "walk_files",
    "write_part",
]

"""Bytes of strangers become facts and previews, in a confined process. Knows no model and no settings."""

from assets.preview.examining import Examined, explain_kept
from assets.preview.pictures import NoPreview, Preview, make_preview_key
from assets.preview.sandbox import examine_file, render_page
from assets.preview.texts import TEXT_TYPES, read_first_lines

__all__ = [
    "TEXT_TYPES",
    "Examined",
    "NoPreview",
    "Preview",
    "examine_file",
    "explain_kept",
    "make_preview_key",
    "read_first_lines",
    "render_page",
]

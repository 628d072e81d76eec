"""The DAM's pages in the admin."""

from assets.admin import folders, library, structure

__all__ = ["folders", "library", "structure"]

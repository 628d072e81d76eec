"""The DAM's pages in the admin."""

from assets.admin import folders, library, pictures, structure

__all__ = ["folders", "library", "pictures", "structure"]

"""The DAM's pages in the admin."""

from assets.admin import comments, folders, library, pictures, rights, structure

__all__ = ["comments", "folders", "library", "pictures", "rights", "structure"]

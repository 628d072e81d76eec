"""The DAM's pages in the admin."""

from assets.admin import comments, downloads, folders, library, pictures, rights, sharing, structure

__all__ = ["comments", "downloads", "folders", "library", "pictures", "rights", "sharing", "structure"]

"""The DAM's pages in the admin."""

from assets.admin import library, structure

__all__ = ["library", "structure"]

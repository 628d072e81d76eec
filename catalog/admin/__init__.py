"""The catalog's pages in the admin."""

from catalog.admin import products

__all__ = ["products"]

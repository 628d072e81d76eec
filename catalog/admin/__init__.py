"""The catalog's pages in the admin."""

from catalog.admin import products, structure

__all__ = ["products", "structure"]

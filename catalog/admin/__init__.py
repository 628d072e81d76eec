"""The catalog's pages in the admin."""

from catalog.admin import imports, products, structure

__all__ = ["imports", "products", "structure"]

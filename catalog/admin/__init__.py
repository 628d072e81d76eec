"""The catalog's pages in the admin."""

from catalog.admin import imports, linking, products, structure

__all__ = ["imports", "linking", "products", "structure"]

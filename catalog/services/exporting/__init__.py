"""Exports: the catalog as files that importers, this one among them, read back."""

"""The catalog's named reads."""

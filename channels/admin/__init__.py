"""The pages of delivery."""

from channels.admin import publications, views

__all__ = ["publications", "views"]

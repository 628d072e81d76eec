"""The kernel's pages in the admin."""

from pim.admin import categories, jobs, journal, people, saved_views, structure, tokens

__all__ = ["categories", "jobs", "journal", "people", "saved_views", "structure", "tokens"]

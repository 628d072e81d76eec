"""The pages of workflows in the admin."""

from workflows.admin import workflows

__all__ = ["workflows"]

"""The screens of linking: naming rules with a tester, runs with their previews, and files that need a decision."""

from catalog.admin.linking import queue, rules, runs

__all__ = ["queue", "rules", "runs"]

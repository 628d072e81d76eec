"""Which of its labels a thing is called by, for a reader in some language."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import get_language


def label_of(labels: Mapping[str, str], fallback: str, locale: str | None = None) -> str:
    """Pick the label for a locale (`de_DE`), else for the same language, else English, else the code."""
    wanted = (locale or (get_language() or "en")).replace("-", "_")
    if wanted in labels:
        return labels[wanted]
    for language in (wanted[:2].lower(), "en"):
        for code, label in labels.items():
            if code[:2].lower() == language and label:
                return label
    return fallback

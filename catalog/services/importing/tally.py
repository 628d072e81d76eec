"""The figures of an import: what became of the rows of each file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

FIGURES = ("read", "created", "updated", "unchanged", "refused", "skipped")


class Tally:
    """Counts rows by entity (the stem of a file, or `assets`); starts from what the last checkpoint had counted."""

    def __init__(self, counters: Mapping[str, Any] | None = None) -> None:
        entities = (counters or {}).get("entities", {})
        self._entities: dict[str, dict[str, int]] = {name: dict(figures) for name, figures in entities.items()}

    def open(self, entity: str) -> None:
        """Name an entity, even if it turns out to have no rows."""
        self._entities.setdefault(entity, dict.fromkeys(FIGURES, 0))

    def add(self, entity: str, **figures: int) -> None:
        """Count rows."""
        self.open(entity)
        for name, number in figures.items():
            self._entities[entity][name] += number

    def copy(self) -> Tally:
        """An independent copy: a chunk counts on one, which is kept when the chunk has been committed."""
        return Tally(self.as_json())

    def as_json(self) -> dict[str, Any]:
        """`{"entities": {name: {figure: count}}}`."""
        return {"entities": {name: dict(figures) for name, figures in self._entities.items()}}

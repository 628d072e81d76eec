"""What a measurement says: a figure beside its physical limit, and whether it holds what was promised."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table.

    `limit` is the same work at its physical limit, in the same unit and the same run; `ratio` is how many times the
    limit's time the measured one took. `hold` is the promise in words; `is_held` is None where nothing is promised.
    """

    name: str
    measured: float
    unit: str
    limit: float | None = None
    ratio: float | None = None
    hold: str = ""
    is_held: bool | None = None
    note: str = ""

    def as_json(self) -> dict[str, Any]:
        """As the file of `--json` keeps it."""
        return asdict(self)


def rate(
    name: str,
    per_s: float,
    *,
    limit: float | None = None,
    at_least: float | None = None,
    at_most_ratio: float | None = None,
    unit: str = "products/s",
    note: str = "",
) -> Figure:
    """A figure of which more is better, beside the limit's rate."""
    ratio = limit / per_s if limit is not None and per_s else None
    promises = []
    kept = []
    if at_least is not None:
        promises.append(f"≥ {_write(at_least)}")
        kept.append(per_s >= at_least)
    if at_most_ratio is not None and ratio is not None:
        promises.append(f"≤ {at_most_ratio:g}×")
        kept.append(ratio <= at_most_ratio)
    return Figure(name, per_s, unit, limit, ratio, ", ".join(promises), all(kept) if kept else None, note)


def cost(
    name: str,
    amount: float,
    unit: str,
    *,
    limit: float | None = None,
    at_most: float | None = None,
    at_most_ratio: float | None = None,
    note: str = "",
) -> Figure:
    """A figure of which less is better: a time, memory, a number of queries."""
    ratio = amount / limit if limit else None
    promises = []
    kept = []
    if at_most is not None:
        promises.append(f"≤ {_write(at_most)} {unit}")
        kept.append(amount <= at_most)
    if at_most_ratio is not None and ratio is not None:
        promises.append(f"≤ {at_most_ratio:g}×")
        kept.append(ratio <= at_most_ratio)
    return Figure(name, amount, unit, limit, ratio, ", ".join(promises), all(kept) if kept else None, note)


def draw_table(figures: Sequence[Figure]) -> str:
    """The figures as a table of plain text."""
    head = ("what", "measured", "limit", "ratio", "hold", "ok", "")
    rows = [
        (
            figure.name,
            f"{_write(figure.measured)} {figure.unit}",
            "–" if figure.limit is None else _write(figure.limit),
            "–" if figure.ratio is None else f"{figure.ratio:.2f}×",
            figure.hold or "–",
            {None: "–", True: "yes", False: "NO"}[figure.is_held],
            figure.note,
        )
        for figure in figures
    ]
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]
    return "\n".join(_line(row, widths) for row in (head, tuple("─" * width for width in widths), *rows))


def _line(row: Iterable[str], widths: Sequence[int]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _write(number: float) -> str:
    if abs(number) >= 100:
        return f"{number:,.0f}"
    return f"{number:.2f}" if abs(number) < 10 else f"{number:.1f}"

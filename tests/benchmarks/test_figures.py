"""Figures: ratios, promises and the table."""

from __future__ import annotations

from config.benchmarking.figures import cost, draw_table, rate


def test_a_rate_is_compared_with_the_rate_of_its_limit():
    figure = rate("import", 2_000, limit=20_000, at_least=3_000, at_most_ratio=9)

    assert (figure.ratio, figure.hold, figure.is_held) == (10, "≥ 3,000, ≤ 9×", False)


def test_a_cost_is_compared_with_the_cost_of_its_limit():
    figure = cost("page", 5.0, "ms", limit=2.0, at_most_ratio=3)

    assert (figure.ratio, figure.hold, figure.is_held) == (2.5, "≤ 3×", True)


def test_a_figure_without_a_promise_is_neither_kept_nor_broken():
    assert cost("page", 5.0, "ms").is_held is None


def test_the_table_has_a_line_for_each_figure():
    table = draw_table([rate("import", 3_456, at_least=3_000), cost("page", 5.25, "ms", limit=2.0, note="p50")])

    assert [line.split() for line in table.splitlines()[2:]] == [
        ["import", "3,456", "products/s", "–", "–", "≥", "3,000", "yes"],
        ["page", "5.25", "ms", "2.00", "2.62×", "–", "–", "p50"],
    ]

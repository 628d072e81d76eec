"""When the pictures of a value count: what a channel's picture rules say of them, for completeness and for people."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from assets.conformance import UNKNOWN, PictureFacts, PictureTerms, check
from pim.errors import Problem

FindFacts = Callable[[str], PictureFacts | None]
"""uuid → what is known of the file; None: there is no such asset."""


class PictureTest:
    """Whether every picture of a stored value satisfies some rules; an asset that is gone satisfies none."""

    __slots__ = ("_find", "_rules")

    def __init__(self, rules: Sequence[PictureTerms], find: FindFacts) -> None:
        self._rules = tuple(rules)
        self._find = find

    def __call__(self, stored: Any) -> bool:
        """Stored: the uuid of one asset, or a list of them."""
        return not any(self.explain(stored))

    def explain(self, stored: Any) -> Iterator[tuple[str, PictureTerms, tuple[Problem, ...]]]:
        """What is wrong: (uuid, rule, problems), picture by picture."""
        for uuid in stored if isinstance(stored, list) else [stored]:
            facts = self._find(uuid) or UNKNOWN
            for rule in self._rules:
                problems = check(rule, facts)
                if problems:
                    yield uuid, rule, problems

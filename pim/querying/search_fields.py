"""Full-text search as a field of the filter language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext as _

from pim.querying.conditions import Condition, Fragment, Join, Sql, like_pattern, quote_name
from pim.querying.fields import Context, SortKey, SortScope, refuse_value
from pim.querying.operands import read_text
from pim.querying.system_fields import MIN_TRIGRAM_CHARS, Unscoped, operand_list
from pim.querying.tree import Leaf, Operator
from pim.values.texts import make_search_text


@dataclass(frozen=True)
class SearchField(Unscoped):
    """Full-text search: every word, in any place, whatever its case and accents.

    A term whose words are all shorter than three characters finds identifiers that start with it.

    Attributes:
        column: the owner's column with the normalised identifier (`sku_key`), with a `text_pattern_ops` index.
        normalise: how a term is brought into that form.
    """

    name: str
    column: str
    normalise: Callable[[str], str]

    operators: ClassVar[frozenset[Operator]] = frozenset({Operator.CONTAINS})
    default_operator: ClassVar[Operator] = Operator.CONTAINS

    def compile(self, leaf: Leaf, context: Context) -> Condition:
        """See `Field.compile`."""
        self.refuse_scope(leaf)
        value, pointer = operand_list(leaf)[0]
        term = read_text(value, pointer)
        words = list(dict.fromkeys(make_search_text(term).split()))
        if not words:
            raise refuse_value(_("This is a text that is not empty."), pointer)
        if max(map(len, words)) < MIN_TRIGRAM_CHARS:
            pattern = like_pattern(self.normalise(term), start=True)
            return Fragment(Sql(f"o.{quote_name(self.column)} LIKE %s", (pattern,)), indexed=True)
        patterns = tuple(like_pattern(word) for word in sorted(words, key=len, reverse=True))
        text = " AND ".join(["t.search_text LIKE %s"] * len(patterns))
        return Fragment(Sql(f"({text})", patterns), frozenset({Join.TEXT}), indexed=True)

    def sort_key(self, scope: SortScope, context: Context) -> SortKey | None:
        """Matches have no rank: the list keeps its order."""
        return None

"""How many assets of a selection have rights that want attention, and how many break the picture rules of a channel."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.db import connection

from assets.services.conforming import get_picture_rules
from assets.services.deriving import AssetField
from assets.services.searching.facets import CAP
from assets.services.searching.listing import count_assets, select_assets
from pim.errors import Refused
from pim.querying.tree import Leaf, Node, Operator, all_of
from pim.querysets.pages import Count, count_many_tokens
from pim.services.snapshot import get_structure
from pim.values.tokens import YES, split_token

RIGHTS = "rights"
BREAKS_RULES = "breaks_rules"
ATTENTION = ("expiring", "expired", "embargoed", "withdrawn")
"""The states of rights that somebody may have to do something about."""


def count_rights(node: Node | None, *, states: Collection[str] = ATTENTION) -> dict[str, Count]:
    """{state: how many of the matches are in it}, exact up to 10,000; one query or two each.

    States that no index can tell of so many matches are left out.
    """
    found: dict[str, Count] = {}
    for state in states:
        try:
            found[state] = count_assets(select_assets(all_of(node, Leaf(RIGHTS, Operator.EQ, state))))
        except Refused:
            continue
    return found


def count_broken_rules(node: Node | None, *, cap: int = CAP) -> dict[str, Count]:
    """{channel that has picture rules: how many of the matches break one}; of at most `cap` matches, in one query.

    Raises:
        Refused: `not_indexed`.
    """
    channels = channels_with_rules()
    if not channels:
        return {}
    counted = count_many_tokens(connection, select_assets(node), attributes=[AssetField.BREAKS_RULES], cap=cap)
    broken = {
        parts.channel: count.owners
        for packed, count in counted.tokens.items()
        if (parts := split_token(packed)).value == YES
    }
    return {code: Count(broken.get(ordinal, 0), is_exact=counted.is_exact) for code, ordinal in channels.items()}


def channels_with_rules() -> Mapping[str, int]:
    """{code: ordinal} of the channels that ask something of pictures; no query while the structure stays."""
    known = get_structure().channels
    return {code: known[code].ordinal for code in get_picture_rules() if code in known}

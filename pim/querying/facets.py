"""The SQL that counts how often each value of an attribute occurs among the matches."""

from __future__ import annotations

from pim.querying.compile import Selection
from pim.querying.conditions import Join, Sql
from pim.values.tokens import MAX_VALUE, token


def facet_query(where: Selection, *, attribute: int, channel: int = 0, locale: int = 0, cap: int, limit: int) -> Sql:
    """Count token values of one attribute, channel and locale over at most `cap` matches.

    Rows: (token, owners), most frequent first, at most `limit`; before them one row (NULL, matches looked at), of
    which there is one more than `cap` when the counts are a part of the whole.
    """
    low, high = token(attribute, channel, locale, 1), token(attribute, channel, locale, MAX_VALUE)
    text = (
        f"WITH m AS MATERIALIZED (SELECT f.tokens FROM {where.source([Join.FACET])} WHERE {where.condition.text}"
        " LIMIT %s), n AS (SELECT x.token, count(*) AS owners FROM m CROSS JOIN LATERAL unnest(m.tokens) AS x(token)"
        " WHERE x.token BETWEEN %s AND %s GROUP BY x.token ORDER BY count(*) DESC, x.token LIMIT %s)"
        " SELECT NULL::bigint AS token, count(*) AS owners FROM m"
        " UNION ALL SELECT token, owners FROM n"
    )
    return Sql(text, (*where.condition.params, cap + 1, low, high, limit))

"""The SQL that counts how often each value of some attributes occurs among the matches."""

from __future__ import annotations

from collections.abc import Collection

from pim.querying.compile import Selection
from pim.querying.conditions import Join, Sql, quote_name
from pim.values.tokens import ATTRIBUTE_SHIFT


def facets_query(where: Selection, *, attributes: Collection[int], cap: int, limit: int) -> Sql:
    """Count token values of many attributes at once, over at most `cap` matches.

    Rows: (token, owners, the key of one of them), most frequent first, at most `limit` of each attribute; before them
    one row (NULL, matches looked at, NULL), of which there is one more than `cap` when the counts are a part of the
    whole.
    """
    text = (
        f"WITH m AS MATERIALIZED (SELECT o.{quote_name(where.tables.pk)} AS pk, f.tokens"
        f" FROM {where.source([Join.FACET])} WHERE {where.condition.text} LIMIT %s),"
        f" n AS (SELECT x.token, count(*) AS owners, min(m.pk) AS example,"
        f" row_number() OVER (PARTITION BY x.token >> {ATTRIBUTE_SHIFT} ORDER BY count(*) DESC, x.token) AS place"
        " FROM m CROSS JOIN LATERAL unnest(m.tokens) AS x(token)"
        f" WHERE x.token >> {ATTRIBUTE_SHIFT} = ANY(%s::bigint[]) GROUP BY x.token)"
        " SELECT NULL::bigint AS token, count(*) AS owners, NULL::bigint AS example FROM m"
        " UNION ALL (SELECT token, owners, example FROM n WHERE place <= %s ORDER BY owners DESC, token)"
    )
    return Sql(text, (*where.condition.params, cap + 1, sorted(attributes), limit))

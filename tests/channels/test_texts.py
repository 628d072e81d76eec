"""Texts put together without parsing are the objects they would be."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from channels.mapping.projections import make_projection
from channels.mapping.texts import add_facts, add_locales, merge_locale

SCALARS = st.none() | st.booleans() | st.integers() | st.text() | st.just(',"values":{')
VALUES = st.dictionaries(
    st.text(min_size=1), SCALARS | st.lists(SCALARS) | st.dictionaries(st.text(), SCALARS), max_size=4
)


def _dump(document: Any) -> str:
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False)


@given(sku=st.text(), shared=VALUES, local=VALUES)
def test_a_merged_document_is_both_objects(sku: str, shared: dict[str, Any], local: dict[str, Any]) -> None:
    local = {key: value for key, value in local.items() if key not in shared}
    whole, part = {"sku": sku, "values": shared}, {"label": sku, "values": local}

    merged = json.loads(merge_locale(_dump(whole), _dump(part)))
    beside = json.loads(add_facts(add_locales(_dump(whole), {"de_DE": _dump(part)}), position=3, published_at="now"))

    assert merged == {"sku": sku, "label": sku, "values": {**shared, **local}}
    assert beside == {
        "position": 3,
        "published_at": "now",
        "associations": {},
        "sku": sku,
        "values": shared,
        "locales": {"de_DE": part},
    }


def test_a_projection_follows_names_into_the_locales() -> None:
    document = {"sku": "a", "values": {"x": 1, "y": 2}, "locales": {"en_US": {"label": "A", "values": {"x": 3}}}}

    assert make_projection(["sku", "values.x"], [])(document) == {
        "sku": "a", "values": {"x": 1}, "locales": {"en_US": {"values": {"x": 3}}}
    }  # fmt: skip
    assert make_projection([], ["values.x", "label"])(document) == {
        "sku": "a", "values": {"y": 2}, "locales": {"en_US": {"values": {}}}
    }  # fmt: skip
    assert make_projection(["locales"], ["label"])(document) == {"locales": {"en_US": {"values": {"x": 3}}}}

"""Putting stored texts together into what a consumer reads, without parsing them.

A stored text is a JSON object whose last member is `values`; no other member of it is called so (see documents.py).
"""

from __future__ import annotations

from collections.abc import Mapping

import orjson

from channels.hub.items import Associations, NamedProduct

_VALUES = ',"values":{'


def merge_locale(shared: str, part: str) -> str:
    """One object with the members and values of both: what a reader of one locale gets."""
    head, _, values = shared.partition(_VALUES)
    part_head, _, part_values = part.partition(_VALUES)
    # Each rest ends in `}}`: that of the values and that of the object.
    both = ",".join(filter(None, (values[:-2], part_values[:-2])))
    return f"{head},{part_head[1:]}{_VALUES}{both}}}}}"


def add_locales(shared: str, parts: Mapping[str, str]) -> str:
    """The shared object with a member `locales`: what a reader of all locales gets."""
    inner = ",".join(f'"{locale}":{part}' for locale, part in parts.items())
    return f'{shared[:-1]},"locales":{{{inner}}}}}'


def add_facts(document: str, *, position: int, published_at: str, associations: str = "{}") -> str:
    """The document with what was found beside it in front; `associations` is a JSON text."""
    return f'{{"position":{position},"published_at":"{published_at}","associations":{associations},{document[1:]}'


def write_associations(associations: Mapping[str, Associations]) -> str:
    """What a document names, by type; sides and quantities that are empty are left out."""
    written = {}
    for code, named in associations.items():
        sides = {
            "products": [_write_named(product) for product in named.products],
            "product_models": [_write_named(product) for product in named.product_models],
            "groups": named.groups,
        }
        written[code] = {side: content for side, content in sides.items() if content}
    return orjson.dumps(written).decode()


def _write_named(product: NamedProduct) -> dict[str, str]:
    named = {"sku": product.sku, "uuid": product.uuid}
    return {**named, "quantity": product.quantity} if product.quantity else named

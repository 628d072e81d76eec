"""Putting stored texts together into what a consumer reads, without parsing them.

A stored text is a JSON object whose last member is `values`; no other member of it is called so (see documents.py).
"""

from __future__ import annotations

from collections.abc import Mapping

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


def add_facts(document: str, *, position: int, published_at: str) -> str:
    """The document with what the publication knows of itself in front."""
    return f'{{"position":{position},"published_at":"{published_at}",{document[1:]}'

"""Reads the source files of the demo catalog."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Any

FAMILIES = ("lighting", "seating", "ceramics", "clothing", "bags", "stationery")
LOCALES = ("en_US", "de_DE", "fr_FR")

Source = Mapping[str, Any]


@lru_cache(maxsize=16)
def read_source(name: str) -> Source:
    """The content of `source/<name>.toml`; not to be changed by the reader."""
    return tomllib.loads((files(__package__) / "source" / f"{name}.toml").read_text(encoding="utf-8"))


def labels(texts: Sequence[str]) -> dict[str, str]:
    """The first three texts of a list, by locale."""
    return dict(zip(LOCALES, texts, strict=False))

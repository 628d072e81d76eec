"""What the demo catalog consists of, as plain facts: nothing here knows the database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from catalog.demo.picturing import DemoFile


@dataclass(frozen=True, slots=True)
class DemoStructure:
    """One piece of structure: arguments of a `StructureChange` of this kind."""

    kind: str
    key: str
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class DemoProduct:
    """One product, model or variant, parents before children.

    Args:
        values: {flat key: data in the shape of the management API}.
        files: {flat key: file code, or a tuple of them}; the loader turns them into the uuids of assets.
        associations: {type: {"products" | "product_models": [{"key", "quantity"}]}}.
        stage: where it should end up.
    """

    sku: str
    kind: str
    parent: str | None
    family: str
    family_variant: str | None
    categories: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    stage: str = "approved"
    values: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    associations: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DemoCollection:
    """Files put together by hand, or kept together by a search."""

    name: str
    description: str
    files: tuple[str, ...] = ()
    query: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class DemoUser:
    """A person who can log in; the password is for demonstrations only."""

    username: str
    first_name: str
    last_name: str
    email: str
    groups: tuple[str, ...] = ()
    is_superuser: bool = False


@dataclass(frozen=True, slots=True)
class DemoCatalog:
    """The whole demo catalog.

    Args:
        structure: in the order in which it can be written; licences included.
        files: pictures and documents, drawn when they are read.
        collections: of its files.
        tokens: {channel: name of the delivery token}.
    """

    structure: tuple[DemoStructure, ...]
    files: tuple[DemoFile, ...]
    products: tuple[DemoProduct, ...]
    collections: tuple[DemoCollection, ...]
    users: tuple[DemoUser, ...]
    user_groups: tuple[str, ...]
    tokens: Mapping[str, str]

"""What a person asks the library for, as it stands in the address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from assets.choices import AssetKind
from assets.models import License
from assets.probe.sniffing import MEDIA_TYPES
from assets.services.listing import DEFAULT_SORT, get_fields
from pim.querying.cursor import hash_query
from pim.querying.tree import Node, parse_filter
from pim.services.cursors import open_cursor, sign_cursor
from pim.values.specs import Json

PAGE_SIZE = 60
ENDPOINT = "asset library"
_OPERATORS = {"q": ("search", "contains"), "kind": ("kind", "eq"), "stage": ("stage", "eq")}
_OPERATORS |= {"media_type": ("media_type", "eq"), "license": ("license", "eq")}


@dataclass(frozen=True, slots=True)
class Search:
    """Text, filters, order and place in the list."""

    q: str = ""
    kind: str = ""
    stage: str = ""
    media_type: str = ""
    license: str = ""
    sort: str = DEFAULT_SORT
    page: str = ""

    @classmethod
    def read(cls, query: Mapping[str, Any]) -> Search:
        """From the address; what is not known there is left out."""
        known = {name: str(query.get(name, "")).strip() for name in cls.__dataclass_fields__}
        search = cls(**{name: value for name, value in known.items() if value})
        return search if search.sort in dict(search.sorts()) else replace(search, sort=DEFAULT_SORT)

    @property
    def is_filtered(self) -> bool:
        """Whether anything narrows the list."""
        return any(getattr(self, name) for name in _OPERATORS)

    def tree(self) -> Node | None:
        """The filter language's tree.

        Raises:
            Refused: a value that its field does not take.
        """
        leaves: list[Json] = [
            {"field": field, "op": operator, "value": getattr(self, name)}
            for name, (field, operator) in _OPERATORS.items()
            if getattr(self, name)
        ]
        return parse_filter({"and": leaves} if leaves else None, catalogue=get_fields())

    def position(self) -> tuple[tuple[Json, ...] | None, bool]:
        """Beside which row the page lies, and on which side.

        Raises:
            Refused: `invalid_cursor`: an address of another list.
        """
        if not self.page:
            return None, False
        cursor = open_cursor(self.page, query_hash=self._hash(), endpoint=ENDPOINT)
        return cursor.values, cursor.backwards

    def url(self, values: tuple[Json, ...] | None, *, backwards: bool = False) -> str:
        """The address of the page beside a row; empty where the list ends."""
        if values is None:
            return ""
        page = sign_cursor(values, query_hash=self._hash(), endpoint=ENDPOINT, backwards=backwards)
        fields = asdict(replace(self, page=page))
        return f"?{urlencode({name: value for name, value in fields.items() if value})}"

    @staticmethod
    def sorts() -> list[tuple[str, str]]:
        """Orders to choose from."""
        return [
            ("-created", _("newest first")),
            ("created", _("oldest first")),
            ("-updated", _("last changed first")),
            ("code", _("by code")),
        ]

    @staticmethod
    def kinds() -> list[tuple[str, str]]:
        """Kinds to choose from."""
        return [(kind.value, str(kind.label)) for kind in (AssetKind.IMAGE, AssetKind.DOCUMENT)]

    @staticmethod
    def media_types() -> list[tuple[str, str]]:
        """Formats to choose from."""
        return [(name, media.extension.upper()) for name, media in MEDIA_TYPES.items()]

    @staticmethod
    def licenses() -> list[tuple[str, str]]:
        """Licences to choose from."""
        return [(row.code, row.label) for row in License.objects.order_by("code")[:200]]

    def _hash(self) -> str:
        return hash_query(*(value for name, value in asdict(self).items() if name != "page"))

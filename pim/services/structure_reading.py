"""Reading pieces of structure for the faces: pages and single ones, each with its uuid and revision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from pim import extensions
from pim.errors import NotFound
from pim.services.kinds.base import CodedKind
from pim.services.listing import TableList
from pim.services.structure import StructureChange

Coded = CodedKind[Any]


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of structure: its key, its identity, and its state as plain JSON."""

    key: str
    uuid: str
    revision: int
    state: extensions.State

    def document(self) -> dict[str, Any]:
        """The state with what the house knows beside it."""
        return {**self.state, "uuid": self.uuid, "revision": self.revision}


def get_kind(code: str) -> Coded:
    """A kind of structure whose rows are addressed by code.

    Raises:
        NotRegistered: there is none.
    """
    kind = extensions.structure_kinds.get(code)
    if not isinstance(kind, CodedKind):
        raise TypeError(f"{code} has no table to list")
    return kind


def make_list(kind: Coded, fields: Sequence[str] = (), default_sort: str = "code") -> TableList:
    """The list of a kind: by code, external code, uuid and the fields that are named."""
    return TableList(kind.model, ("code", "external_code", "uuid", *fields), default_sort)


def read_pieces(kind: Coded, ids: Sequence[int]) -> list[Piece]:
    """The pieces with these keys of the database, in that order; a constant number of queries."""
    found = kind.load_ids(ids)
    return [_piece(kind, found[pk]) for pk in ids if pk in found]


def read_piece(kind: Coded, key: str, *, by_uuid: bool = False, lock: bool = False) -> Piece:
    """One piece by its key, whatever its case, or by its uuid. `lock` keeps it as it is until the transaction ends.

    Raises:
        NotFound: `not_found`.
    """
    if by_uuid:
        row = kind.model._default_manager.filter(uuid=key).only("pk").first() if _is_uuid(key) else None
        found = kind.load_ids([row.pk]).get(row.pk) if row else None
    else:
        found = kind.load([key]).get(key.casefold())
    if found is None:
        raise NotFound("not_found", _("There is no %(kind)s %(key)s.") % {"kind": kind.label, "key": key})
    if lock:
        kind.model._default_manager.select_for_update().get(pk=found.pk)
    return _piece(kind, found)


def find_pieces(kind: Coded, keys: Sequence[str]) -> dict[str, Piece]:
    """Those that exist, by casefolded key."""
    return {key: _piece(kind, row) for key, row in kind.load(keys).items()}


def merge_patch(target: Any, patch: Any) -> Any:
    """RFC 7396."""
    if not isinstance(patch, Mapping):
        return patch
    merged = dict(target) if isinstance(target, Mapping) else {}
    for name, value in patch.items():
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = merge_patch(merged.get(name), value)
    return merged


def change_of(
    kind: Coded, key: str, fields: Mapping[str, Any], before: Piece | None, *, replace: bool, row: int | None = None
) -> StructureChange:
    """What a caller's document makes of a piece: merged into its state, or put in its place."""
    defaults = kind.defaults()
    sent = {name: value for name, value in fields.items() if name not in {"uuid", "revision"}}
    wanted: dict[str, Any] = {}
    for name, value in sent.items():
        if replace:
            wanted[name] = value
        elif value is None:
            wanted[name] = defaults.get(name)
        else:
            wanted[name] = merge_patch(before.state.get(name) if before else None, value)
    if replace:
        wanted = {**defaults, **({"code": before.state["code"]} if before else {}), **wanted}
    return StructureChange(before.key if before else key, wanted, row)


def _piece(kind: Coded, row: Any) -> Piece:
    return Piece(kind.key(row), str(row.uuid), row.revision, kind.serialise(row))


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True

"""Writes documents through the one door of products, and answers by row with pointers into what was sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from catalog.services.changes import ProductChange
from catalog.services.deletion import delete_products
from catalog.services.documents.parsing import KNOWN, ParsedDocument, Present, WriteMode, parse_document
from catalog.services.documents.reading import Resource, read_own_values
from catalog.services.products import write_products
from catalog.services.snapshot import get_catalog_structure
from catalog.services.writing.links import read_association_states
from catalog.services.writing.mirroring import join_states, read_mirrored_states
from catalog.skus import sku_key
from pim.errors import Conflict, DomainError, NotAllowed, NotFound, Outcome, Refusal, Refused
from pim.models import User
from pim.services.access import check_permission

__all__ = ["KNOWN", "DocumentRow", "Resource", "WriteMode", "delete_documents", "write_document", "write_documents"]


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A document on its way in.

    Attributes:
        number: the row's number, which the outcome names.
        body: the document.
        sku: the key, where it stands outside of the document.
        revision: the own revision the caller saw; a product that has another one now is refused.
    """

    number: int
    body: Mapping[str, Any]
    sku: str | None = None
    revision: int | None = None


@dataclass(frozen=True, slots=True)
class _Head:
    id: int
    kind: str
    revision: int


def write_documents(
    rows: Sequence[DocumentRow],
    *,
    resource: Resource,
    actor: User,
    origin: str,
    mode: WriteMode = "merge",
    must_exist: bool = False,
    must_be_new: bool = False,
    message: str = "",
    dry_run: bool = False,
    atomic: bool = False,
) -> Outcome:
    """Create and change products or models; each row fails alone.

    Args:
        rows: documents; at most some thousands, all are in memory.
        resource: a document of the other resource is refused.
        actor: whose permissions count: creating needs `add`.
        origin: the face.
        mode: merged into what is there, or put in its place.
        must_exist: refuse what is new. must_be_new: refuse what is not.
        message: for the history.
        dry_run: store nothing.
        atomic: store nothing when a row is refused; the outcome tells of all rows all the same.
    """
    outcome = Outcome(dry_run=dry_run)
    with transaction.atomic() if atomic else nullcontext():
        parsed = _parse_all(rows, resource, mode, outcome, actor, must_exist=must_exist, must_be_new=must_be_new)
        written = _send([one.change for one in parsed.values()], actor, origin, message, dry_run=dry_run)
        written.refused = [_translated(refusal, parsed) for refusal in written.refused]
        written.warnings = [_translated(warning, parsed) for warning in written.warnings]
        outcome.add(written)
        if atomic and outcome.refused and not dry_run:
            transaction.set_rollback(True)
    return outcome


def _translated(refusal: Refusal, parsed: Mapping[int, ParsedDocument]) -> Refusal:
    source = parsed.get(refusal.row) if refusal.row is not None else None
    if source is None:
        return refusal
    return Refusal(refusal.key, tuple(map(source.translate, refusal.problems)), refusal.row)


def write_document(row: DocumentRow, **arguments: Any) -> Outcome:
    """Write one document; see `write_documents`.

    Raises:
        DomainError: it was refused; NotFound and Conflict are told apart.
    """
    outcome = write_documents([row], **arguments)
    raise_refusal(outcome)
    return outcome


def delete_documents(
    skus: Sequence[str],
    *,
    actor: User,
    origin: str,
    message: str = "",
    with_variants: bool = False,
    dry_run: bool = False,
) -> Outcome:
    """Move products to the recycle bin, or see whether they may be.

    Raises:
        DomainError: one was refused; nothing is deleted.
    """
    with transaction.atomic():
        outcome = delete_products(skus, actor=actor, origin=origin, message=message, with_variants=with_variants)
        outcome.dry_run = dry_run
        raise_refusal(outcome)
        if dry_run:
            transaction.set_rollback(True)
    return outcome


def raise_refusal(outcome: Outcome) -> None:
    """Turn the first refusal of an outcome into the exception it was.

    Raises:
        DomainError: there is one.
    """
    if not outcome.refused:
        return
    problems = outcome.refused[0].problems
    first = problems[0]
    kinds: dict[str, type[DomainError]] = {
        "not_found": NotFound,
        "not_allowed": NotAllowed,
        "exists_already": Conflict,
        "other_uuid": Conflict,
        "uuid_taken": Conflict,
        "precondition_failed": Conflict,
        "changed_meanwhile": Conflict,
    }
    raise kinds.get(first.code, Refused)(first.code, first.message, first.pointer, problems=problems)


def _send(changes: Sequence[ProductChange], actor: User, origin: str, message: str, *, dry_run: bool) -> Outcome:
    if not changes:
        return Outcome(dry_run=dry_run)
    try:
        return write_products(changes, actor=actor, origin=origin, message=message, dry_run=dry_run)
    except IntegrityError as error:
        text = _("Somebody else wrote the same at the same moment; try again.")
        raise Conflict("changed_meanwhile", text) from error


def _parse_all(
    rows: Sequence[DocumentRow],
    resource: Resource,
    mode: WriteMode,
    outcome: Outcome,
    actor: User,
    *,
    must_exist: bool,
    must_be_new: bool,
) -> dict[int, ParsedDocument]:
    """The changes of the rows that can be read, by row; the others are refused."""
    keys = {row.number: row.sku if row.sku is not None else row.body.get("sku") for row in rows}
    heads = _read_heads([sku_key(key) for key in keys.values() if isinstance(key, str)])
    presents = _read_presents(rows, keys, heads, mode)
    structure = get_catalog_structure().base
    may_create = _may_create(actor)
    parsed: dict[int, ParsedDocument] = {}
    for row in rows:
        key = keys[row.number]
        try:
            sku = _check_key(key, row)
            head = heads.get(sku_key(sku))
            if head is None and must_exist:
                raise NotFound("not_found", _("There is no product “%s”.") % sku)
            if head is None and may_create is not None:
                raise may_create
            _check_head(sku, head, row, resource, must_be_new=must_be_new)
            present = presents.get(head.id) if head else None
            if present is None and head is not None:
                present = Present(head.kind)
            one = parse_document(row.body, sku=sku, mode=mode, present=present, structure=structure, row=row.number)
            _settle_kind(one.change, head, resource)
        except DomainError as error:
            outcome.refused.append(Refusal.of(key if isinstance(key, str) else "", error, row.number))
            continue
        one.change.must_exist, one.change.must_be_new = must_exist, must_be_new
        if isinstance(row.body.get("uuid"), str):
            one.change.uuid = row.body["uuid"]
            one.change.must_be_new |= head is None
        if row.revision is not None:
            one.change.revision = row.revision
        parsed[row.number] = one
    return parsed


def _check_key(key: Any, row: DocumentRow) -> str:
    if not isinstance(key, str) or not key.strip():
        raise Refused("sku_missing", _("A product needs a SKU."), "/sku")
    given = row.body.get("sku")
    if given is not None and (not isinstance(given, str) or sku_key(given) != sku_key(key)):
        raise Refused("sku_is_fixed", _("A SKU does not change here."), "/sku")
    return key


def _check_head(sku: str, head: _Head | None, row: DocumentRow, resource: Resource, *, must_be_new: bool) -> None:
    if head is None:
        if row.revision is not None:
            raise Conflict("precondition_failed", _("There is no product “%s”.") % sku)
        return
    if must_be_new:
        raise Conflict("exists_already", _("“%s” exists already.") % sku, "/sku")
    if (head.kind == "model") is not (resource == "models"):
        raise Refused("kind_is_fixed", _("“%s” is a %s.") % (sku, head.kind), "/kind")
    if row.revision is not None and row.revision != head.revision:
        raise Conflict("precondition_failed", _("It has changed since: its revision is %d now.") % head.revision)


def _settle_kind(change: ProductChange, head: _Head | None, resource: Resource) -> None:
    if resource == "models":
        if change.kind not in {None, "model"}:
            raise Refused("kind_is_fixed", _("A product model is a model."), "/kind")
        change.kind = "model"
    elif change.kind == "model":
        raise Refused("kind_is_fixed", _("Product models are written at their own address."), "/kind")
    if head is not None:
        change.kind = None


def _may_create(actor: User) -> NotAllowed | None:
    try:
        check_permission(actor, "catalog.product", ("add",))
    except NotAllowed as error:
        return error
    return None


def _read_heads(keys: Sequence[str]) -> dict[str, _Head]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sku_key, id, kind, revision FROM catalog_product WHERE sku_key = ANY(%s) AND deleted_at IS NULL",
            [list(keys)],
        )
        return {key: _Head(*rest) for key, *rest in cursor.fetchall()}


def _read_presents(
    rows: Sequence[DocumentRow], keys: Mapping[int, Any], heads: Mapping[str, _Head], mode: WriteMode
) -> dict[int, Present]:
    """What is stored of the products whose documents refer to it without naming it."""
    wanted: dict[int, _Head] = {}
    for row in rows:
        key = keys[row.number]
        head = heads.get(sku_key(key)) if isinstance(key, str) else None
        if head is not None and (mode == "replace" or _clears(row.body)):
            wanted[head.id] = head
    if not wanted:
        return {}
    values = read_own_values(list(wanted))
    links = read_association_states(list(wanted))
    mirrored = read_mirrored_states(list(wanted), get_catalog_structure())
    return {
        pk: Present(head.kind, values.get(pk, {}), tuple(join_states(links.get(pk, {}), mirrored.get(pk, {}))))
        for pk, head in wanted.items()
    }


def _clears(body: Mapping[str, Any]) -> bool:
    values = body.get("values")
    is_clearing = isinstance(values, Mapping) and any(entries is None for entries in values.values())
    return is_clearing or ("associations" in body and body["associations"] is None)

"""The very first step: whether a change has the shape that its fields promise, whatever program sent it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from catalog.services.changes import UNSET, ProductChange
from pim.errors import Refused, ValueRefused
from pim.values.texts import refuse_unstorable


def check_shape(change: ProductChange) -> None:
    """Refuse fields of a wrong type, and texts that no database keeps; a uuid is brought into its one form.

    What the texts say (unknown codes, taken SKUs) is for the later steps.

    Raises:
        Refused: `wrong_type`, `invalid_uuid`, `nul_character`, `invalid_unicode` or `sku_missing`, with a pointer.
    """
    if type(change.sku) is not str:
        raise Refused("sku_missing", _("A product needs a SKU."), "/sku")
    if change.uuid is not None:
        change.uuid = _uuid(change.uuid)
    _check_plain(change)
    for name in ("categories", "groups", "add_categories", "remove_categories"):
        codes = getattr(change, name)
        if codes is not UNSET and codes != ():
            _require_texts(codes, f"/{name}")
    if change.associations is not UNSET:
        _check_associations(change.associations)
    if change.values != {}:
        _check_values(change.values)


def printable_sku(change: ProductChange) -> str:
    """The SKU for a refusal: whatever was given, in a form that every answer can carry."""
    sku: Any = change.sku
    return sku.encode(errors="replace").decode() if isinstance(sku, str) else ""


def _check_plain(change: ProductChange) -> None:
    for name in ("kind", "parent", "family", "family_variant", "stage"):
        given = getattr(change, name)
        if given is not None and given is not UNSET:
            _require_text(given, f"/{name}")
    if change.stage is None:
        raise _wrong_type("/stage")
    if change.enabled is not UNSET and not isinstance(change.enabled, bool):
        raise Refused("invalid_boolean", _("“enabled” must be true or false."), "/enabled")
    if change.revision is not None and type(change.revision) is not int:
        raise _wrong_type("/revision")


def _wrong_type(pointer: str) -> Refused:
    return Refused("wrong_type", _("This is not what is expected here: look at its type."), pointer)


def _uuid(given: Any) -> str:
    _require_text(given, "/uuid")
    try:
        return str(UUID(given))
    except ValueError:
        raise Refused("invalid_uuid", _("“%s” is not a UUID.") % given, "/uuid") from None


def _require_text(given: Any, pointer: str) -> None:
    if not isinstance(given, str):
        raise _wrong_type(pointer)
    try:
        refuse_unstorable(given)
    except ValueRefused as error:
        raise Refused(error.code, error.message, pointer) from None


def _require_texts(given: Any, pointer: str) -> None:
    if isinstance(given, str) or not isinstance(given, Sequence):
        raise _wrong_type(pointer)
    for number, text in enumerate(given):
        _require_text(text, f"{pointer}/{number}")


def _check_associations(associations: Any) -> None:
    if not isinstance(associations, Mapping):
        raise _wrong_type("/associations")
    for code, sides in associations.items():
        _require_text(code, "/associations")
        pointer = f"/associations/{code}"
        if not isinstance(sides, Mapping):
            raise _wrong_type(pointer)
        for side, links in sides.items():
            _require_text(side, pointer)
            if isinstance(links, str) or not isinstance(links, Sequence):
                raise _wrong_type(f"{pointer}/{side}")
            for number, link in enumerate(links):
                if not isinstance(link, Mapping):
                    raise _wrong_type(f"{pointer}/{side}/{number}")
                _require_text(link.get("key", ""), f"{pointer}/{side}/{number}/key")


def _check_values(values: Any) -> None:
    if not isinstance(values, Mapping):
        raise _wrong_type("/values")
    for key in values:
        if not (type(key) is str and key.isascii() and key.isprintable()):
            _require_text(key, "/values")

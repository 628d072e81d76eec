"""How SKUs compare."""

from __future__ import annotations

import unicodedata

from django.utils.translation import gettext as _

from pim.errors import Refused

MAX_LENGTH = 255
SEPARATORS = " -_./"
"""Characters that people put into SKUs and leave out of them."""

_NO_SEPARATORS = str.maketrans("", "", SEPARATORS)


def sku_key(sku: str) -> str:
    """The form in which a SKU is unique: NFC, trimmed, casefolded."""
    if sku.isascii():
        return sku.strip().lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", sku.strip()).casefold())


def loose_key(key: str) -> str:
    """What SKUs that look alike have in common: a SKU key without separators and without zeros at its front.

    The database has an index of the same (`catalog.querysets.products.LooseKey`): change both or neither.
    """
    return key.translate(_NO_SEPARATORS).lstrip("0")


def clean_sku(sku: object) -> str:
    """A SKU as it is kept: trimmed, one line, at most 255 characters, in the form in which it is compared too.

    Raises:
        Refused: `sku_missing` or `invalid_sku`.
    """
    if not isinstance(sku, str) or not sku.strip():
        raise Refused("sku_missing", _("A product needs a SKU."), "/sku")
    text = sku.strip()
    if len(text) > MAX_LENGTH or not text.isprintable() or len(sku_key(text)) > MAX_LENGTH:
        raise Refused("invalid_sku", _("A SKU is one line of at most 255 printable characters."), "/sku")
    return text

"""An earlier state of a product, read backwards from the journal and written again like any other change."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from catalog.models import Product
from catalog.services.changes import ProductChange
from catalog.services.products import write_products
from catalog.services.reading import read_states
from catalog.services.writing.links import links_of
from pim.choices import Origin
from pim.errors import NotFound, Outcome
from pim.forms.rewinding import rewind
from pim.models import User

FIELDS = {"@enabled": "enabled", "@family": "family", "@categories": "categories", "@groups": "groups"}
LISTS = frozenset({"@categories", "@groups"})
LINKS = "@associations."


def restore_product(row: Product, revision: int, *, actor: User) -> Outcome:
    """Give a product the values, family, categories, groups and associations it had at a revision; its stage stays.

    Raises:
        NotFound: it is in the recycle bin.
        Refused: something of that state is not possible any more.
    """
    now = read_states([row.pk]).get(row.pk)
    if now is None:
        raise NotFound("not_found", _("There is no product “%s”.") % row.sku)
    then = rewind(now, row.uuid, seen=revision, now=row.revision)
    change = ProductChange(row.sku, uuid=str(row.uuid), must_exist=True)
    stored: dict[str, Any] = {}
    links: dict[str, Any] = {}
    for key in now.keys() | then.keys():
        if now.get(key) == then.get(key):
            continue
        value = then.get(key)
        if key.startswith(LINKS):
            links[key.removeprefix(LINKS)] = links_of(value)
        elif key in FIELDS:
            setattr(change, FIELDS[key], (value or []) if key in LISTS else value)
        elif not key.startswith("@"):
            stored[key] = value
    change.stored = stored
    if links:
        change.associations, change.own_links_only = links, True
    message = _("Restored revision %d.") % revision
    return write_products([change], actor=actor, origin=Origin.ADMIN, message=message, atomic=True)

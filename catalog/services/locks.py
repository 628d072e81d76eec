"""Why a person may not edit a product now, asked before they try."""

from __future__ import annotations

from catalog.extensions import ProductFacts, edit_guards
from catalog.services.showing import ShownProduct
from pim.choices import Origin
from pim.errors import Problem
from pim.models import User


def find_lock(product: ShownProduct, *, actor: User | None) -> Problem | None:
    """What the guards of product edits would say to this person; None where they may edit."""
    family = product.family.code if product.family else None
    facts = ProductFacts(product.id, product.sku, product.kind, family, product.stage, product.enabled)
    for guard in edit_guards.values():
        problem = guard.check([facts], actor=actor, origin=Origin.ADMIN).get(product.id)
        if problem is not None:
            return problem
    return None

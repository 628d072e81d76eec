"""Why a file is linked, waits or is not linked, in sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

REASONS: Mapping[str, StrOrPromise] = {
    "same_sku": _("The name holds the product's SKU."),
    "similar_sku": _("The SKU in the name is spelt otherwise."),
    "no_such_sku": _("No product has this SKU yet."),
    "no_rule_fits": _("No naming rule reads this name."),
    "several_products": _("The name may mean several products."),
    "several_places": _("The name may mean several places of the product."),
    "several_files": _("Several files want this place, and nothing says which comes first."),
    "goes_to_another": _("Another file of this run goes to this place."),
    "holds_another": _("Another file stands in this place, and the rule does not replace."),
    "unknown_role": _("The rule does not know this role."),
    "no_attribute": _("The rule does not say where files without a role go."),
    "unknown_channel": _("There is no such channel."),
    "unknown_locale": _("There is no such locale."),
    "unknown_attribute": _("The attribute of the rule is gone."),
    "channel_missing": _("The attribute varies by channel, and neither name nor rule says which."),
    "locale_missing": _("The attribute varies by locale, and neither name nor rule says which."),
    "too_slow": _("The pattern took too long on this name."),
    "changed_since": _("The product has changed since the preview was made."),
    "product_gone": _("The product is gone since the preview was made."),
    "chosen": _("Somebody has chosen the product."),
    "dismissed": _("Somebody has decided that it belongs to no product."),
}


def explain(why: str) -> str:
    """The sentence of a reason's code; empty where it has none."""
    return str(REASONS.get(why, ""))

"""In which views an asset can be seen: the live publications whose documents name it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assets.extensions import Usage
from catalog.models import ProductAsset
from channels.choices import PublicationState
from channels.models import Publication
from channels.services.snapshot import get_delivery_structure
from pim.values.labels import label_of

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

MAX_PRODUCTS = 2_000
"""Products with the asset that are looked at: an asset in more of them is live as far as these tell."""
NAMED_SKUS = 3


class ViewUsage:
    """See `assets.extensions.publication_finders`: one use for each view, with the products that show the asset there."""

    label: StrOrPromise = gettext_lazy("Channel views")

    def find(self, asset_uuid: UUID, *, limit: int) -> Sequence[Usage]:
        """The views in which a live document names the asset, by label; three queries."""
        skus: dict[str, list[str]] = defaultdict(list)
        for view, sku in _live_in(asset_uuid):
            skus[view].append(sku)
        views = get_delivery_structure().views_by_code
        found = []
        for code in sorted(skus)[:limit]:
            named = ", ".join(skus[code][:NAMED_SKUS])
            rest = len(skus[code]) - NAMED_SKUS
            context = _("%(skus)s and %(rest)d more") % {"skus": named, "rest": rest} if rest > 0 else named
            spec = views.get(code)
            label = label_of(spec.labels, code) if spec else code
            asked = {"view": code, "q": skus[code][0]} if len(skus[code]) == 1 else {"view": code}
            page = reverse("admin:channels_publication_changelist")
            found.append(Usage(label, f"{page}?{urlencode(asked)}", context))
        return found

    def count(self, asset_uuids: Collection[UUID]) -> Mapping[UUID, int]:
        """In how many views each asset is live."""
        counted = {uuid: len({view for view, _sku in _live_in(uuid)}) for uuid in asset_uuids}
        return {uuid: number for uuid, number in counted.items() if number}


def _live_in(asset_uuid: UUID) -> Iterator[tuple[str, str]]:
    """(view, sku) of live documents that name an asset. A variant shows what its models have, so they are asked too."""
    owners = ProductAsset.objects.filter(asset_uuid=asset_uuid).values_list("product_id", flat=True)
    products = sorted(set(owners[:MAX_PRODUCTS]))
    if not products:
        return
    named = Q(shared__contains=str(asset_uuid)) | Q(by_locale__icontains=str(asset_uuid))
    rows = (
        Publication.objects.filter(Q(product__in=products) | Q(parent__in=products) | Q(root__in=products), named)
        .filter(state=PublicationState.LIVE)
        .order_by("view__code", "sku_key")
    )
    yield from rows.values_list("view__code", "sku")[:MAX_PRODUCTS]

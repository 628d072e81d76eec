"""Where the DAM's files are shown to others: the views, for which it asks its verdicts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from assets.choices import Medium
from assets.extensions import Target
from channels.choices import PublicationState
from channels.models import Publication
from channels.services.snapshot import get_delivery_structure
from pim.values.labels import label_of


class ViewTargets:
    """See `assets.extensions.Targets`."""

    def list(self) -> Sequence[Target]:
        """The active views."""
        views = get_delivery_structure().views_by_code
        return [
            Target(code, label_of(view.labels, code), view.terms.channel, view.terms.territory, Medium.WEB)
            for code, view in sorted(views.items())
            if view.is_active
        ]

    def shown(self, product_uuids: Collection[UUID]) -> Mapping[UUID, Collection[str]]:
        """The views in which each product is live."""
        found: dict[UUID, set[str]] = defaultdict(set)
        rows = Publication.objects.filter(uuid__in=list(product_uuids), state=PublicationState.LIVE)
        for uuid, code in rows.values_list("uuid", "view__code"):
            found[uuid].add(code)
        return found

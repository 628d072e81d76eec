"""How many files need a decision: for the sidebar and the first page."""

from __future__ import annotations

from django.http import HttpRequest

from catalog.choices import MatchState
from catalog.models import AssetMatch
from catalog.services.linking.matches import PERMISSION

MOST = 99


def count_decisions(request: HttpRequest) -> str:
    """As the sidebar shows it: empty for none and for whoever could not decide; counted up to 99; one short query."""
    if not request.user.has_perm(PERMISSION):
        return ""
    found = AssetMatch.objects.filter(state=MatchState.AMBIGUOUS).order_by()[: MOST + 1].count()
    return f"{MOST}+" if found > MOST else str(found or "")

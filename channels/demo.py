"""The delivery half of the demo: views of its channels, their publications, and a token to read them with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from channels.models import ChannelView
from channels.services.publishing import publish_pending
from channels.services.views import ensure_views
from pim import journal
from pim.models import User
from pim.services.tokens import check_token, create_token

VIEW = "webshop"
TOKEN_FILE = "demo-token"  # noqa: S105 - the name of the file that keeps it
LIFETIME = timedelta(days=365)


def load_delivery(say: Callable[[str], None]) -> Sequence[str]:
    """Open the views, publish what may go out, and keep one token; tells the token and where to use it."""
    ensure_views(actor=None)
    journal.run_consumers()
    published = publish_pending()
    if published.looked_at:
        say(_("%d publications looked at") % published.looked_at)
    if not ChannelView.objects.filter(code=VIEW).exists():
        return []
    return [
        _("Token    %s") % _keep_token(),
        _("         reads /hub/%(view)s/products and /hub/%(view)s/graphql, as Authorization: Bearer …")
        % {"view": VIEW},
    ]


def _keep_token() -> str:
    """The demo's token: made once, kept in a file that only its owner reads, so that it can be shown again."""
    path = Path(settings.VITRINE_HOME) / TOKEN_FILE
    text = path.read_text().strip() if path.exists() else ""
    if text and check_token(text, ip=None) is not None:
        return text
    user = User.objects.get(username="manager")
    _token, text = create_token(
        _("Web shop (demo)"), user=user, scopes=["delivery:read"], view=VIEW, may_introspect=True,
        expires=timezone.now() + LIFETIME,
    )  # fmt: skip
    path.touch(mode=0o600)
    path.write_text(f"{text}\n")
    return text

"""Views, publications and tokens for tests, made through the services and the journal."""

from __future__ import annotations

from typing import Any

from catalog.services.changes import ProductChange
from channels.models import ChannelView, Publication
from channels.services.publishing import publish_pending
from channels.services.publishing.publishing import Published
from pim import journal
from pim.models import User
from pim.services.structure import StructureChange, write_structure
from pim.services.tokens import create_token
from tests.factories.catalog import write
from tests.factories.structure import make_structure

COMPLETE = {
    "name:en_US": "Boot",
    "price": [{"amount": "10.00", "currency": "EUR"}, {"amount": "12", "currency": "USD"}],
}
"""Values with which a shoe is complete on the channel web in en_US."""


def make_view(code: str = "web", **fields: Any) -> ChannelView:
    """Create or change a view; by default of the channel of the same code, without asking for approval."""
    if not ChannelView.objects.filter(code=code).exists():
        fields = {"channel": code, "requires_approval": False, **fields}
    change = StructureChange(code, {"code": code, **fields})
    write_structure("channel_view", [change], actor=None, origin="command", atomic=True)
    return ChannelView.objects.get(code=code)


def make_shop(**fields: Any) -> ChannelView:
    """The structure with the view `web`."""
    make_structure()
    return make_view("web", **fields)


def make_shoes(*skus: str, **fields: Any) -> None:
    """Complete simple products in the tree of the channel."""
    fields = {"family": "shoe", "categories": ["shoes"], "values": COMPLETE, **fields}
    write(*(ProductChange(sku, **fields) for sku in skus), atomic=True)


def publish() -> Published:
    """Let the journal be read and what is dirty be published, as the workers do."""
    journal.run_consumers()
    return publish_pending()


def make_publication(sku: str = "boot") -> Publication:
    """A live publication, with all that it needs."""
    make_shop()
    make_shoes(sku)
    publish()
    return Publication.objects.get(view__code="web", sku=sku)


def make_bearer(**fields: Any) -> str:
    """The Authorization header of a token that may read every view."""
    user, _created = User.objects.get_or_create(username="consumer")
    _token, text = create_token("consumer", user=user, **fields)
    return f"Bearer {text}"

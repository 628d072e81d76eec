"""Share links and download tickets, made through their services."""

from __future__ import annotations

import itertools
from typing import Any

from assets.models import Asset, DownloadTicket, ShareLink
from assets.services.downloads.requests import DownloadRequest
from assets.services.downloads.selection import AssetSelection
from assets.services.downloads.tickets import ask_download
from assets.services.sharing.links import NewShare, create_share
from pim.choices import Origin
from pim.models import User
from tests.factories.assets import make_asset

_numbers = itertools.count(1)


def make_share(*assets: Asset, owner: User | None = None, **fields: Any) -> ShareLink:
    """A link to these assets, or to one of its own; made by a superuser unless somebody else is named."""
    owner = owner or User.objects.create_superuser(f"sharer_{next(_numbers)}")
    selection = AssetSelection(tuple(asset.uuid for asset in assets or [make_asset()]))
    return create_share(NewShare("Shared", selection, **fields), actor=owner, origin=Origin.SYSTEM)[0]


def make_ticket(*assets: Asset, owner: User | None = None) -> DownloadTicket:
    """A download that was asked for and not fetched."""
    owner = owner or User.objects.create_superuser(f"loader_{next(_numbers)}")
    request = DownloadRequest(tuple(asset.uuid for asset in assets or [make_asset()]))
    return ask_download(request, actor=owner).ticket

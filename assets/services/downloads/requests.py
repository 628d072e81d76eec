"""What a person wants packed: which assets, as what, in which folders, and for which use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from django.utils.translation import gettext as _

from assets.choices import Medium
from assets.models import Asset
from assets.rights import Verdict
from assets.services.downloads.files import ORIGINAL
from assets.services.downloads.naming import read_layout
from assets.services.renditions.presets import get_presets
from pim.errors import Problem, Refused
from pim.services.snapshot import get_structure


class Gate(Protocol):
    """Says, for those who ask, whether an asset may leave. Whatever it goes by is read anew at each call."""

    def judge(self, asset: Asset, preset: str) -> Verdict:
        """The verdict on this asset, as it is loaded, in this preset (`ORIGINAL`: as it was uploaded)."""
        ...


@dataclass(frozen=True, slots=True)
class Use:
    """For what a file is wanted; None asks nothing (see `judge_asset`)."""

    channel: str | None = None
    territory: str | None = None
    medium: str | None = None

    @classmethod
    def read(cls, *, channel: str | None = "", territory: str | None = "", medium: str | None = "") -> Use:
        """From what is sent.

        Raises:
            Refused: `unknown_channel`, `invalid_territory`, `unknown_medium`.
        """
        if channel and channel not in get_structure().channels:
            raise Refused("unknown_channel", _("There is no channel “%s”.") % channel, "/channel")
        if territory and not (len(territory) == 2 and territory.isascii() and territory.isalpha()):
            raise Refused("invalid_territory", _("A country is two letters, as DE."), "/territory")
        if medium and medium not in Medium.values:
            raise Refused("unknown_medium", _("There is no medium “%s”.") % medium, "/medium")
        return cls(channel or None, territory.upper() if territory else None, medium or None)


ANY_USE = Use()


@dataclass(frozen=True, slots=True)
class DownloadRequest:
    """Assets in an order, one preset for all (`ORIGINAL`: as uploaded), a layout, and the use."""

    assets: tuple[UUID, ...]
    preset: str = ORIGINAL
    layout: str = "flat"
    use: Use = ANY_USE

    def dump(self) -> dict[str, Any]:
        """As a ticket keeps it."""
        return {
            "assets": [str(uuid) for uuid in self.assets],
            "preset": self.preset,
            "layout": self.layout,
            "channel": self.use.channel,
            "territory": self.use.territory,
            "medium": self.use.medium,
        }

    @classmethod
    def load(cls, kept: Mapping[str, Any]) -> DownloadRequest:
        """From a ticket."""
        use = Use(kept["channel"], kept["territory"], kept["medium"])
        return cls(tuple(UUID(text) for text in kept["assets"]), kept["preset"], kept["layout"], use)


def check_request(request: DownloadRequest) -> None:
    """Say what is wrong with a request before anything is looked up.

    Raises:
        Refused: `unknown_preset`, `invalid_layout`.
    """
    if request.preset != ORIGINAL and get_presets().get(request.preset) is None:
        raise Refused("unknown_preset", _("There is no preset “%s”.") % request.preset[:100], "/preset")
    read_layout(request.layout)


def refuse(code: str, sentence: str) -> Verdict:
    """A no that has nothing to do with rights."""
    return Verdict(allowed=False, reasons=(Problem(code, sentence),))

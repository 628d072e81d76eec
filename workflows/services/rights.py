"""Verdicts on assets as the guards of transitions read them."""

from __future__ import annotations

from collections.abc import Iterable

from assets.models import Asset
from assets.services.rights.verdicts import judge_asset
from pim.errors import Problem


def judge_assets(assets: Iterable[Asset], channels: set[str]) -> dict[str, dict[str, list[Problem]]]:
    """The verdict on assets, loaded with their licence: `{uuid: {channel or "": reasons that name the asset}}`."""
    return {
        str(asset.uuid): {
            channel: [
                Problem(reason.code, f"{asset.code}: {reason.message}")
                for reason in judge_asset(asset, channel=channel or None).reasons
            ]
            for channel in channels
        }
        for asset in assets
    }

"""Naming rules, runs of them and files to be linked."""

from __future__ import annotations

import itertools
from typing import Any

from assets.models import Asset, PictureRule
from catalog.models import AssetMatch, Linking, NamingRule
from catalog.services.linking.running import preview_linking
from pim.models import User
from pim.services.structure import StructureChange, write_structure
from tests.factories.assets import make_asset
from tests.factories.structure import make, make_structure

_numbers = itertools.count(1)

ROLES = [
    {"text": "main", "attribute": "image"},
    {"text": "side", "attribute": "gallery"},
    {"text": "back", "attribute": "gallery"},
]


def make_picture_structure() -> None:
    """The usual structure, whose shoes have an image, a gallery, and a banner by channel and locale."""
    make_structure()
    make(
        "attribute",
        image={"group": "basics", "type": "asset"},
        gallery={"group": "basics", "type": "asset_list"},
        banner={"group": "basics", "type": "asset", "scopable": True, "localizable": True},
    )
    attributes = ["sku", "name", "color", "size", "weight", "price", "ean", "stock", "image", "gallery", "banner"]
    make("family", shoe={"attributes": attributes, "requirements": {}})


def make_naming_rule(code: str = "", **fields: Any) -> NamingRule:
    """`{sku}[_{role}][_{position}]`: main is the image, side and back the gallery; without a role the gallery."""
    code = code or f"naming_rule_{next(_numbers)}"
    given = {"code": code, "roles": ROLES, "attribute": "gallery", **fields}
    if "pattern" not in given:
        given.setdefault("template", "{sku}[_{role}][_{position}]")
    write_structure("naming_rule", [StructureChange(code, given)], actor=None, origin="command").raise_first()
    return NamingRule.objects.get(code=code)


def make_linking(owner: User, *assets: Asset) -> Linking:
    """A preview over some files."""
    return preview_linking({"assets": [str(asset.uuid) for asset in assets]}, actor=owner, is_detached=False)


def make_asset_match(state: str = "waiting", **fields: Any) -> AssetMatch:
    """A file that waits, as a row."""
    return AssetMatch.objects.create(asset=fields.pop("asset", None) or make_asset(), state=state, **fields)


def make_picture_rule(code: str = "", *, channel: str = "web", **fields: Any) -> PictureRule:
    """What the channel web asks of pictures."""
    code = code or f"picture_rule_{next(_numbers)}"
    change = StructureChange(code, {"code": code, "channel": channel, **fields})
    write_structure("picture_rule", [change], actor=None, origin="command").raise_first()
    return PictureRule.objects.get(code=code)

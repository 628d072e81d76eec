"""Assets, versions, presets and licences for tests, made through the services or, where a test needs none, as rows."""

from __future__ import annotations

import io
import itertools
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from assets.models import (
    Asset,
    AssetComment,
    AssetFamily,
    Collection,
    Folder,
    License,
    Release,
    Rendition,
    RenditionPreset,
)
from assets.services.bulk_ingest import ingest_many
from assets.services.collections import add_items, create_collection
from assets.services.comments import write_comment
from assets.services.renditions import build_renditions, current_recipes
from pim.choices import Origin
from pim.models import User
from pim.services.structure import StructureChange, write_structure
from tests.assets.pictures import as_bytes, draw_scene

_numbers = itertools.count(1)


def make_upload(name: str = "mug.jpg", picture: Image.Image | None = None, fmt: str = "JPEG") -> SimpleUploadedFile:
    return SimpleUploadedFile(
        name, as_bytes(picture or draw_scene(seed=next(_numbers)), fmt), "application/octet-stream"
    )


def make_asset(name: str = "", *, content: bytes | None = None, stage: str | None = None, **fields: Any) -> Asset:
    """A ready picture, unlike any before it."""
    number = next(_numbers)
    content = content or as_bytes(draw_scene(240, 160, seed=number), "PNG")
    name = name or f"picture_{number}.png"
    result = ingest_many({name: lambda: io.BytesIO(content)}, actor=None, origin=Origin.SYSTEM, stage=stage)
    asset = Asset.objects.with_current().get(uuid=result.assets[name])
    if fields:
        Asset.objects.filter(pk=asset.pk).update(**fields)
        asset = Asset.objects.with_current().get(pk=asset.pk)
    return asset


def make_asset_family(code: str = "", **fields: Any) -> AssetFamily:
    code = code or f"asset_family_{next(_numbers)}"
    change = StructureChange(code, {"code": code, **fields})
    write_structure("asset_family", [change], actor=None, origin=Origin.SYSTEM).raise_first()
    return AssetFamily.objects.get(code=code)


def make_comment(asset: Asset | None = None, *, text: str = "Too dark") -> AssetComment:
    author = User.objects.get_or_create(username="critic", is_superuser=True)[0]
    return write_comment(asset or make_asset(), text, actor=author, origin=Origin.SYSTEM)


def make_license(code: str = "", **fields: Any) -> License:
    code = code or f"license_{next(_numbers)}"
    write_structure(
        "license", [StructureChange(code, {"code": code, **fields})], actor=None, origin=Origin.SYSTEM
    ).raise_first()
    return License.objects.get(code=code)


def make_preset(code: str = "", *, is_eager: bool = False, **settings: Any) -> RenditionPreset:
    code = code or f"preset_{next(_numbers)}"
    settings = settings or {"fit": "cover", "width": 50, "height": 50, "formats": ["webp", "jpeg"]}
    change = StructureChange(code, {"code": code, "settings": settings, "is_eager": is_eager})
    write_structure("rendition_preset", [change], actor=None, origin=Origin.SYSTEM).raise_first()
    return RenditionPreset.objects.get(code=code)


def make_rendition(asset: Asset | None = None) -> Rendition:
    """The first rendition of a picture, drawn."""
    recipes = current_recipes(asset or make_asset())
    return build_renditions([recipes[0].digest])[0]


def make_folder(code: str = "", *, parent: str | None = None, **fields: Any) -> Folder:
    code = code or f"folder_{next(_numbers)}"
    change = StructureChange(code, {"code": code, "parent": parent, **fields})
    write_structure("folder", [change], actor=None, origin=Origin.SYSTEM).raise_first()
    return Folder.objects.get(code=code)


def make_collection(name: str = "", *assets: Asset, query: Any = None, actor: Any = None, **fields: Any) -> Collection:
    """By hand, with these assets in this order; with a query: by search."""
    name = name or f"Collection {next(_numbers)}"
    collection = create_collection(name=name, query=query, actor=actor, origin=Origin.SYSTEM, **fields)
    if assets:
        add_items(collection, [asset.uuid for asset in assets], actor=actor, origin=Origin.SYSTEM)
    return collection


def make_release(code: str = "", **fields: Any) -> Release:
    code = code or f"release_{next(_numbers)}"
    state = {"code": code, "person": "Anna Muster", **fields}
    write_structure("release", [StructureChange(code, state)], actor=None, origin=Origin.SYSTEM).raise_first()
    return Release.objects.get(code=code)

"""Writes the demo catalog into an empty house, through the same doors as everybody else."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from itertools import groupby
from typing import Any, BinaryIO, cast
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from assets.services.bulk_ingest import ingest_many
from assets.services.collections import add_items, create_collection
from assets.services.writing import AssetChange, write_assets
from catalog.demo.build import build_demo
from catalog.demo.parts import DemoCatalog, DemoProduct
from catalog.demo.picturing import DemoFile, Picture
from catalog.extensions import get_stage_rules
from catalog.models import Product
from catalog.services.changes import ProductChange
from catalog.services.products import write_products
from catalog.services.stages import move_products
from catalog.skus import sku_key
from pim.choices import Origin
from pim.models import User
from pim.services.people import ensure_person
from pim.services.structure import StructureChange, write_structure

Say = Callable[[str], None]

PASSWORD = "demo"  # noqa: S105 - the demo's, printed on the console
MESSAGE = "Demo catalog"
DRAWING_STEPS = 50
STAGES_BEFORE = {"approved": ("in_review",), "retired": ("in_review", "approved")}
"""Stages that a product passes on its way to another; each leaves its line in the journal."""


def load_people(say: Say) -> Sequence[str]:
    """Create the demo's users where they are missing."""
    for user in build_demo(_today()).users:
        ensure_person(
            user.username,
            password=PASSWORD,
            first_name=user.first_name,
            last_name=user.last_name,
            email=user.email,
            groups=user.groups,
            is_superuser=user.is_superuser,
        )
    return []


def load_catalog(say: Say) -> Sequence[str]:
    """Write structure, files and products, all or nothing; does nothing where any of the products exists."""
    demo = build_demo(_today())
    keys = [sku_key(product.sku) for product in demo.products]
    if Product.objects.filter(sku_key__in=keys).exists():
        return []
    drawn = _draw(demo, say)
    people = User.objects.in_bulk([user.username for user in demo.users], field_name="username")
    with transaction.atomic():
        _write_structure(demo, people.get("admin"))
        say(_("%d pieces of structure") % len(demo.structure))
        uuids = _write_files(demo, drawn, people.get("creative"))
        say(_("%d pictures and documents") % len(uuids))
        _write_collections(demo, uuids, people.get("creative"))
        _write_products(demo, uuids, people.get("manager"))
        say(_("%d products and models") % len(demo.products))
        move_to_stages(demo.products, sender=people.get("manager"), reviewer=people.get("reviewer"))
    return []


def move_to_stages(products: Sequence[DemoProduct], *, sender: User | None, reviewer: User | None) -> None:
    """Take the products through the stages to where they should be; stages that do not exist are left out."""
    rules = get_stage_rules()
    ids = dict(
        Product.objects.filter(sku_key__in=[sku_key(product.sku) for product in products]).values_list("sku_key", "id")
    )
    by_stage = sorted(products, key=lambda product: product.stage)
    for stage, members in groupby(by_stage, key=lambda product: product.stage):
        found = [ids[sku_key(product.sku)] for product in members]
        for step in (*STAGES_BEFORE.get(stage, ()), stage):
            if rules.exists(step):
                actor = reviewer if step in ("approved", "retired") else sender
                move_products(found, step, actor=actor, origin=Origin.COMMAND, message=MESSAGE)


def _today() -> date:
    return timezone.localdate()


def _draw(demo: DemoCatalog, say: Say) -> dict[str, tuple[str, bytes]]:
    drawn = {}
    for number, file in enumerate(demo.files, start=1):
        drawn[file.code] = file.read()
        if number % DRAWING_STEPS == 0:
            say(_("Drawing pictures: %(done)d of %(total)d") % {"done": number, "total": len(demo.files)})
    return drawn


def _write_structure(demo: DemoCatalog, actor: User | None) -> None:
    for kind, pieces in groupby(demo.structure, key=lambda piece: piece.kind):
        changes = [StructureChange(piece.key, piece.fields) for piece in pieces]
        write_structure(kind, changes, actor=actor, origin=Origin.COMMAND, message=MESSAGE, atomic=True)


def _write_files(demo: DemoCatalog, drawn: Mapping[str, tuple[str, bytes]], actor: User | None) -> dict[str, UUID]:
    """Take the files in, then say what they show and on what terms. Returns the uuids by file code."""
    uuids: dict[str, UUID] = {}
    for (_is_picture, stage), files in groupby(sorted(demo.files, key=_batch), key=_batch):
        members = list(files)
        openers = {drawn[file.code][0]: partial(_open, drawn[file.code][1]) for file in members}
        result = ingest_many(openers, actor=actor, origin=Origin.COMMAND, stage=stage)
        for error in result.refused.values():
            raise error
        uuids |= {file.code: result.assets[drawn[file.code][0]] for file in members}
    changes = [
        AssetChange(
            str(uuids[file.code]), {"labels": file.texts, "alt": file.texts, "license": file.license, **file.filing}
        )
        for file in demo.files
    ]
    write_assets(changes, actor=None, origin=Origin.COMMAND, message=MESSAGE, atomic=True)
    return uuids


def _write_collections(demo: DemoCatalog, uuids: Mapping[str, UUID], owner: User | None) -> None:
    for entry in demo.collections:
        fields = {"name": entry.name, "description": entry.description, "query": entry.query}
        collection = create_collection(actor=owner, origin=Origin.COMMAND, message=MESSAGE, **fields)
        if entry.files:
            found = [uuids[code] for code in entry.files]
            add_items(collection, found, actor=owner, origin=Origin.COMMAND, message=MESSAGE)


def _batch(file: DemoFile) -> tuple[bool, str]:
    """Documents first, so that the library, newest first, opens with pictures."""
    return isinstance(file.content, Picture), file.stage


def _open(content: bytes) -> BinaryIO:
    return cast("BinaryIO", io.BytesIO(content))


def _write_products(demo: DemoCatalog, uuids: Mapping[str, UUID], actor: User | None) -> None:
    """Products first, links between them second, so that every target exists."""
    changes = [make_change(product, uuids) for product in demo.products]
    write_products(changes, actor=actor, origin=Origin.COMMAND, message=MESSAGE, atomic=True)
    links = [
        ProductChange(product.sku, associations=product.associations, own_links_only=True, must_exist=True)
        for product in demo.products
        if product.associations
    ]
    write_products(links, actor=actor, origin=Origin.COMMAND, message=MESSAGE, atomic=True)


def make_change(product: DemoProduct, uuids: Mapping[str, UUID]) -> ProductChange:
    """What the write path is told of a product; `uuids` turns codes of files into assets."""
    values: dict[str, Any] = dict(product.values)
    for key, code in product.files.items():
        values[key] = str(uuids[code]) if isinstance(code, str) else [str(uuids[one]) for one in code]
    change = ProductChange(product.sku, kind=product.kind, family=product.family, values=values)
    if product.family_variant is not None:
        change.family_variant = product.family_variant
    if product.parent is not None:
        change.parent = product.parent
    if product.categories:
        change.categories = product.categories
    if product.groups:
        change.groups = product.groups
    return change

"""What pickers ask while a person types: categories, products, groups; and assets with their pictures."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.response import TemplateResponse
from django.urls import reverse

from assets.services.access import can
from assets.services.references import read_texts
from assets.services.searching.listing import list_assets, select_assets
from catalog.admin.grid.state import choose_scope
from catalog.models import Group, Product
from catalog.services.listing import select_products
from catalog.services.showing import make_reader, show_products, thumbnails
from catalog.services.snapshot import get_catalog_structure
from catalog.skus import sku_key
from pim.errors import Refused
from pim.models import Category
from pim.querying.pages import PageRequest
from pim.querying.tree import And, Leaf, Node, Operator
from pim.querysets.pages import fetch_ids
from pim.values.labels import label_of

SUGGESTIONS = 20
ASSETS = 60


def suggest(request: HttpRequest) -> JsonResponse:
    """At most twenty things whose code or label fits: `{"results": [{"value", "label", "hint", "image"}]}`."""
    kind, words = request.GET.get("kind", ""), request.GET.get("q", "").strip()
    find = {"category": _categories, "group": _groups, "product": _products}.get(kind)
    return JsonResponse({"results": find(words) if find else []})


def choose_assets(request: HttpRequest) -> HttpResponse:
    """The dialog of the asset picker, or, asked with `page`, only its tiles."""
    if not can(request.user, "view"):
        raise PermissionDenied
    words, kinds = request.GET.get("q", "").strip(), [kind for kind in request.GET.get("kinds", "").split(",") if kind]
    conditions: list[Node] = []
    if words:
        conditions.append(Leaf("search", Operator.CONTAINS, words, pointer="/q"))
    if kinds:
        conditions.append(Leaf("kind", Operator.IN, list(kinds)))
    node = And(tuple(conditions)) if conditions else None
    try:
        where = select_assets(node)
        assets = list_assets(where, limit=ASSETS).assets
    except Refused:
        assets = []
    labels = read_texts([asset.pk for asset in assets], "label")
    addresses = thumbnails(str(asset.uuid) for asset in assets)
    tiles = [
        {
            "uuid": str(asset.uuid),
            "title": label_of(labels.get(asset.pk, {}), asset.version.filename if asset.version else asset.code),
            "thumbnail": addresses.get(str(asset.uuid), ""),
            "kind": asset.kind,
            "is_ready": asset.version is not None,
        }
        for asset in assets
    ]
    context = {
        "tiles": tiles,
        "q": words,
        "kinds": ",".join(kinds),
        "may_upload": can(request.user, "add"),
        "upload_url": reverse("admin:assets_asset_upload"),
        "is_multiple": request.GET.get("multiple") == "1",
    }
    template = "catalog/_asset_tiles.html" if "tiles" in request.GET else "catalog/_asset_picker.html"
    return TemplateResponse(request, template, context)


def _categories(words: str) -> list[dict[str, Any]]:
    found = Category.objects.filter(Q(code__icontains=words) | Q(labels__icontains=words)).order_by("path")
    rows = list(found[:SUGGESTIONS])
    steps = Category.steplen
    above = {row.path[: steps * depth] for row in rows for depth in range(1, row.depth)}
    names = {path: label_of(labels, code) for path, labels, code in
             Category.objects.filter(path__in=above).values_list("path", "labels", "code")}  # fmt: skip
    return [
        {
            "value": row.code,
            "label": row.label,
            "hint": " › ".join(names[row.path[: steps * depth]] for depth in range(1, row.depth)),
        }
        for row in rows
    ]


def _groups(words: str) -> list[dict[str, Any]]:
    found = Group.objects.filter(Q(code__icontains=words) | Q(labels__icontains=words))[:SUGGESTIONS]
    return [{"value": group.code, "label": group.label, "hint": group.code} for group in found]


def _products(words: str) -> list[dict[str, Any]]:
    """By the beginning of the SKU first, then by full text."""
    if not words:
        return []
    ids = list(
        Product.objects.present().filter(sku_key__startswith=sku_key(words)).order_by("sku_key")[:SUGGESTIONS]
        .values_list("pk", flat=True)
    )  # fmt: skip
    if len(ids) < SUGGESTIONS and len(words) > 2:
        node = Leaf("search", Operator.CONTAINS, words, pointer="/q")
        page = fetch_ids(connection, PageRequest(select_products(node), limit=SUGGESTIONS))
        ids += [pk for pk in page.ids if pk not in ids]
    catalog = get_catalog_structure()
    reader = make_reader(*choose_scope(catalog, {}, {}))
    return [
        {
            "value": f"{'product_models' if product.is_model else 'products'}:{product.sku}",
            "label": product.label,
            "hint": product.sku,
            "image": product.thumbnail,
        }
        for product in show_products(ids[:SUGGESTIONS], reader=reader)
    ]

"""How tests read pages: by what a person sees."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from django.test import Client
from django.urls import reverse

from catalog.models import Product
from tests.factories.workflows import make_caller


class Texts(HTMLParser):
    """Collects the text of elements by class."""

    def __init__(self, wanted: str) -> None:
        super().__init__()
        self.wanted, self.depth, self.found = wanted, 0, []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag in {"input", "img", "br", "meta", "link", "hr"}:
            return
        if self.depth:
            self.depth += 1
        elif self.wanted in (dict(attrs).get("class") or "").split():
            self.depth = 1
            self.found.append("")

    def handle_endtag(self, tag: str) -> None:
        if self.depth and tag not in {"input", "img", "br", "meta", "link", "hr"}:
            self.depth -= 1

    def handle_data(self, data: str) -> None:
        if self.depth:
            self.found[-1] += data


def texts(page: Any, wanted: str) -> list[str]:
    """The texts of all elements with a class, with single spaces."""
    parser = Texts(wanted)
    parser.feed(page.content.decode())
    return [" ".join(text.split()) for text in parser.found]


def log_in(kind: str = "superuser") -> Client:
    """A browser in which a person of a kind is logged in."""
    client = Client()
    client.force_login(make_caller(kind))
    return client


def grid(client: Client, **params: Any) -> Any:
    """A page of the grid."""
    return client.get(reverse("admin:catalog_product_changelist"), params)


def skus(page: Any) -> list[str]:
    """The SKUs of a page of the grid, in order."""
    return [row.product.sku for row in page.context["cl"].rows]


def url_of(sku: str, page: str = "change") -> str:
    """The address of a page of a product."""
    return reverse(f"admin:catalog_product_{page}", args=[Product.objects.get(sku=sku).uuid])


def open_form(client: Client, sku: str, **params: str) -> dict[str, Any]:
    """What a browser would post if nothing were touched."""
    page = client.get(url_of(sku), params)
    assert page.status_code == 200
    context = page.context
    posted: dict[str, Any] = {"revision": context["product"].revision, "has_memberships": "1", "has_links": "1"}
    for tab in context["tabs"]:
        for row in tab.rows:
            if row.bound is not None and not row.bound.field.disabled:
                posted.update(_as_posted(row))
    if context["product"].enabled:
        posted["enabled"] = "1"
    posted["category"] = context["links"].own_categories
    posted["group"] = context["links"].group_codes
    for code, rows in context["links"].associations.items():
        posted[f"link-{code}"] = [f"{row.side}:{row.key}" for row in rows]
        posted[f"quantity-{code}"] = [row.quantity or "" for row in rows]
    for code, rows in context["links"].mirrored.items():
        posted[f"mirrored-{code}"] = [row.key for row in rows]
        posted[f"link-{code}"] = [*posted.get(f"link-{code}", []), *(f"{row.side}:{row.key}" for row in rows)]
    return posted


def _as_posted(row: Any) -> dict[str, Any]:
    name, value, widget = row.bound.html_name, row.bound.value(), row.bound.field.widget
    if hasattr(widget, "widgets_names"):
        parts = widget.decompress(value)
        return {name + suffix: part or "" for suffix, part in zip(widget.widgets_names, parts, strict=True)}
    return {name: value if value is not None else ""}

"""Every address of the house, filled in with what is really there, and one of everything to be found under them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.viewsets import ViewSetMixin

from assets.models import Asset
from catalog.models import Product
from pim.choices import JobState
from pim.models import Job
from tests.factories.assets import make_asset
from tests.factories.channels import make_publication

SECRET = "Geheimnis"
"""Part of the sku of a product, of the code of an asset and of a file's name."""

_PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")
_GROUP = re.compile(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)")
_ADMIN = re.compile(r"admin/(\w+)/(\w+)/")
_REST = re.compile(r"api/v1/(?:bulk/)?([\w-]+)/")
_KEYS = {
    "association-types": "PAIR",
    "attribute-groups": "basics",
    "attribute-options": "color.red",
    "attributes": "name",
    "categories": "shoes",
    "channel-views": "web",
    "channels": "web",
    "currencies": "EUR",
    "families": "shoe",
    "family-variants": "by_size",
    "groups": "promotion",
    "locales": "en_US",
    "measurement-families": "Weight",
    "models": SECRET,
    "products": SECRET,
    "rendition-presets": "thumb",
    "workflows": "products",
}


@dataclass(frozen=True, slots=True)
class Address:
    """One address: as the table of URLs writes it, and filled in. `model` is `app.model`, where it is about one."""

    pattern: str
    path: str
    model: str
    scope: str

    def with_key(self, key: str) -> str:
        """The address of something else."""
        return _fill(self.pattern, dict.fromkeys(_names(self.pattern), key))

    @property
    def has_key(self) -> bool:
        """Whether it is about one thing among several."""
        return bool(_names(self.pattern))


def make_world() -> None:
    """One of everything, with the secret in its name."""
    make_publication(SECRET)
    make_asset(f"{SECRET}.png")
    Job.objects.create(kind="import_akeneo", state=JobState.DONE, error=SECRET)


def all_addresses() -> list[Address]:
    """Every address that the house has, filled in with what `make_world` made; logging out is left alone."""
    found = []
    for pattern, view in _walk(get_resolver().url_patterns):
        if pattern.endswith("logout/"):
            continue
        model, scope = _subject(pattern, view)
        found.append(Address(pattern, _fill(pattern, _keys(pattern)), model, scope))
    return found


def _walk(patterns: Sequence[URLPattern | URLResolver], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for entry in patterns:
        pattern = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _walk(entry.url_patterns, pattern)
        else:
            plain = pattern.replace("^", "").replace("/?$", "/").replace("$", "").replace("\\.", ".")
            yield _GROUP.sub(r"<\1>", plain), entry.callback


def _subject(pattern: str, view: Any) -> tuple[str, str]:
    viewset = getattr(view, "cls", None)
    if isinstance(viewset, type) and issubclass(viewset, ViewSetMixin):
        return getattr(viewset, "permission_model", ""), getattr(viewset, "scope", "")
    model = _model_of(pattern)
    return (model._meta.label_lower if model else ""), ""


def _model_of(pattern: str) -> type[Any] | None:
    named = _ADMIN.match(pattern)
    return apps.all_models[named[1]].get(named[2]) if named and named[1] in apps.app_configs else None


def _keys(pattern: str) -> dict[str, str]:
    keys = {"view": "web", "subject_type": "product", "number": "1", "app_label": "pim", "url": "nothing"}
    keys |= {"preset": "thumb", "shard": "aa", "digest": "a" * 64, "extension": "webp", "sku": SECRET}
    product, asset, job = Product.objects.get(), Asset.objects.get(), Job.objects.latest("pk")
    key = str(product.uuid)
    if (model := _model_of(pattern)) and "workflow/move" not in pattern:
        row: Any = model._default_manager.first()
        key = str(getattr(row, "uuid", None) or getattr(row, "pk", 1))
    elif named := _REST.match(pattern):
        key = {"assets": str(asset.uuid), "jobs": str(job.uuid), **_KEYS}.get(named[1], "nothing")
    elif pattern.startswith("media/original"):
        key = str(asset.uuid)
    return {**keys, **dict.fromkeys(("object_id", "key", "uuid", "id", "content_type_id"), key)}


def _names(pattern: str) -> list[str]:
    return _PARAMETER.findall(pattern)


def _fill(pattern: str, keys: dict[str, str]) -> str:
    return "/" + _PARAMETER.sub(lambda found: keys.get(found[1], "1"), pattern)

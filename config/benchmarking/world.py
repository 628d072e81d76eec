"""What measurements share: one generated catalog, its publications, one web server; each made when first asked for."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from functools import cached_property

from django.db import connection
from PIL import Image

from assets.models import Asset
from assets.services.bulk_ingest import ingest_many
from assets.services.renditions import build_renditions, current_recipes
from catalog.services.products import write_products
from channels.services.publishing import publish_pending
from config.benchmarking.generated import GeneratedProducts
from config.benchmarking.serving import WebServer
from config.benchmarking.structure import write_generated_structure
from pim import journal
from pim.choices import Origin
from pim.models import User
from pim.services.tokens import create_token

PICTURES = 20


class World:
    """A run: how large the catalog is, and what of it exists already."""

    def __init__(self, products: int, *, with_variants: bool, say: Callable[[str], None]) -> None:
        self.products = products
        self.with_variants = with_variants
        self.say = say
        self.is_loaded = False
        self.is_published = False
        self.names_of_pictures: dict[str, str] = {}
        self._web: WebServer | None = None

    @cached_property
    def generated(self) -> GeneratedProducts:
        """The products, with the structure and the pictures they name in place."""
        write_generated_structure()
        uuids = _ingest(self.pictures)
        self.names_of_pictures = {uuid: name for name, uuid in uuids.items()}
        return GeneratedProducts(self.products, with_variants=self.with_variants, images=list(uuids.values()))

    @cached_property
    def pictures(self) -> dict[str, bytes]:
        """Small pictures by file name."""
        return {f"picture_{number}.png": _draw(number) for number in range(PICTURES)}

    def load(self) -> None:
        """Have the products in the catalog."""
        if self.is_loaded:
            return
        self.say("loading the catalog")
        for chunk in self.generated.chunks():
            write_products(chunk, actor=None, origin=Origin.COMMAND, atomic=True)
        self.analyse()
        self.is_loaded = True

    def publish(self) -> None:
        """Have the products published."""
        self.load()
        if self.is_published:
            return
        self.say("publishing the catalog")
        journal.run_consumers()
        publish_pending(at_most_s=3_600)
        self.analyse()
        self.is_published = True

    def analyse(self) -> None:
        """Let the planner know the tables, as autovacuum would within a minute."""
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")

    @cached_property
    def user(self) -> User:
        """Somebody who may do everything."""
        return User.objects.create_superuser("benchmark", "benchmark@localhost", "benchmark")

    @cached_property
    def bearer(self) -> str:
        """The Authorization header of a token that may do everything."""
        return f"Bearer {create_token('benchmark', user=self.user, may_introspect=True)[1]}"

    @property
    def web(self) -> WebServer:
        """The platform's web server with two workers, started when first asked for."""
        if self._web is None:
            self._web = WebServer.start()
        return self._web

    def close(self) -> None:
        """Stop what was started."""
        if self._web is not None:
            self._web.stop()


def _ingest(pictures: Mapping[str, bytes]) -> dict[str, str]:
    """Take pictures in, with their previews drawn: `{file name: uuid}`."""
    openers = {name: _opener(content) for name, content in pictures.items()}
    taken = ingest_many(openers, actor=None, origin=Origin.COMMAND)
    assets = Asset.objects.with_current().filter(uuid__in=taken.assets.values())
    build_renditions([recipe.digest for asset in assets for recipe in current_recipes(asset)])
    return {name: str(uuid) for name, uuid in taken.assets.items()}


def _opener(content: bytes) -> Callable[[], io.BytesIO]:
    return lambda: io.BytesIO(content)


def _draw(number: int) -> bytes:
    file = io.BytesIO()
    Image.linear_gradient("L").rotate(number * 7).convert("RGB").save(file, "PNG")
    return file.getvalue()

"""One product changed by a person: the service, and the admin's form around it, beside one UPDATE."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalog.models import Product
from catalog.services.changes import ProductChange
from catalog.services.products import write_products
from config.benchmarking.figures import Figure, cost
from config.benchmarking.timing import median_ms, time_each
from config.benchmarking.world import World
from pim.choices import Origin

TIMES = 100


class Saving:
    """A changed name in one locale: values, derived rows, journal."""

    code = "saving"

    def measure(self, world: World) -> Iterator[Figure]:
        """Save through the service and through the form; update one row of values by hand."""
        world.load()
        numbers = itertools.count()
        sku = world.generated.sku(world.products - 1)

        def save() -> None:
            change = ProductChange(sku, values={"name:en_US": f"Another name {next(numbers)}"})
            write_products([change], actor=world.user, origin=Origin.ADMIN, atomic=True)

        save()
        with CaptureQueriesContext(connection) as queries:
            save()
        with connection.cursor() as cursor:

            def update() -> None:
                cursor.execute(
                    'UPDATE catalog_productvalues SET "values" = "values" || jsonb_build_object(%s::text, %s::text)'
                    " WHERE locale = 1 AND product_id = (SELECT id FROM catalog_product WHERE sku = %s)",
                    ["name:en_US", f"By hand {next(numbers)}", sku],
                )

            limit = median_ms(time_each(update, times=TIMES))
        yield cost(
            "saving one product", median_ms(time_each(save, times=TIMES)), "ms", limit=limit, at_most=60,
            note=f"service; {len(queries)} queries; limit: one UPDATE",
        )  # fmt: skip
        yield from _measure_form(world, sku, limit)


def _measure_form(world: World, sku: str, limit: float) -> Iterator[Figure]:
    """The page of a product with its form, and what its button does, up to the redirect."""
    client = Client(headers={"host": "localhost"})
    client.force_login(world.user)
    product = Product.objects.get(sku=sku)
    page = reverse("admin:catalog_product_change", args=(product.uuid,))
    numbers = itertools.count()
    posted = _posted(client.get(f"{page}?locale=en_US"))
    name = next(name for name in posted if name.endswith("name:en_US"))

    def save() -> None:
        product.refresh_from_db(fields=["revision"])
        answer = client.post(page, {**posted, "revision": product.revision, name: f"By form {next(numbers)}"})
        if answer.status_code != 302:
            raise AssertionError(f"{page}: {answer.status_code}")

    before = product.revision
    for title, call, beside, hold in (
        ("saving one product: form", save, limit, 60),
        ("a product's page", lambda: client.get(page), None, 200),
    ):
        call()
        with CaptureQueriesContext(connection) as queries:
            call()
        asked = len(queries)
        note = f"request to answer; {asked} queries"
        yield cost(title, median_ms(time_each(call, times=TIMES)), "ms", limit=beside, at_most=hold, note=note)
    product.refresh_from_db()
    if product.revision <= before:
        raise AssertionError("the form saved nothing")


def _posted(answer: Any) -> dict[str, Any]:
    """What a browser would send of a product's form as it was opened."""
    posted: dict[str, Any] = {}
    for field in answer.context_data["form"]:
        widget = field.field.widget.get_context(field.html_name, field.value(), {})["widget"]
        posted |= {part["name"]: part["value"] for part in widget.get("subwidgets", [widget])}
    return {name: value for name, value in posted.items() if value not in (None, "", False)}

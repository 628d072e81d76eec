"""Every list asks the database as often for fifty rows as for one."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from config import api
from pim.models import Job, User
from tests.factories.assets import make_collection, make_license, make_preset
from tests.factories.callers import make_program
from tests.factories.catalog import make_product
from tests.factories.channels import make_view
from tests.factories.structure import make, make_structure
from tests.factories.views import make_saved_view

pytestmark = pytest.mark.django_db


def make_options(count):
    from pim.services.structure import StructureChange, write_structure

    rows = [StructureChange(f"color.o{n}", {"attribute": "color", "code": f"o{n}"}) for n in range(count)]
    write_structure("option", rows, actor=None, origin="command", atomic=True)


def many(kind, **fields):
    return lambda count: make(kind, **{f"x{number}": dict(fields) for number in range(count)})


MAKERS = {
    "locales": many("locale", fallback="en_US"),
    "currencies": many("currency"),
    "channels": many("channel", locales=["en_US"], currencies=["EUR"], category_tree="master"),
    "categories": many("category", parent="master"),
    "attribute-groups": many("attribute_group"),
    "attributes": many("attribute", group="basics", available_locales=["en_US"]),
    "attribute-options": make_options,
    "measurement-families": many("measurement_family", standard_unit="U", units=[{"code": "U"}]),
    "families": many("family", attributes=["sku", "name"], requirements={"web": ["name"]}, label_attribute="name"),
    "family-variants": many("family_variant", family="shoe", levels=[{"axes": ["size"], "attributes": ["ean"]}]),
    "association-types": many("association_type"),
    "groups": many("group"),
    "licenses": lambda count: [make_license(f"x{number}") for number in range(count)],
    "rendition-presets": lambda count: [make_preset(f"x{number}") for number in range(count)],
    "channel-views": lambda count: [make_view(f"x{number}", channel="web") for number in range(count)],
    "jobs": lambda count: [Job.objects.create(kind="undo") for _ in range(count)],
    "entries": many("locale"),
    "saved-views": lambda count: [
        make_saved_view(User.objects.earliest("pk"), f"View {number}") for number in range(count)
    ],
    "folders": many("folder"),
    "collections": lambda count: [make_collection(f"Collection {number}") for number in range(count)],
    "products": lambda count: [
        make_product(f"P{n}", categories=["shoes"], groups=["promotion"], values={"color": "red"}) for n in range(count)
    ],
    "product-models": lambda count: [
        make_product(f"M{n}", kind="model", family_variant="by_size", categories=["shoes"]) for n in range(count)
    ],
}
ELSEWHERE = {"assets", "workflows", "me", "transitions"}
"""Lists whose own tests count their queries, and addresses that are no lists."""


def test_every_list_is_counted():
    prefixes = {prefix for prefix, viewset, _name in api.router.registry if hasattr(viewset, "list")}

    assert sorted(prefixes - MAKERS.keys() - ELSEWHERE) == []


@pytest.mark.parametrize("resource", MAKERS)
def test_a_list_asks_as_much_for_fifty_rows_as_for_one(resource):
    make_structure()
    program = make_program()
    MAKERS[resource](1)
    address = f"/api/v1/{resource}/?limit=100&count=exact"

    def count():
        with CaptureQueriesContext(connection) as queries:
            body = program.get(address).json()
        return len(body["results"]), len(queries)

    count()
    _rows, before = count()
    MAKERS[resource](50)
    count()
    rows, after = count()

    assert rows >= 50
    assert after <= before

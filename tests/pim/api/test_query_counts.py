"""Every list asks the database as often for fifty rows as for one."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assets.services.downloads.selection import AssetSelection
from assets.services.sharing.links import NewShare, create_share
from assets.services.uploads import Announced, begin_batch, begin_upload
from config import api
from pim.models import Attribute, Job, User
from tests.factories.assets import (
    make_asset,
    make_collection,
    make_comment,
    make_license,
    make_preset,
    make_release,
)
from tests.factories.callers import make_program
from tests.factories.catalog import make_product
from tests.factories.channels import make_view
from tests.factories.linking import make_asset_match, make_linking, make_naming_rule
from tests.factories.structure import make, make_structure
from tests.factories.views import make_saved_view

pytestmark = pytest.mark.django_db


def make_options(count):
    from pim.services.structure import StructureChange, write_structure

    rows = [StructureChange(f"color.o{n}", {"attribute": "color", "code": f"o{n}"}) for n in range(count)]
    write_structure("option", rows, actor=None, origin="command", atomic=True)


def make_naming_rules(count):
    if not Attribute.objects.filter(code="gallery").exists():
        make("attribute", gallery={"group": "basics", "type": "asset_list"})
    for _number in range(count):
        make_naming_rule(roles=[])


def make_linkings(count):
    owner = User.objects.earliest("pk")
    make_naming_rules(1)
    for _number in range(count):
        make_linking(owner, make_asset())


def make_shares(count):
    owner = User.objects.earliest("pk")
    for number in range(count):
        wanted = NewShare(f"Share {number}", AssetSelection((make_asset().uuid,)))
        create_share(wanted, actor=owner, origin="command")


def make_uploads(count):
    owner = User.objects.earliest("pk")
    for number in range(count):
        batch = begin_batch(actor=owner, origin="api")
        begin_upload(batch, Announced(f"{number}.jpg", 1_000), actor=owner)


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
    "asset-comments": lambda count: [make_comment() for _ in range(count)],
    "asset-families": many("asset_family"),
    "asset-matches": lambda count: [make_asset_match() for _ in range(count)],
    "linkings": make_linkings,
    "naming-rules": make_naming_rules,
    "picture-rules": many("picture_rule", channel="web"),
    "releases": lambda count: [make_release(f"x{number}") for number in range(count)],
    "shares": make_shares,
    "uploads": make_uploads,
    "collections": lambda count: [make_collection(f"Collection {number}") for number in range(count)],
    "products": lambda count: [
        make_product(f"P{n}", categories=["shoes"], groups=["promotion"], values={"color": "red"}) for n in range(count)
    ],
    "product-models": lambda count: [
        make_product(f"M{n}", kind="model", family_variant="by_size", categories=["shoes"]) for n in range(count)
    ],
}
PARAMETERS = {**dict.fromkeys(("asset-comments", "asset-matches", "linkings", "shares"), "?limit=100"), "uploads": ""}
"""Of lists that do not tell how many there are; that of uploads is never longer than twenty."""

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
    address = f"/api/v1/{resource}/" + PARAMETERS.get(resource, "?limit=100&count=exact")

    def count():
        with CaptureQueriesContext(connection) as queries:
            body = program.get(address).json()
        return len(body["results"]), len(queries)

    count()
    _rows, before = count()
    MAKERS[resource](50)
    count()
    rows, after = count()

    assert rows >= (20 if resource == "uploads" else 50)
    assert after <= before

"""A view in memory: a blueprint with two families and a source that is a list."""

from dataclasses import dataclass, field
from typing import Any

from graphql import GraphQLError, GraphQLFloat, GraphQLList, GraphQLNonNull, GraphQLString

from channels.hub.blueprints import AttributePlan, FamilyPlan, ViewBlueprint
from channels.hub.documents import HubSchema
from channels.hub.items import ANY_LOCALE, Change, ChangePage, Item, Page, PageRequest, encode_id
from channels.hub.schema import build_schema
from pim.graphql.limits import Limits
from pim.graphql.requests import GraphQLRequest
from pim.values.graphql_types import ASSET, MEASUREMENT, OPTION, PRICE

ATTRIBUTES = {
    "name": AttributePlan("name", GraphQLString, per_locale=True, label="Name", sortable=True),
    "color": AttributePlan("color", OPTION, per_locale=True, operators=frozenset({"eq", "in"})),
    "weight": AttributePlan("weight", MEASUREMENT, operators=frozenset({"lt", "between"}), operand="number"),
    "price": AttributePlan("price", GraphQLList(GraphQLNonNull(PRICE))),
    "picture": AttributePlan("picture", ASSET, per_locale=True),
    "value": AttributePlan("value", GraphQLFloat),
}


def make_blueprint() -> ViewBlueprint:
    """Make a view of mugs and televisions in two locales."""
    return ViewBlueprint(
        code="shop",
        locales=("en_US", "de_DE"),
        currencies=("EUR",),
        families=(
            FamilyPlan("led_tvs", "LED TVs", ("name", "price", "weight", "picture")),
            FamilyPlan("mugs", "Mugs", ("name", "color", "value")),
        ),
        attributes=ATTRIBUTES,
    )


def make_item(number: int, family: str | None = "mugs") -> Item:
    """Make a live product whose German part says so."""
    uuid = f"00000000-0000-4000-8000-{number:012d}"
    shared = {
        "id": encode_id(uuid),
        "uuid": uuid,
        "sku": f"sku-{number}",
        "kind": "simple",
        "family": family,
        "parent": None,
        "root": f"sku-{number}",
        "categories": ["kitchen"],
        "groups": [],
        "live_in": ["en_US", "de_DE"],
        "values": {"weight": {"amount": "1.5", "unit": "KILOGRAM", "symbol": "kg"}, "value": number},
    }
    parts = {
        locale: {
            "locale": locale,
            "label": f"{word} {number}",
            "family_label": word,
            "category_labels": [f"{word} kitchen"],
            "values": {"name": f"{word} {number}", "color": {"code": "red", "label": f"{word} red"}},
        }
        for locale, word in (("en_US", "Mug"), ("de_DE", "Tasse"))
    }
    parts[ANY_LOCALE] = parts["en_US"]
    return Item(shared, parts, number, "2026-01-01T00:00:00Z", f'"{number}"', lambda: f"c{number}")


@dataclass
class Shelf:
    """A source that remembers what it was asked."""

    items: list[Item]
    asked: list[PageRequest] = field(default_factory=list)
    position: int = 9

    def page(self, request: PageRequest) -> Page:
        """Give the first items."""
        self.asked.append(request)
        if request.after == "broken":
            raise GraphQLError("Not a cursor.", extensions={"code": "invalid_cursor"})
        shown = self.items[: request.first]
        return Page(shown, len(self.items) > request.first, False, self.position, lambda: len(self.items))

    def one(self, *, uuid: str | None, sku: str | None, parts: frozenset[str]) -> Item | None:
        """Find by uuid or sku."""
        return next((item for item in self.items if uuid == item.shared["uuid"] or sku == item.shared["sku"]), None)

    def changes(self, since: str, first: int, parts: frozenset[str] | None) -> ChangePage:
        """Give every item as published."""
        changes = [Change("publish", i.shared["uuid"], i.shared["sku"], i.position, i) for i in self.items[:first]]
        return ChangePage(changes, "token", has_more=False)


def make_schema(**limits: int) -> HubSchema:
    """Make the schema of the view in memory."""
    return HubSchema(build_schema(make_blueprint()), Limits(**limits))


def run(schema: HubSchema, query: str, *items: Item, may_introspect: bool = True, **variables: Any) -> Any:
    """Run a query over items; gives the whole answer."""
    return schema.run(GraphQLRequest(query, None, variables), Shelf(list(items)), may_introspect=may_introspect)

"""How each field of a product is read from a stored document: factories that fix the locale and return a closure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from channels.hub.blueprints import AttributePlan, ViewBlueprint
from channels.hub.items import Item, NamedProduct
from channels.hub.naming import name_enum_value
from channels.hub.scalars import generic_field_name, generic_type_name

Read = Callable[[Any], Any]
READER = "reader"
"""Key in a GraphQL field's `extensions` under which its factory `(arguments, scope) -> Read` is kept."""


@dataclass(slots=True)
class Scope:
    """The locale in force where a field stands, and the locales the whole selection turned out to need."""

    locale: str
    parts: set[str] = field(default_factory=set)

    def need(self, locale: str | None) -> str:
        """Note that a locale's part is read, and name it."""
        chosen = locale or self.locale
        self.parts.add(chosen)
        return chosen


Reader = Callable[[Mapping[str, Any], Scope], Read]


def read_shared(key: str) -> Reader:
    """Read a key that does not vary by locale."""
    return lambda _arguments, _scope: lambda item: item.shared[key]


def read_attribute(plan: AttributePlan) -> Reader:
    """Read an attribute's value, from the part of the locale asked for where it varies."""
    code = plan.code
    if not plan.per_locale:
        return lambda _arguments, _scope: lambda item: item.shared["values"].get(code)

    def reader(arguments: Mapping[str, Any], scope: Scope) -> Read:
        locale = scope.need(arguments.get("locale"))

        def read(item: Item) -> Any:
            part = item.parts.get(locale)
            return part["values"].get(code) if part else None

        return read

    return reader


def read_label(arguments: Mapping[str, Any], scope: Scope) -> Read:
    """Read the product's own label; the sku where the locale is not live."""
    locale = scope.need(arguments.get("locale"))

    def read(item: Item) -> Any:
        part = item.parts.get(locale)
        return part["label"] if part else item.shared["sku"]

    return read


def read_family(arguments: Mapping[str, Any], scope: Scope) -> Read:
    """Read the family with its label; the label is the code where the locale is not live."""
    locale = scope.need(arguments.get("locale"))

    def read(item: Item) -> Any:
        code = item.shared["family"]
        if code is None:
            return None
        part = item.parts.get(locale)
        return {"code": code, "label": part["family_label"] if part else code}

    return read


def read_categories(arguments: Mapping[str, Any], scope: Scope) -> Read:
    """Read the categories with their labels."""
    locale = scope.need(arguments.get("locale"))

    def read(item: Item) -> Any:
        codes = item.shared["categories"]
        part = item.parts.get(locale)
        labels = part["category_labels"] if part else codes
        return [{"code": code, "label": label} for code, label in zip(codes, labels, strict=True)]

    return read


def read_associations(arguments: Mapping[str, Any], _scope: Scope) -> Read:
    """Read what the product names of other products, by type, in the order of the types' codes."""
    codes = frozenset(arguments["types"]) if arguments.get("types") is not None else None

    def read(item: Item) -> Any:
        found = item.associations()
        return [
            {
                "type": name_enum_value(code),
                "products": [_name_product(product) for product in found[code].products],
                "productModels": [_name_product(product) for product in found[code].product_models],
                "groups": found[code].groups,
            }
            for code in sorted(found)
            if codes is None or code in codes
        ]

    return read


def _name_product(product: NamedProduct) -> dict[str, str | None]:
    return {"sku": product.sku, "uuid": product.uuid, "quantity": product.quantity or None}


def generic_readers(blueprint: ViewBlueprint) -> tuple[Reader, Reader]:
    """Make the readers of `value(code:)` and `values(codes:, locales:)`."""
    attributes = blueprint.attributes
    names = {code: (generic_type_name(plan.type), generic_field_name(plan.type)) for code, plan in attributes.items()}

    def wrap(plan: AttributePlan, locale: str | None, value: Any) -> dict[str, Any]:
        name, field = names[plan.code]
        return {"type": name, "code": plan.code, "label": plan.label or plan.code, "locale": locale, field: value}

    def read_value(arguments: Mapping[str, Any], scope: Scope) -> Read:
        plan = attributes.get(arguments["code"])
        if plan is None:
            return lambda _item: None
        read = read_attribute(plan)(arguments, scope)
        locale = arguments.get("locale") or scope.locale

        def read_one(item: Item) -> Any:
            value = read(item)
            return (
                None if value is None else wrap(plan, item.parts[locale]["locale"] if plan.per_locale else None, value)
            )

        return read_one

    def read_values(arguments: Mapping[str, Any], scope: Scope) -> Read:
        codes = frozenset(arguments["codes"]) if arguments.get("codes") is not None else None
        locales = [scope.need(locale) for locale in arguments.get("locales") or [scope.locale]]

        def read_all(item: Item) -> Any:
            found = [
                wrap(attributes[code], None, value)
                for code, value in item.shared["values"].items()
                if code in attributes and (codes is None or code in codes)
            ]
            for locale in locales:
                part = item.parts.get(locale)
                if part is None:
                    continue
                found += [
                    wrap(attributes[code], part["locale"], value)
                    for code, value in part["values"].items()
                    if code in attributes and (codes is None or code in codes)
                ]
            return found

        return read_all

    return read_value, read_values

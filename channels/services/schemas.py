"""The schemas of a view: generated from what it exposes, kept until that changes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

from graphql import GraphQLBoolean

from channels.hub.blueprints import AttributePlan, FamilyPlan, Operand, ViewBlueprint
from channels.hub.documents import HubSchema
from channels.hub.json_schema import build_json_schema
from channels.hub.schema import build_schema
from channels.mapping.documents import varies_by_locale
from channels.services.fields import PublishedField
from channels.services.snapshot import DeliveryStructure, ViewSpec
from pim.graphql.limits import Limits
from pim.values.specs import AttributeSpec
from pim.values.types import attribute_types
from pim.values.types.options import pick_label

_KEPT_SCHEMAS = 64
_lock = Lock()
_schemas: OrderedDict[tuple[object, ...], HubSchema] = OrderedDict()
_by_structure: WeakKeyDictionary[DeliveryStructure, dict[int, HubSchema]] = WeakKeyDictionary()


def get_schema(structure: DeliveryStructure, view: ViewSpec) -> HubSchema:
    """The GraphQL schema of a view, built once per process by whoever asks first.

    A change of structure that the view does not show keeps the schema, with all that is compiled for it.
    """
    known = _by_structure.setdefault(structure, {})
    schema = known.get(view.terms.id)
    if schema is None:
        with _lock:
            schema = known.get(view.terms.id) or _find_or_build(make_blueprint(structure, view))
            known[view.terms.id] = schema
    return schema


def get_json_schema(structure: DeliveryStructure, view: ViewSpec) -> dict[str, Any]:
    """The JSON Schema of a view's product."""
    return build_json_schema(make_blueprint(structure, view))


def _find_or_build(blueprint: ViewBlueprint) -> HubSchema:
    fingerprint = blueprint.fingerprint
    schema = _schemas.get(fingerprint)
    if schema is None:
        limits = Limits(page=blueprint.page_limit)
        schema = _schemas[fingerprint] = HubSchema(build_schema(blueprint), limits)
        while len(_schemas) > _KEPT_SCHEMAS:
            _schemas.popitem(last=False)
    return schema


def make_blueprint(structure: DeliveryStructure, view: ViewSpec) -> ViewBlueprint:
    """What a view exposes: every family with its attributes."""
    catalog = structure.catalog
    locale = view.terms.locales[0]
    families = sorted(catalog.families.values(), key=lambda family: family.code)
    codes = {code for family in families for code in family.attributes if code in catalog.base.attributes}
    return ViewBlueprint(
        code=view.terms.code,
        locales=view.terms.locales,
        currencies=view.terms.currencies,
        families=tuple(
            FamilyPlan(
                family.code,
                pick_label(family.labels, locale, (), family.code),
                tuple(code for code in family.attributes if code in codes),
                _describe(family.labels, view, family.code),
            )
            for family in families
        ),
        attributes={code: _plan(catalog.base.attributes[code], view) for code in sorted(codes)},
        associations=tuple(
            (code, _describe(spec.labels, view, code)) for code, spec in sorted(catalog.association_types.items())
        ),
        page_limit=view.page_limit,
    )


def _describe(labels: Mapping[str, str], view: ViewSpec, code: str) -> str:
    """What a schema says of something to those who write programs: its English label, else the view's, else any."""
    english = sorted(locale for locale in labels if locale[:2].lower() == "en")
    return pick_label(labels, None, (*english, *view.terms.locales, *sorted(labels)), code)


def _plan(spec: AttributeSpec, view: ViewSpec) -> AttributePlan:
    kind = attribute_types.get(spec.type)
    type_ = kind.graphql_type(spec)
    operators = frozenset(operator.value for operator in PublishedField(spec, view).operators)
    operand: Operand = "boolean" if type_ is GraphQLBoolean else "number" if "between" in kind.operators else "text"
    return AttributePlan(
        code=spec.code,
        type=type_,
        per_locale=varies_by_locale(spec),
        label=pick_label(spec.labels, view.terms.locales[0], (), ""),
        sortable=spec.sortable,
        operators=operators if spec.facet else frozenset(),
        operand=operand,
        schema=kind.openapi(spec),
        description=_describe(spec.labels, view, spec.code),
    )

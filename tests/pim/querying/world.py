"""A small catalog that exists twice: as rows in PostgreSQL, and as Python objects that a filter is tried on."""

from __future__ import annotations

import datetime as dt
import json
import random
import unicodedata
import uuid
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from pim.querying.attribute_fields import AttributeField
from pim.querying.conditions import IndexTables
from pim.querying.fields import Context, OwnerFields
from pim.querying.operands import OperandKind
from pim.querying.search_fields import SearchField
from pim.querying.system_fields import CategoryField, ColumnField, CompletenessField, TokenField
from pim.querying.tree import And, Leaf, Node, Not, Operator, Or
from pim.values.derive import Deriver
from pim.values.keys import join_key, locale_of
from pim.values.snapshot import ChannelSpec, LocaleSpec, Structure
from pim.values.specs import AttributeSpec, OptionRef, UnitRef
from pim.values.texts import make_search_text
from pim.values.tokens import FILLED, NO, YES, SystemField, token

NOW = dt.datetime(2026, 3, 10, 12, 0, tzinfo=dt.UTC)
LOCALES = {"en_US": 1, "de_DE": 2}
CHANNELS = {"ecommerce": 1, "print": 2}
FAMILIES = {"mugs": 11, "shirts": 12, "lamps": 13}
STAGES = {"draft": 1, "approved": 2}
CATEGORIES = {
    "all": (1, None),
    "home": (2, "all"),
    "kitchen": (3, "home"),
    "garden": (4, "all"),
    "grill": (5, "garden"),
}
OPTIONS = {"color": ["red", "green", "blue", "Black"], "tags": ["new", "sale", "eco", "bulky"]}
FACTORS = {"KILOGRAM": Decimal(1), "GRAM": Decimal("0.001"), "POUND": Decimal("0.45359237")}
CURRENCIES = {"EUR": 1, "USD": 2}
TEXTS = [
    "Blue Mug", "blue mug", "Äpfel", "apfel", "Straße 5", "STRASSE 5", "50% off", "50 cents", "under_score",
    "underXscore", "back\\slash", "a", "it's", 'say "hi"', "Mug", "ÄPFEL",
]  # fmt: skip
FRAGMENTS = ["mug", "MUG", "Blue", "50%", "_", "r_s", "\\", "äp", "Äpf", "5", "zzz", "'", "lue m", "say"]
SLOTS = {(channel, locale): c * 2 + o for c, channel in enumerate(CHANNELS) for o, locale in enumerate(LOCALES)}


def _spec(number: int, code: str, kind: str, **more: Any) -> AttributeSpec:
    return AttributeSpec(id=1024 + number, code=code, type=kind, **more)


ATTRIBUTES = {
    spec.code: spec
    for spec in (
        _spec(1, "name", "text", localizable=True, searchable=True, sortable=True),
        _spec(2, "brand", "text", facet=True, scopable=True, localizable=True),
        _spec(3, "note", "textarea"),
        _spec(4, "ean", "identifier"),
        _spec(5, "color", "select", facet=True, sortable=True),
        _spec(6, "tags", "multiselect", localizable=True),
        _spec(7, "organic", "boolean", scopable=True),
        _spec(8, "weight", "measurement", config={"family": "Weight", "default_unit": "KILOGRAM"}),
        _spec(9, "price", "price", scopable=True, config={"min": "5"}),
        _spec(10, "stock", "integer"),
        _spec(11, "rating", "decimal", localizable=True),
        _spec(12, "launch", "date"),
        _spec(13, "sku", "text"),
    )
}
_option_refs = {
    code: {option.casefold(): OptionRef(100 * n + i, option) for i, option in enumerate(options, 1)}
    for n, (code, options) in enumerate(OPTIONS.items(), 1)
}
STRUCTURE = Structure(
    epoch=1,
    attributes=ATTRIBUTES,
    attributes_by_key={code.casefold(): spec for code, spec in ATTRIBUTES.items()},
    attributes_by_id={spec.id: spec for spec in ATTRIBUTES.values()},
    groups={},
    options_by_attribute=_option_refs,
    options_by_id={ref.id: ref for refs in _option_refs.values() for ref in refs.values()},
    units_by_family={"Weight": {code: UnitRef(code, "", factor) for code, factor in FACTORS.items()}},
    locales={code: LocaleSpec(code, ordinal) for code, ordinal in LOCALES.items()},
    locales_by_ordinal={ordinal: LocaleSpec(code, ordinal) for code, ordinal in LOCALES.items()},
    channels={c: ChannelSpec(c, o, tuple(LOCALES), tuple(CURRENCIES), "all") for c, o in CHANNELS.items()},
    currency_ordinals=CURRENCIES,
)
TABLES = IndexTables(
    owner="q_thing",
    link="thing_id",
    facet="q_facet",
    number="q_number",
    sort="q_sort",
    text="q_text",
    category="q_category",
    completeness="q_completeness",
    values="q_values",
    parent="parent_id",
    depth=4,
)
CONTEXT = Context(TABLES, STRUCTURE, NOW)


def resolve_category(code: str, below: bool) -> list[int] | None:
    if code not in CATEGORIES:
        return None
    found = [code]
    if below:
        for child, (_id, parent) in CATEGORIES.items():
            if parent in found:
                found.append(child)
    return [CATEGORIES[each][0] for each in found]


SKUS: dict[str, int] = {}


def resolve_skus(skus: Any) -> list[int]:
    return [SKUS[sku.casefold()] for sku in skus if sku.casefold() in SKUS]


def slot_of(channel: int, locale: int) -> int | None:
    names = {v: k for k, v in CHANNELS.items()}[channel], {v: k for k, v in LOCALES.items()}[locale]
    return SLOTS[names]


SYSTEM_FIELDS = {
    each.name: each
    for each in (
        ColumnField("sku", "sku_key", OperandKind.TEXT, indexed=True, normalise=lambda text: text.strip().casefold()),
        ColumnField("uuid", "uuid", OperandKind.UUID, indexed=True, sortable=False),
        ColumnField("updated", "updated", OperandKind.INSTANT, indexed=True),
        ColumnField("embargo", "embargo", OperandKind.INSTANT, nullable=True),
        ColumnField("revision", "revision", OperandKind.INTEGER),
        ColumnField("parent", "parent_id", OperandKind.INTEGER, nullable=True, resolve=resolve_skus),
        TokenField("family", SystemField.FAMILY, FAMILIES.get, has_filled=True),
        TokenField("stage", SystemField.STAGE, STAGES.get),
        TokenField("enabled", SystemField.ENABLED, lambda value: YES if value else NO, boolean=True),
        TokenField(
            "complete",
            SystemField.COMPLETE,
            lambda value: YES if value else NO,
            boolean=True,
            scope=("channel", "locale"),
        ),
        CategoryField("category", resolve_category, SystemField.CATEGORY, has_filled=True),
        CategoryField("placed", resolve_category),
        CompletenessField("completeness", slot_of),
        SearchField("search", "sku_key", lambda text: text.strip().casefold()),
    )
}
CATALOGUE = OwnerFields(SYSTEM_FIELDS, STRUCTURE, AttributeField)


@dataclass
class Thing:
    id: int
    sku: str
    parent: Thing | None
    family: str | None
    stage: str
    enabled: bool
    updated: dt.datetime
    embargo: dt.datetime | None
    revision: int
    own: dict[str, Any]
    own_categories: set[str]
    pct: list[int | None]
    uuid: str = field(default_factory=lambda: str(uuid.UUID(int=random.Random().getrandbits(128))))

    @property
    def values(self) -> dict[str, Any]:
        return {**self.parent.values, **self.own} if self.parent else self.own

    @property
    def categories(self) -> set[str]:
        return self.own_categories | (self.parent.categories if self.parent else set())

    @property
    def search_text(self) -> str:
        return DERIVER.derive(self.values).search_text


DERIVER = Deriver(ATTRIBUTES, STRUCTURE, channels=CHANNELS, locales=LOCALES)


def random_value(rng: random.Random, spec: AttributeSpec) -> Any:  # noqa: C901 - a table of cases
    match spec.type:
        case "text" | "textarea":
            return rng.choice(TEXTS)
        case "identifier":
            return rng.choice(["4006381333931", "ABC-1", "abc-1", "XYZ"])
        case "select":
            return rng.choice(OPTIONS["color"])
        case "multiselect":
            return rng.sample(OPTIONS["tags"], rng.randint(1, 3))
        case "boolean":
            return rng.random() < 0.5
        case "measurement":
            return {"amount": rng.choice(["1", "0.5", "500", "1000", "2.25"]), "unit": rng.choice(list(FACTORS))}
        case "price":
            return {c: f"{rng.randint(5, 20)}.50" for c in sorted(rng.sample(list(CURRENCIES), rng.randint(1, 2)))}
        case "integer":
            return rng.randint(-3, 3)
        case "decimal":
            return rng.choice(["1.50", "1.5", "0", "-2.25", "10"])
        case "date":
            return (NOW.date() - dt.timedelta(days=rng.randint(-3, 10))).isoformat()
    raise AssertionError(spec.type)


def random_scope(rng: random.Random, spec: AttributeSpec) -> tuple[str | None, str | None]:
    channel = rng.choice(list(CHANNELS)) if spec.scopable else None
    return channel, rng.choice(list(LOCALES)) if spec.localizable else None


def make_things(rng: random.Random, count: int) -> list[Thing]:
    things: list[Thing] = []
    for number in range(1, count + 1):
        parent = rng.choice(things) if things and rng.random() < 0.4 else None
        if parent and parent.parent and parent.parent.parent and parent.parent.parent.parent:
            parent = None
        own = {}
        for spec in ATTRIBUTES.values():
            for _time in range(2):
                if rng.random() < 0.4:
                    own[join_key(spec.code, *random_scope(rng, spec))] = random_value(rng, spec)
        things.append(
            Thing(
                id=number * 7,
                sku=f"{rng.choice(['Mug', 'mu', 'T-', 'l%', 'x_'])}{number}",
                parent=parent,
                family=rng.choice([*FAMILIES, None]),
                stage=rng.choice(list(STAGES)),
                enabled=rng.random() < 0.6,
                updated=NOW - dt.timedelta(hours=rng.randint(0, 150), microseconds=rng.choice([0, 1])),
                embargo=NOW + dt.timedelta(days=rng.randint(0, 3)) if rng.random() < 0.5 else None,
                revision=rng.randint(0, 4),
                own=own,
                own_categories=set(rng.sample(list(CATEGORIES), rng.randint(0, 2))),
                pct=[rng.choice([None, 0, 50, 99, 100]) for _slot in range(rng.randint(2, 4))],
            )
        )
    SKUS.clear()
    SKUS.update({thing.sku.casefold(): thing.id for thing in things})
    return things


SCHEMA = """
CREATE TEMP TABLE q_thing (id bigint PRIMARY KEY, sku_key varchar(255) COLLATE "C", uuid uuid, updated timestamptz NOT NULL,
    embargo timestamptz, revision int NOT NULL, parent_id bigint);
CREATE INDEX ON q_thing (updated, id);
CREATE TEMP TABLE q_facet (thing_id bigint PRIMARY KEY, tokens bigint[] NOT NULL);
CREATE INDEX ON q_facet USING gin (tokens);
CREATE TEMP TABLE q_number (thing_id bigint, akey bigint, number double precision, PRIMARY KEY (thing_id, akey));
CREATE INDEX ON q_number (akey, number, thing_id);
CREATE TEMP TABLE q_sort (thing_id bigint, akey bigint, key varchar(200) COLLATE "C", PRIMARY KEY (thing_id, akey));
CREATE INDEX ON q_sort (akey, key, thing_id);
CREATE TEMP TABLE q_text (thing_id bigint PRIMARY KEY, search_text text NOT NULL);
CREATE TEMP TABLE q_category (thing_id bigint, category_id int, PRIMARY KEY (thing_id, category_id));
CREATE TEMP TABLE q_completeness (thing_id bigint PRIMARY KEY, pct smallint[] NOT NULL);
CREATE TEMP TABLE q_values (thing_id bigint, locale smallint, "values" jsonb NOT NULL, PRIMARY KEY (thing_id, locale));
"""
TABLE_NAMES = "q_thing, q_facet, q_number, q_sort, q_text, q_category, q_completeness, q_values"


def system_tokens(thing: Thing) -> list[int]:
    tokens = [token(SystemField.STAGE, 0, 0, STAGES[thing.stage])]
    tokens.append(token(SystemField.ENABLED, 0, 0, YES if thing.enabled else NO))
    if thing.family:
        tokens += [token(SystemField.FAMILY, 0, 0, value) for value in (FILLED, FAMILIES[thing.family])]
    for code in thing.categories:
        tokens += [token(SystemField.CATEGORY, 0, 0, value) for value in (FILLED, CATEGORIES[code][0])]
    for (channel, locale), slot in SLOTS.items():
        done = slot < len(thing.pct) and thing.pct[slot] == 100
        tokens.append(token(SystemField.COMPLETE, CHANNELS[channel], LOCALES[locale], YES if done else NO))
    return tokens


def store(cursor: Any, things: list[Thing]) -> None:
    for thing in things:
        key = {"id": thing.id}
        rows = DERIVER.derive(thing.values)
        cursor.execute(
            "INSERT INTO q_thing VALUES (%s, %s, %s, %s, %s, %s, %s)",
            [
                thing.id,
                thing.sku.casefold(),
                thing.uuid,
                thing.updated,
                thing.embargo,
                thing.revision,
                thing.parent.id if thing.parent else None,
            ],
        )
        tokens = sorted({*rows.tokens, *system_tokens(thing)})
        cursor.execute("INSERT INTO q_facet VALUES (%s, %s::bigint[])", [key["id"], tokens])
        for akey, number in rows.numbers:
            cursor.execute("INSERT INTO q_number VALUES (%s, %s, %s)", [thing.id, akey, number])
        for akey, text in rows.sort_keys:
            cursor.execute("INSERT INTO q_sort VALUES (%s, %s, %s)", [thing.id, akey, text])
        cursor.execute("INSERT INTO q_text VALUES (%s, %s)", [thing.id, rows.search_text])
        for code in thing.own_categories:
            cursor.execute("INSERT INTO q_category VALUES (%s, %s)", [thing.id, CATEGORIES[code][0]])
        if thing.id % 3:
            cursor.execute("INSERT INTO q_completeness VALUES (%s, %s::smallint[])", [thing.id, thing.pct])
        else:
            thing.pct = []
        by_locale: dict[int, dict[str, Any]] = {}
        for flat, value in thing.own.items():
            by_locale.setdefault(LOCALES.get(locale_of(flat) or "", 0), {})[flat] = value
        for locale, values in by_locale.items():
            cursor.execute("INSERT INTO q_values VALUES (%s, %s, %s)", [thing.id, locale, json.dumps(values)])


# The brute force: what each operator means, said once more without any index.


def matches(node: Node | None, thing: Thing) -> bool:
    match node:
        case None:
            return True
        case And(children):
            return all(matches(child, thing) for child in children)
        case Or(children):
            return any(matches(child, thing) for child in children)
        case Not(child):
            return not matches(child, thing)
        case Leaf():
            return matches_leaf(node, thing)


def matches_leaf(leaf: Leaf, thing: Thing) -> bool:  # noqa: C901 - a table of cases
    positive = {Operator.NE: Operator.EQ, Operator.NIN: Operator.IN, Operator.EMPTY: Operator.NOT_EMPTY}
    if leaf.operator in positive:
        return not matches_leaf(Leaf(leaf.field, positive[leaf.operator], leaf.value, leaf.channel, leaf.locale), thing)
    name = leaf.field.removeprefix("values.")
    if leaf.field.startswith("values."):
        return matches_attribute(leaf, ATTRIBUTES[name], thing)
    operands = leaf.value if isinstance(leaf.value, list) else [leaf.value]
    match name:
        case "sku":
            sku, wanted = thing.sku.casefold(), [str(each).strip().casefold() for each in operands]
            if leaf.operator is Operator.STARTS:
                return sku.startswith(wanted[0])
            return wanted[0] in sku if leaf.operator is Operator.CONTAINS else sku in wanted
        case "uuid":
            return thing.uuid in operands
        case "revision":
            return compare(leaf.operator, thing.revision, [int(str(each)) for each in operands])
        case "updated" | "embargo":
            return matches_instant(leaf, getattr(thing, name), operands)
        case "parent":
            if leaf.operator is Operator.NOT_EMPTY:
                return thing.parent is not None
            return thing.parent is not None and thing.parent.sku.casefold() in [
                str(each).casefold() for each in operands
            ]
        case "family":
            return thing.family is not None if leaf.operator is Operator.NOT_EMPTY else thing.family in operands
        case "stage":
            return thing.stage in operands
        case "enabled":
            return thing.enabled is operands[0]
        case "complete":
            slot = SLOTS[str(leaf.channel), str(leaf.locale)]
            return (token_pct(thing, slot) == 100) is operands[0]
        case "category" | "placed":
            held = thing.categories if name == "category" else thing.own_categories
            if leaf.operator is Operator.NOT_EMPTY:
                return bool(held)
            below = leaf.operator is Operator.IN_CHILDREN
            wanted_ids = {found for code in operands for found in resolve_category(str(code), below) or []}
            return any(CATEGORIES[code][0] in wanted_ids for code in held)
        case "completeness":
            slots = [n for (c, o), n in SLOTS.items() if c == leaf.channel and leaf.locale in (None, o)]
            cells = [thing.pct[slot] for slot in slots if slot < len(thing.pct)]
            if leaf.operator is Operator.NOT_EMPTY:
                return any(cell is not None for cell in cells)
            numbers = [float(str(each)) for each in operands]
            return any(cell is not None and compare(leaf.operator, cell, numbers) for cell in cells)
        case "search":
            words = make_search_text(str(operands[0])).split()
            if max(map(len, words)) < 3:
                return thing.sku.casefold().startswith(str(operands[0]).strip().casefold())
            return all(word in thing.search_text for word in words)
    raise AssertionError(name)


def token_pct(thing: Thing, slot: int) -> int | None:
    return thing.token_pct[slot] if slot < len(thing.token_pct) else None  # type: ignore[attr-defined]


def matches_instant(leaf: Leaf, at: dt.datetime | None, operands: list[Any]) -> bool:
    if leaf.operator is Operator.NOT_EMPTY or at is None:
        return at is not None
    if leaf.operator is Operator.SINCE_DAYS:
        return at >= NOW - dt.timedelta(days=int(operands[0]))
    if all(len(each) == 10 for each in operands):
        return compare(leaf.operator, at.date(), [dt.date.fromisoformat(each) for each in operands])
    return compare(leaf.operator, at, [dt.datetime.fromisoformat(each) for each in operands])


def compare(operator: Operator, value: Any, operands: list[Any]) -> bool:
    match operator:
        case Operator.EQ | Operator.IN:
            return value in operands
        case Operator.LT:
            return bool(value < operands[0])
        case Operator.LTE:
            return bool(value <= operands[0])
        case Operator.GT:
            return bool(value > operands[0])
        case Operator.GTE:
            return bool(value >= operands[0])
        case Operator.BETWEEN:
            return bool(operands[0] <= value <= operands[1])
    raise AssertionError(operator)


def numbers_of(spec: AttributeSpec, stored: Any) -> dict[str, Any]:
    match spec.type:
        case "measurement":
            return {"": float(stored["amount"]) * float(FACTORS[stored["unit"]])}
        case "price":
            return {code: Decimal(amount) for code, amount in stored.items()}
        case "date":
            return {"": dt.date.fromisoformat(stored)}
    return {"": Decimal(str(stored))}


def operand_numbers(spec: AttributeSpec, operand: Any) -> dict[str, Any]:
    if spec.type == "price":
        if isinstance(operand, str):
            amount, currency = operand.split()
            return {currency: Decimal(amount)}
        return {operand["currency"]: Decimal(operand["amount"])}
    if spec.type == "measurement" and isinstance(operand, str):
        amount, _space, unit = operand.partition(" ")
        operand = {"amount": amount, "unit": unit or "KILOGRAM"}
    return numbers_of(spec, operand)


def matches_attribute(leaf: Leaf, spec: AttributeSpec, thing: Thing) -> bool:
    stored = thing.values.get(join_key(spec.code, leaf.channel, leaf.locale))
    if leaf.operator is Operator.NOT_EMPTY or stored is None:
        return stored is not None
    operands = leaf.value if isinstance(leaf.value, list) else [leaf.value]
    if leaf.operator is Operator.SINCE_DAYS:
        return dt.date.fromisoformat(stored) >= NOW.date() - dt.timedelta(days=int(operands[0]))
    if spec.type in {"text", "textarea", "identifier"}:
        folded = unicodedata.normalize("NFC", stored).lower()
        wanted = [unicodedata.normalize("NFC", each).lower() for each in operands]
        if leaf.operator is Operator.CONTAINS:
            return wanted[0] in folded
        return folded.startswith(wanted[0]) if leaf.operator is Operator.STARTS else folded in wanted
    if spec.type in {"select", "multiselect"}:
        held = {each.casefold() for each in (stored if isinstance(stored, list) else [stored])}
        return any(str(each).casefold() in held for each in operands)
    if spec.type == "boolean":
        return stored is operands[0]
    mine = numbers_of(spec, stored)
    theirs = [operand_numbers(spec, each) for each in operands]
    if leaf.operator in (Operator.EQ, Operator.IN):
        return any(mine.get(currency) == number for each in theirs for currency, number in each.items())
    currency = next(iter(theirs[0]))
    return currency in mine and compare(leaf.operator, mine[currency], [each[currency] for each in theirs])


# Random filters


def random_operand(rng: random.Random, name: str, spec: AttributeSpec | None, operator: Operator) -> Any:  # noqa: C901 - a table of cases
    if operator in (Operator.CONTAINS, Operator.STARTS):
        if name == "search":
            return rng.choice(["mug", "blue mug", "mu", "APFEL", "50%", "t-", "mug a"])
        return rng.choice(["mu", "T-", "%", "_", "1"] if name == "sku" else FRAGMENTS)
    if operator is Operator.SINCE_DAYS:
        return rng.randint(0, 8)
    if spec is not None:
        value = random_value(rng, spec)
        if spec.type == "multiselect":
            return value[0]
        if spec.type == "price":
            currency, amount = rng.choice(list(value.items()))
            return rng.choice([f"{amount} {currency}", {"amount": amount, "currency": currency}])
        if spec.type == "measurement":
            return rng.choice([value, f"{value['amount']} {value['unit']}", value["amount"]])
        if spec.type == "select":
            return rng.choice([value, value.upper()])
        return value
    match name:
        case "sku" | "parent":
            return rng.choice(list(SKUS)).upper()
        case "revision":
            return rng.choice([0, 1, 2, "3"])
        case "updated" | "embargo":
            at = NOW + dt.timedelta(hours=rng.randint(-150, 70))
            return at.date().isoformat() if name == "updated" else at.isoformat()
        case "family":
            return rng.choice(list(FAMILIES))
        case "stage":
            return rng.choice(list(STAGES))
        case "enabled" | "complete":
            return rng.random() < 0.5
        case "category" | "placed":
            return rng.choice(list(CATEGORIES))
        case "completeness":
            return rng.choice([0, 50, 99, 100, 70])
    raise AssertionError(name)


def random_leaf(rng: random.Random) -> dict[str, Any]:
    names = [name for name in CATALOGUE.names() if name != "uuid"]
    name = rng.choice(names)
    found = CATALOGUE.lookup(name)
    assert found is not None
    spec = ATTRIBUTES[found.name.removeprefix("values.")] if found.name.startswith("values.") else None
    operator = rng.choice(sorted(found.operators))
    leaf: dict[str, Any] = {"field": name, "op": operator.value}
    if operator is Operator.BETWEEN:
        first, last = (random_operand(rng, name, spec, operator) for _end in range(2))
        if spec is not None and spec.type == "price":
            first, last = "6 EUR", {"amount": "12.5", "currency": "EUR"}
        leaf["value"] = [first, last]
    elif operator in (Operator.IN, Operator.NIN, Operator.IN_CHILDREN):
        leaf["value"] = [random_operand(rng, name, spec, operator) for _each in range(rng.randint(1, 3))]
    elif operator not in (Operator.EMPTY, Operator.NOT_EMPTY):
        leaf["value"] = random_operand(rng, name, spec, operator)
    for part, codes in (("channel", CHANNELS), ("locale", LOCALES)):
        if part in found.scope and (part in found.required or rng.random() < 0.5):
            leaf[part] = rng.choice(list(codes))
    return leaf


def random_filter(rng: random.Random, depth: int = 0) -> dict[str, Any]:
    dice = rng.random()
    if depth >= 4 or dice < 0.4:
        return random_leaf(rng)
    if dice < 0.55:
        return {"not": random_filter(rng, depth + 1)}
    children = [random_filter(rng, depth + 1) for _child in range(rng.randint(1, 3))]
    return {"and" if dice < 0.78 else "or": children}

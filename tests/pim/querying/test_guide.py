"""The guide's tables are the code's."""

from __future__ import annotations

import re
from pathlib import Path

from pim.querying.attribute_fields import AttributeField
from pim.querying.operands import OperandKind
from pim.querying.search_fields import SearchField
from pim.querying.system_fields import OPERATORS_BY_KIND, CategoryField, CompletenessField, TokenField
from pim.querying.tree import Operator
from pim.values.specs import AttributeSpec
from pim.values.tokens import SystemField
from pim.values.types import attribute_types

GUIDE = Path(__file__).parents[3] / "docs/guides/filter-language.md"


def read_operator_table() -> dict[str, set[str]]:
    rows = re.findall(
        r"^\| ([^|]+) \| ((?:`[a-z_]+` ?)+) \|$", GUIDE.read_text().partition("<!-- operators")[2], re.MULTILINE
    )
    return {kind.strip("`"): set(re.findall(r"`([a-z_]+)`", operators)) for kind, operators in rows}


def test_the_operator_table_is_the_codes() -> None:
    wanted = {
        "text column": OPERATORS_BY_KIND[OperandKind.TEXT],
        "number column": OPERATORS_BY_KIND[OperandKind.INTEGER],
        "yes or no": OPERATORS_BY_KIND[OperandKind.BOOLEAN],
        "identifier column": OPERATORS_BY_KIND[OperandKind.UUID],
        "instant column": OPERATORS_BY_KIND[OperandKind.INSTANT],
        "tokens": TokenField("family", SystemField.FAMILY, lambda _value: None).operators,
        "category": CategoryField("category", lambda _code, _below: None, SystemField.CATEGORY).operators,
        "percentage": CompletenessField.operators,
        "search": SearchField.operators,
    }
    for code in attribute_types.codes():
        wanted[code] = AttributeField(AttributeSpec(1024, "a", code)).operators

    assert read_operator_table() == {kind: {each.value for each in operators} for kind, operators in wanted.items()}


def test_every_operator_is_explained() -> None:
    explained = set(
        re.findall(
            r"`([a-z_]+)`", "".join(re.findall(r"^\| (`[a-z_` ]+`) \|.*\| .* \|$", GUIDE.read_text(), re.MULTILINE))
        )
    )

    assert {operator.value for operator in Operator} <= explained

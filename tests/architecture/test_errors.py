"""Error codes are part of the API: snake_case, and one code has one meaning for a client, so one status."""

from __future__ import annotations

import ast
import re
from collections import defaultdict

import pytest

from tests.architecture.sources import product_modules, text_of

REFUSALS = {"Refused", "NotAllowed", "NotFound", "Conflict", "DomainError"}
CODE = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")


def refusal_classes() -> dict[str, str]:
    """{class: the refusal of pim.errors it is}, subclasses anywhere in the product included."""
    family = {name: name for name in REFUSALS}
    definitions = [
        (node.name, [base.id for base in node.bases if isinstance(base, ast.Name)])
        for path in product_modules()
        for node in ast.walk(ast.parse(text_of(path)))
        if isinstance(node, ast.ClassDef)
    ]
    for _ in range(3):
        for name, bases in definitions:
            for base in bases:
                if base in family and name not in family:
                    family[name] = family[base]
    return family


def raised_codes() -> dict[str, dict[str, list[str]]]:
    """{code: {refusal: [file:line]}} of every refusal made with a literal code."""
    family = refusal_classes()
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for path in product_modules():
        for node in ast.walk(ast.parse(text_of(path))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.func.id not in family:
                continue
            if node.args and isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str):
                found[node.args[0].value][family[node.func.id]].append(f"{path}:{node.lineno}")
    return found


def test_codes_are_snake_case():
    assert [code for code in raised_codes() if not CODE.fullmatch(code)] == []


def test_one_code_is_one_kind_of_refusal():
    ambiguous = {code: dict(kinds) for code, kinds in raised_codes().items() if len(kinds) > 1}

    assert ambiguous == {}


@pytest.mark.parametrize("code", ["not_found", "permission_denied"])
def test_the_codes_of_the_frame_are_not_reused_with_another_status(code):
    kinds = raised_codes().get(code, {})

    assert set(kinds) <= {"NotFound", "NotAllowed"}

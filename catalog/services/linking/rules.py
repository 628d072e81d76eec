"""The naming rules in force, compiled once per process and epoch of the structure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from catalog.linking import LinkMode, Role, Rule, Scopes, SkuForm, compile_rule
from catalog.models import NamingRule
from pim.errors import DomainError
from pim.services.snapshot import get_structure
from pim.values.snapshot import Structure


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Compiled rules by code, in their order; `automatic` are those that link new files by themselves."""

    rules: tuple[Rule, ...]
    automatic: frozenset[str]
    labels: Mapping[str, str]

    def choose(self, codes: Sequence[str] | None = None) -> tuple[Rule, ...]:
        """Those of some codes; None: all."""
        return self.rules if codes is None else tuple(rule for rule in self.rules if rule.code in set(codes))


_rules: WeakKeyDictionary[Structure, RuleSet] = WeakKeyDictionary()


def get_rules() -> RuleSet:
    """The active rules as of the structure's present epoch. A rule that does not compile any more is left out."""
    structure = get_structure()
    known = _rules.get(structure)
    if known is None:
        known = _rules[structure] = _load()
    return known


def rule_of_state(state: Mapping[str, Any]) -> Rule:
    """A rule from its state as structure.

    Raises:
        Refused: what is wrong with its template, pattern or places.
    """
    roles = {
        str(role["text"]): Role(str(role["attribute"]), role.get("channel") or None, role.get("locale") or None)
        for role in state["roles"]
        if role.get("text") and role.get("attribute")
    }
    return compile_rule(
        str(state["code"]),
        template=state["template"],
        pattern=state["pattern"],
        roles=roles,
        default=Role(state["attribute"]) if state["attribute"] else None,
        form=SkuForm(state["ignores_separators"], state["ignores_zeros"], state["prefix"], state["suffix"]),
        mode=LinkMode(state["mode"]),
        order=state["position"],
    )


def get_scopes() -> Scopes:
    """How the names of files may spell channels and locales; a language alone stands for its only locale."""
    structure = get_structure()
    locales = {code.lower(): code for code in structure.locales}
    languages: dict[str, list[str]] = {}
    for code in sorted(structure.locales):
        languages.setdefault(code.partition("_")[0].lower(), []).append(code)
    locales = {language: codes[0] for language, codes in languages.items() if len(codes) == 1} | locales
    return Scopes({code.lower(): code for code in structure.channels}, locales)


def _load() -> RuleSet:
    rows = list(NamingRule.objects.filter(is_active=True).select_related("attribute").order_by("position", "code"))
    rules: list[Rule] = []
    for row in rows:
        state = {name: getattr(row, name) for name in _FIELDS}
        state["attribute"] = row.attribute.code if row.attribute else None
        try:
            rules.append(rule_of_state(state))
        except DomainError:
            continue
    return RuleSet(
        tuple(rules), frozenset(row.code for row in rows if row.is_automatic), {row.code: row.label for row in rows}
    )


_FIELDS = (
    "code", "template", "pattern", "roles", "ignores_separators", "ignores_zeros", "prefix", "suffix", "mode", "position"
)  # fmt: skip

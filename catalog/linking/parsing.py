"""What rules read in the name of one file."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from catalog.linking.patterns import TIMEOUT_S
from catalog.linking.rules import LinkMode, Place, Rule, Scopes
from catalog.skus import sku_key

if TYPE_CHECKING:
    import regex

    Match = regex.Match[str]

_EXTENSION = re.compile(r"\.[A-Za-z0-9]{1,8}$")
MAX_NAME = 255


@dataclass(frozen=True, slots=True)
class Proposal:
    """One way to read a name.

    Attributes:
        rule: the code of the rule that reads it so.
        sku: as the name writes it, without the prefix and suffix of the rule; `key` is its `sku_key`.
        place: where the file would go; None where `problem` says why it cannot.
        position: from the name; None where it says none, then the file goes to the end.
        problem: `unknown_role | no_attribute | unknown_channel | unknown_locale | too_slow`, empty where all is well.
    """

    rule: str
    sku: str
    key: str
    place: Place | None
    position: int | None = None
    role: str = ""
    mode: LinkMode = LinkMode.ADD
    order: int = 0
    problem: str = ""


def parse(filename: str, rules: Sequence[Rule], scopes: Scopes) -> list[Proposal]:
    """Every way in which the rules read a name, in their order; those of a rule by how much of the name they explain.

    The extension and upper and lower case do not count. A rule that takes too long says so in a proposal of its own.
    """
    stem = stem_of(filename)
    found: list[Proposal] = []
    for rule in sorted(rules, key=lambda rule: (rule.order, rule.code)):
        found += _read(stem, rule, scopes)
    return found


def stem_of(filename: str) -> str:
    """The name without folders and extension, in NFC."""
    name = filename.replace("\\", "/").rpartition("/")[2]
    return unicodedata.normalize("NFC", _EXTENSION.sub("", name)[:MAX_NAME]).strip()


def _read(stem: str, rule: Rule, scopes: Scopes) -> list[Proposal]:
    readings: dict[tuple[str, Place | None, int | None], Proposal] = {}
    for pattern in rule.patterns:
        try:
            match = pattern.fullmatch(stem, timeout=TIMEOUT_S)
        except TimeoutError:
            return [Proposal(rule.code, "", "", None, order=rule.order, mode=rule.mode, problem="too_slow")]
        if match is None:
            continue
        proposal = _propose(match, rule, scopes)
        if proposal.key:
            readings.setdefault((proposal.key, proposal.place, proposal.position), proposal)
    return sorted(readings.values(), key=_by_explanation)


def _by_explanation(proposal: Proposal) -> tuple[bool, int, int, int]:
    parts = bool(proposal.role) + (proposal.position is not None)
    return bool(proposal.problem), -parts, -len(proposal.key), proposal.position or 0


def _propose(match: Match, rule: Rule, scopes: Scopes) -> Proposal:
    said = {name: (text or "").strip() for name, text in match.groupdict().items()}
    sku = rule.form.unwrap(said.get("sku", ""))
    position = int(said["position"]) if said.get("position", "").isdecimal() else None
    place, problem = _find_place(said, rule, scopes)
    return Proposal(
        rule.code, sku, sku_key(sku), place, position, said.get("role", ""), rule.mode, rule.order, problem
    )  # fmt: skip


def _find_place(said: dict[str, str], rule: Rule, scopes: Scopes) -> tuple[Place | None, str]:
    role = said.get("role", "").lower()
    meant = rule.roles.get(role) if role else rule.default
    if role and meant is None:
        meant = next((place for text, place in rule.roles.items() if rule.form.are_equal(role, sku_key(text))), None)
    if meant is None:
        return None, "unknown_role" if role else "no_attribute"
    channel, locale = meant.channel, meant.locale
    if channel is None and (text := said.get("channel", "")):
        channel = scopes.channels.get(_spell(text))
        if channel is None:
            return None, "unknown_channel"
    if locale is None and (text := said.get("locale", "")):
        locale = scopes.locales.get(_spell(text))
        if locale is None:
            return None, "unknown_locale"
    return Place(meant.attribute, channel, locale), ""


def _spell(text: str) -> str:
    return text.lower().replace("-", "_")

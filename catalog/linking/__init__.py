"""What a file's name says about the product it belongs to. Pure: names and rules in, proposals out."""

from catalog.linking.normalising import SkuForm
from catalog.linking.parsing import Proposal, parse
from catalog.linking.patterns import MAX_PATTERN, compile_pattern, compile_template
from catalog.linking.resolving import Resolution, ResolutionState, resolve
from catalog.linking.rules import LinkMode, Place, Role, Rule, Scopes, compile_rule

__all__ = [
    "MAX_PATTERN",
    "LinkMode",
    "Place",
    "Proposal",
    "Resolution",
    "ResolutionState",
    "Role",
    "Rule",
    "Scopes",
    "SkuForm",
    "compile_pattern",
    "compile_rule",
    "compile_template",
    "parse",
    "resolve",
]

"""What a change does to an asset's texts and own attributes: parsed, checked against its family, compared."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from assets.models import Asset
from assets.services.engine import ALT, LABEL, AssetFamilySpec
from assets.services.texts import TEXT_FIELDS, clean_texts
from assets.services.writing.changes import AssetChange
from assets.services.writing.context import Context
from pim.choices import HUMAN_ORIGINS
from pim.errors import Problem, Refused, ValueRefused
from pim.values.keys import split_key
from pim.values.specs import AttributeSpec
from pim.values.targets import find_target
from pim.values.types import attribute_types


def read_stored(
    asset: Asset, change: AssetChange, family: AssetFamilySpec | None, context: Context
) -> dict[str, list[Any]]:
    """The delta of a change's texts and values: {flat key: [before, after]}, only what differs.

    Raises:
        Refused: with one problem for each value that is not accepted.
    """
    wanted: dict[str, Any] = dict(
        clean_texts({name: change.fields[name] for name in TEXT_FIELDS if name in change.fields})
    )
    problems: list[Problem] = []
    for given, data in change.fields.get("values", {}).items():
        try:
            key, stored = _parse(given, data, family, context)
            wanted[key] = stored
        except ValueRefused as error:
            problems.append(Problem(error.code, error.message, f"/values/{given}{error.pointer}"))
    if problems:
        first = problems[0]
        raise Refused(first.code, first.message, first.pointer, problems=problems)
    wanted.update(change.stored)
    patch = context.values.get(asset.pk)
    delta: dict[str, list[Any]] = {}
    for key, after in wanted.items():
        before = patch.get(key) if patch else None
        if not _are_equal(context.engine.structure.attributes.get(split_key(key).attribute), before, after):
            delta[key] = [before, after]
    return delta


def _parse(given: str, data: Any, family: AssetFamilySpec | None, context: Context) -> tuple[str, Any]:
    structure = context.engine.structure
    scope = split_key(given)
    key, spec = find_target(structure, scope.attribute, scope.channel, scope.locale)
    if family is None:
        raise ValueRefused("no_family", _("Give the asset a family first: its attributes come with it."))
    if spec.code not in family.attributes:
        names = {"attribute": spec.code, "family": family.code}
        raise ValueRefused("not_in_family", _("“%(attribute)s” is not an attribute of “%(family)s”.") % names)
    if spec.read_only and context.origin in HUMAN_ORIGINS:
        raise ValueRefused("read_only", _("“%s” cannot be edited.") % spec.code)
    if data is None:
        return key, None
    return key, attribute_types.get(spec.type).compile_parser(spec, structure)(data)


def _are_equal(spec: AttributeSpec | None, before: Any, after: Any) -> bool:
    if before == after:
        return True
    if before is None or after is None or spec is None:
        return False
    return attribute_types.get(spec.type).equal(before, after)


def pointer_of(key: str) -> str:
    """Where a key of the delta stands in a change."""
    scope = split_key(key)
    if scope.attribute in {ALT, LABEL} and scope.locale:
        names = {flat: name for name, flat in TEXT_FIELDS.items()}
        return f"/{names[scope.attribute]}/{scope.locale}"
    return f"/{key.removeprefix('@')}" if key.startswith("@") else f"/values/{key}"


def as_texts(delta: Mapping[str, list[Any]]) -> dict[str, Any]:
    """The part of a delta that is kept among the values: {flat key: after}."""
    return {key: pair[1] for key, pair in delta.items() if not key.startswith("@")}

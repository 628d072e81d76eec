"""What a caller wants to be true of an asset."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from assets.services.texts import TEXT_FIELDS
from pim.errors import Refused
from pim.services.snapshot import get_structure
from pim.values.documents import read_values

LISTS = ("keywords", "categories", "releases")
"""Fields that hold several things; each may be given whole, or by what is added and removed."""

FIELDS = frozenset(
    {
        *("labels", "alt", "values", "license", "focal", "crops", "stage", "version", "family", "folder"),
        *("digital_source", "valid_from", "valid_until"),
        *(f"{verb}{name}" for name in LISTS for verb in ("", "add_", "remove_")),
    }
)


@dataclass(frozen=True, slots=True)
class AssetChange:
    """What should be true of one asset.

    Args:
        key: uuid or code.
        fields: `labels` and `alt`: {locale: text, "" or None clears}; merged. `values`: {flat key: data, None clears};
            merged. `family`, `folder`, `license`: code or None. `keywords`: [text]; `categories`, `releases`: [code];
            each of the three also as `add_…` and `remove_…`. `focal`: {"left", "top", "width", "height"} as fractions,
            or None. `crops`: {preset: such a rectangle, None clears}; merged. `digital_source`: see `DigitalSource`.
            `valid_from`, `valid_until`: day as ISO 8601, or None. `stage`: code. `version`: number to show.
        revision: the revision the caller saw; None writes without asking.
        row: where it stands in the caller's file or request, for the outcome.
        stored: {flat key: stored value, None clears}: own values that were stored before, as undo puts them back.
    """

    key: str
    fields: Mapping[str, Any]
    revision: int | None = None
    row: int | None = None
    stored: Mapping[str, Any] = field(default_factory=dict)


def patch_change(key: str, body: Mapping[str, Any], *, row: int | None = None) -> AssetChange:
    """An API's merge patch as a change: `labels: null` clears all labels, and stages move by transitions only.

    `values` are those of a document: `{attribute: [{"locale", "channel", "data"}]}`.

    Raises:
        Refused: `stage_by_transition`, or what is wrong with the shape of the values.
    """
    fields = {name: value for name, value in body.items() if name != "changelog_message"}
    if "stage" in fields:
        raise Refused("stage_by_transition", _("A stage is changed by a transition."), "/stage")
    for name in TEXT_FIELDS.keys() & fields.keys():
        if fields[name] is None:
            fields[name] = dict.fromkeys(get_structure().locales)
    if "values" in fields:
        given = read_values(fields["values"])
        if given.problems:
            first = given.problems[0]
            raise Refused(first.code, first.message, first.pointer, problems=given.problems)
        fields["values"] = given.wanted
    return AssetChange(key, fields, row=row)

"""The history of an asset in words, and how one entry of it is taken back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assets.choices import DigitalSource
from assets.extensions import get_stage_rules
from assets.models import Asset
from assets.services.undo import change_back
from assets.services.writing import write_assets
from pim.admin.histories import ShownEntry, describe_entries, write_plain
from pim.choices import EntryKind, Origin
from pim.errors import NotFound, Outcome
from pim.journal import history_of
from pim.models import Entry, User
from pim.services.snapshot import get_structure
from pim.values.keys import split_key
from pim.values.labels import label_of

KEYS = {
    "@focal": gettext_lazy("Focal rectangle"),
    "@crops": gettext_lazy("Crops"),
    "@keywords": gettext_lazy("Keywords"),
    "@categories": gettext_lazy("Categories"),
    "@releases": gettext_lazy("Releases"),
    "@license": gettext_lazy("Licence"),
    "@family": gettext_lazy("Family"),
    "@folder": gettext_lazy("Folder"),
    "@digital_source": gettext_lazy("Digital source"),
    "@valid_from": gettext_lazy("Usable from"),
    "@valid_until": gettext_lazy("Usable until"),
    "@stage": gettext_lazy("Stage"),
    "@version": gettext_lazy("Version"),
    "@upload": gettext_lazy("File sent"),
    "@filename": gettext_lazy("File name"),
    "@refused": gettext_lazy("File refused"),
    "label": gettext_lazy("Title"),
    "alt": gettext_lazy("Alternative text"),
}
UNDOABLE = frozenset(KEYS) - {"@upload", "@filename", "@refused", "@stage"}
"""A file that was sent stays a version, and stages move by transitions."""


def describe_history(asset: Asset, *, limit: int = 200) -> list[ShownEntry]:
    """The last entries, newest first."""
    return describe_entries(history_of(asset.uuid, limit=limit), write=write_change, name=name_key)


def name_key(key: str) -> str:
    """What people call a key of the journal: `alt:de_DE` → “Alternative text · de_DE”."""
    if key in KEYS:
        return str(KEYS[key])
    scope = split_key(key)
    spec = get_structure().attributes.get(scope.attribute)
    name = str(KEYS.get(scope.attribute) or (label_of(spec.labels, spec.code) if spec else scope.attribute))
    return " · ".join(part for part in (name, scope.channel, scope.locale) if part)


def write_change(key: str, value: Any) -> str:
    """A stored value in words."""
    if value in (None, "", [], {}):
        return ""
    match key:
        case "@focal":
            return write_rectangle(value)
        case "@crops":
            return "; ".join(f"{preset}: {write_rectangle(rectangle)}" for preset, rectangle in value.items())
        case "@stage":
            return str(get_stage_rules().label(value))
        case "@digital_source" if value in DigitalSource.values:
            return str(DigitalSource(value).label)
        case "@refused":
            return f"{value.get('filename', '')} ({value.get('code', '')})"
        case _:
            return write_plain(value)


def write_rectangle(rectangle: Mapping[str, float]) -> str:
    """Left, top, width and height in percent."""
    return " · ".join(f"{round(rectangle[name] * 100)} %" for name in ("left", "top", "width", "height"))


def may_undo(entry: ShownEntry) -> bool:
    """Whether the page offers to take it back."""
    return entry.kind == EntryKind.UPDATE and any(
        change.raw_key not in KEYS.keys() - UNDOABLE for change in entry.changes
    )


def undo_entry(asset: Asset, entry_id: int, *, actor: User) -> Outcome:
    """Put back what one entry of this asset changed; a key that has been changed since is a conflict and stays.

    Raises:
        Conflict: what has been changed since, with both values.
        NotAllowed: the actor may not change assets.
        NotFound: it is not an entry of this asset that can be taken back.
    """
    entry = Entry.objects.filter(pk=entry_id, subject_uuid=asset.uuid, kind=EntryKind.UPDATE).first()
    if entry is None:
        raise NotFound("not_found", _("There is no such entry."))
    change = replace(change_back(entry), revision=entry.revision)
    return write_assets([change], actor=actor, origin=Origin.UNDO, atomic=True)

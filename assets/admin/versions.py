"""The versions of an asset as its page lists and compares them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from assets.admin.metadata import group_metadata
from assets.admin.viewing import declare_versions, original_address, version_rendition
from assets.choices import VersionState
from assets.models import Asset, AssetVersion
from assets.services.renditions.presets import PREVIEW, THUMB
from pim.models import Entry


@dataclass(frozen=True, slots=True)
class ShownVersion:
    """One file that the asset has had. `who` sent it; empty where a program did."""

    number: int
    filename: str
    state: str
    state_label: str
    error: str
    facts: str
    who: str
    created: datetime
    is_current: bool
    thumb: str = ""
    original_url: str = ""

    @property
    def is_ready(self) -> bool:
        """Whether it can be shown."""
        return self.state == VersionState.READY


@dataclass(frozen=True, slots=True)
class Side:
    """One of two versions side by side."""

    version: ShownVersion
    url: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Difference:
    """One fact of two versions. `group` is empty for those of the file itself."""

    name: str
    before: str
    after: str
    group: str = ""

    @property
    def is_same(self) -> bool:
        """Whether nothing has changed."""
        return self.before == self.after


def list_versions(asset: Asset, versions: list[AssetVersion], *, may_download: bool) -> list[ShownVersion]:
    """All versions, newest first; a constant number of queries."""
    senders = _find_senders(asset, versions)
    declare_versions(asset, [version for version in versions if version.state == VersionState.READY])
    return [_show(asset, version, senders.get(version.number, ""), may_download) for version in versions]


def make_side(asset: Asset, version: AssetVersion, *, may_download: bool) -> Side:
    """A version with the picture to compare it by; no address where it has none."""
    for preset in (THUMB, PREVIEW):
        declare_versions(asset, [version], preset)
    issued = version_rendition(asset, version, PREVIEW)
    shown = _show(asset, version, "", may_download)
    is_picture = version.is_picture and issued.width is not None
    return Side(shown, issued.url if is_picture else "", issued.width or 0, issued.height or 0)


def compare_facts(before: AssetVersion, after: AssetVersion) -> list[Difference]:
    """What the two files are, fact by fact; those of the file first, then what differs of their metadata."""
    own = [
        Difference(_("File name"), before.filename, after.filename),
        Difference(_("Format"), before.media_type, after.media_type),
        Difference(_("Pixels"), _pixels(before), _pixels(after)),
        Difference(_("Size"), str(filesizeformat(before.size_bytes)), str(filesizeformat(after.size_bytes))),
        Difference("SHA-256", before.sha256[:16], after.sha256[:16]),
    ]
    sides = [
        {(group.label, line.tag): line for group in group_metadata(version.metadata) for line in group.lines}
        for version in (before, after)
    ]
    differing = []
    for group, tag in sorted(sides[0].keys() | sides[1].keys()):
        one, other = sides[0].get((group, tag)), sides[1].get((group, tag))
        line = one or other
        texts = one.value if one else "", other.value if other else ""
        if line is not None and texts[0] != texts[1]:
            differing.append(Difference(line.name, *texts, group))
    return own + differing


def _show(asset: Asset, version: AssetVersion, who: str, may_download: bool) -> ShownVersion:
    is_ready = version.state == VersionState.READY
    return ShownVersion(
        number=version.number,
        filename=version.filename,
        state=version.state,
        state_label=str(VersionState(version.state).label),
        error=version.error,
        facts=" · ".join(part for part in (_pixels(version), _size(version)) if part),
        who=who,
        created=version.created,
        is_current=version.pk == asset.version_id,
        thumb=version_rendition(asset, version).url if is_ready and version.is_picture else "",
        original_url=original_address(asset, version) if may_download and is_ready else "",
    )


def _pixels(version: AssetVersion) -> str:
    return f"{version.width_px} × {version.height_px}" if version.width_px else ""


def _size(version: AssetVersion) -> str:
    return str(filesizeformat(version.size_bytes)) if version.size_bytes else ""


def _find_senders(asset: Asset, versions: list[AssetVersion]) -> dict[int, str]:
    """Who sent each version: the journal has one entry with a name for each file that came in."""
    entries = (
        Entry.objects.filter(subject_uuid=asset.uuid, delta__has_key="@upload").select_related("actor").order_by("id")
    )
    names = [(entry.actor.get_full_name() or entry.actor.get_username()) if entry.actor else "" for entry in entries]
    return dict(zip(sorted(version.number for version in versions), names, strict=False))

"""What goes into a ZIP, under which names, and the manifest that tells of it; what is left out says why."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from assets import extensions
from assets.choices import RenditionState
from assets.models import Asset, Folder, Rendition
from assets.rights import FREE, Verdict
from assets.services.cells import plain_cell
from assets.services.downloads.files import ORIGINAL, find_recipe, name_file, open_file
from assets.services.downloads.naming import Names, fill_layout, read_layout, split_name
from assets.services.downloads.requests import DownloadRequest, Gate, check_request
from assets.services.downloads.selection import MAX_ASSETS, too_many
from assets.services.downloads.zipping import Member, stream_zip
from pim.errors import DomainError, Problem, Refused
from pim.values.labels import label_of

MAX_BYTES = 10 * 1024**3
"""What one ZIP may hold, as far as sizes are known before it starts."""

DRAWING_S = 300.0
"""How long renditions are drawn on the way; what is not drawn by then is left out, and is there the next time."""

MANIFEST = "manifest.csv"
COLUMNS = ("path", "asset", "uuid", "sha256", "preset", "licence", "credit", "verdict", "reason")


@dataclass(slots=True)
class Line:
    """One line of the manifest: what went into the ZIP, or what did not and why."""

    path: str
    asset: str
    uuid: str
    sha256: str = ""
    preset: str = ""
    licence: str = ""
    credit: str = ""
    verdict: Verdict = FREE


@dataclass(frozen=True, slots=True)
class Entry:
    """A file that is to go into the ZIP."""

    uuid: UUID
    path: str


@dataclass(frozen=True, slots=True)
class DownloadPlan:
    """What a ZIP would hold now. `size_bytes` knows nothing of the `undrawn`; `left_out` is never empty of reasons."""

    entries: tuple[Entry, ...]
    left_out: tuple[Line, ...]
    size_bytes: int
    undrawn: int


@dataclass(slots=True)
class Packed:
    """How far a ZIP has come; `is_complete` once its last byte was handed over."""

    files: int = 0
    size_bytes: int = 0
    left_out: list[Line] = field(default_factory=list)
    is_complete: bool = False


def plan_download(request: DownloadRequest, gate: Gate) -> DownloadPlan:
    """Look at everything once before a download starts; a handful of queries beside those of the gate.

    Raises:
        Refused: `unknown_preset`, `invalid_layout`, `too_many_assets`, `download_too_large`, `nothing_to_download`
            (with the reasons).
    """
    check_request(request)
    if len(request.assets) > MAX_ASSETS:
        raise too_many(MAX_ASSETS)
    assets = {asset.uuid: asset for asset in Asset.objects.with_current().filter(uuid__in=request.assets)}
    present, left_out = [], []
    for uuid in request.assets:
        if (asset := assets.get(uuid)) is None:
            left_out.append(_left_out(uuid, None, request, _gone()))
        elif (verdict := _look_at(asset, request, gate)).allowed:
            present.append(asset)
        else:
            left_out.append(_left_out(uuid, asset, request, verdict))
    if not present:
        reasons = [reason for line in left_out for reason in line.verdict.reasons]
        raise Refused("nothing_to_download", _("None of these files may be downloaded."), "/assets", problems=reasons)
    entries = _name_entries(present, request)
    if len(entries) > MAX_ASSETS:
        raise too_many(MAX_ASSETS)
    size, undrawn = _measure(present, request)
    if size > MAX_BYTES:
        limit = MAX_BYTES // 1024**3
        raise Refused("download_too_large", _("That is more than %d GB. Take fewer, or a smaller preset.") % limit)
    return DownloadPlan(tuple(entries), tuple(left_out), size, undrawn)


def stream_download(
    request: DownloadRequest, gate: Gate, *, tell: Callable[[Packed], None] | None = None
) -> Iterator[bytes]:
    """The ZIP, made while it is read. Each file is judged again when its turn comes, by the rows as they are then.

    `tell` is called once: at the end, or when nobody reads on.

    Raises:
        Refused: see `plan_download`; before the first byte.
    """
    plan = plan_download(request, gate)
    packed = Packed(left_out=list(plan.left_out))
    return _stream(plan, request, gate, packed, tell)


def _stream(
    plan: DownloadPlan, request: DownloadRequest, gate: Gate, packed: Packed, tell: Callable[[Packed], None] | None
) -> Iterator[bytes]:
    try:
        yield from stream_zip(_pack(plan, request, gate, packed))
        packed.is_complete = True
    finally:
        if tell is not None:
            tell(packed)


def _pack(plan: DownloadPlan, request: DownloadRequest, gate: Gate, packed: Packed) -> Iterator[Member]:
    sent: list[Line] = []
    drawing = _DrawingTime()
    for entry in plan.entries:
        asset = Asset.objects.with_current().filter(uuid=entry.uuid).first()
        verdict = _look_at(asset, request, gate) if asset is not None else _gone()
        if asset is None or not verdict.allowed:
            packed.left_out.append(_left_out(entry.uuid, asset, request, verdict))
            continue
        try:
            with drawing:
                drawing.check(asset, request.preset)
                file = open_file(asset, request.preset)
        except DomainError as error:
            refused = Verdict(allowed=False, reasons=error.problems)
            packed.left_out.append(_left_out(entry.uuid, asset, request, refused))
            continue
        member = Member(entry.path, file.pieces, file.size_bytes, file.modified)
        yield member
        line = _describe(asset, request, verdict)
        line.path, line.sha256 = entry.path, member.sha256
        sent.append(line)
        packed.files += 1
        packed.size_bytes += member.sent_bytes
    manifest = dump_manifest([*sent, *packed.left_out])
    yield Member(MANIFEST, iter([manifest]), len(manifest), timezone.now())


def dump_manifest(lines: Collection[Line]) -> bytes:
    """CSV (RFC 4180), UTF-8 with its mark, so that spreadsheets read it rightly; nothing in it is a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for line in lines:
        said = "; ".join(str(reason.message) for reason in line.verdict.reasons)
        verdict = "allowed" if line.verdict.allowed else "left out"
        row = (line.path, line.asset, line.uuid, line.sha256, line.preset, line.licence, line.credit, verdict, said)
        writer.writerow([plain_cell(cell) for cell in row])
    return out.getvalue().encode("utf-8-sig")


class _DrawingTime:
    """How much time is left to draw what is not drawn yet; entered around the opening of each file."""

    def __init__(self) -> None:
        self._spent_s = 0.0
        self._began = 0.0

    def __enter__(self) -> None:
        self._began = time.monotonic()

    def __exit__(self, *_error: object) -> None:
        self._spent_s += time.monotonic() - self._began

    def check(self, asset: Asset, preset: str) -> None:
        """Raises: Refused: `not_drawn_yet`."""
        if preset == ORIGINAL or self._spent_s < DRAWING_S:
            return
        recipe = find_recipe(asset, preset)
        if recipe and not Rendition.objects.filter(digest=recipe.digest, state=RenditionState.READY).exists():
            raise Refused("not_drawn_yet", _("It is not drawn yet. Download it once more in a while."))


def _look_at(asset: Asset, request: DownloadRequest, gate: Gate) -> Verdict:
    verdict = gate.judge(asset, request.preset)
    if not verdict.allowed:
        return verdict
    if asset.version is None:
        return _no("no_file", _("This file is still being checked."))
    if request.preset != ORIGINAL and find_recipe(asset, request.preset) is None:
        return _no("no_rendition", _("This file has no rendition in this preset."))
    return verdict


def _name_entries(assets: Sequence[Asset], request: DownloadRequest) -> list[Entry]:
    template = read_layout(request.layout)
    folders = _folder_paths(assets) if "{folder}" in template else {}
    is_by_product = "{sku}" in template or "{role}" in template
    places = _find_placements([asset.uuid for asset in assets]) if is_by_product else {}
    names, entries = Names(MANIFEST), []
    for number, asset in enumerate(assets, start=1):
        recipe = None if request.preset == ORIGINAL else find_recipe(asset, request.preset)
        filename = name_file(asset, recipe)
        name, extension = split_name(filename)
        for place in places.get(asset.uuid) or [extensions.Placement("", "")]:
            path = fill_layout(
                template,
                {
                    "filename": filename,
                    "name": name,
                    "ext": extension,
                    "code": asset.code,
                    "uuid": str(asset.uuid),
                    "folder": folders.get(asset.folder_id or 0, ""),
                    "sku": place.owner,
                    "role": place.role,
                    "preset": request.preset or "original",
                    "kind": asset.kind,
                    "number": f"{number:04}",
                },
            )
            entries.append(Entry(asset.uuid, names.take(path)))
    return entries


def _find_placements(uuids: Collection[UUID]) -> dict[UUID, list[extensions.Placement]]:
    found: dict[UUID, list[extensions.Placement]] = {}
    for index in extensions.usage_indexes.values():
        for uuid, places in index.placements(uuids).items():
            found.setdefault(uuid, []).extend(places)
    return found


def _folder_paths(assets: Collection[Asset]) -> Mapping[int, str]:
    """{folder: the names of its ancestors and its own, parted by slashes}; two queries."""
    wanted = dict(Folder.objects.filter(pk__in={asset.folder_id for asset in assets}).values_list("pk", "path"))
    steps = range(Folder.steplen, 255, Folder.steplen)
    above = {path[:end] for path in wanted.values() for end in steps if end <= len(path)}
    rows = Folder.objects.filter(path__in=above).values_list("path", "labels", "code")
    labels = {path: label_of(labels, code).replace("/", "_") for path, labels, code in rows}
    return {
        pk: "/".join(labels[path[:end]] for end in steps if end <= len(path) and path[:end] in labels)
        for pk, path in wanted.items()
    }


def _measure(assets: Sequence[Asset], request: DownloadRequest) -> tuple[int, int]:
    """Bytes that are known, and how many renditions have none yet; one query."""
    if request.preset == ORIGINAL:
        return sum(asset.version.size_bytes for asset in assets if asset.version), 0
    digests = {recipe.digest for asset in assets if (recipe := find_recipe(asset, request.preset))}
    ready = Rendition.objects.filter(digest__in=digests, state=RenditionState.READY)
    sizes = [size or 0 for size in ready.values_list("size_bytes", flat=True)]
    return sum(sizes), len(digests) - len(sizes)


def _left_out(uuid: UUID, asset: Asset | None, request: DownloadRequest, verdict: Verdict) -> Line:
    if asset is None:
        return Line("", "", str(uuid), preset=request.preset, verdict=verdict)
    return _describe(asset, request, verdict)


def _describe(asset: Asset, request: DownloadRequest, verdict: Verdict) -> Line:
    return Line(
        path="",
        asset=asset.code,
        uuid=str(asset.uuid),
        preset=request.preset or "original",
        licence=asset.license.code if asset.license else "",
        credit=verdict.credit,
        verdict=verdict,
    )


def _gone() -> Verdict:
    return _no("not_found", _("There is no such asset any more."))


def _no(code: str, sentence: str) -> Verdict:
    return Verdict(allowed=False, reasons=(Problem(code, sentence),))

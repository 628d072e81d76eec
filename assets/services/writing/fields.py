"""How each field of a change is read: what was, what will be, and what is stored for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from assets import extensions
from assets.choices import DigitalSource, VersionState
from assets.models import Asset, AssetFamily, AssetVersion, Folder, License
from assets.render import FocalRectangle
from assets.services.renditions.presets import get_presets
from assets.services.writing.changes import LISTS
from assets.services.writing.context import Context
from pim.errors import Refused

MAX_KEYWORDS, MAX_KEYWORD = 200, 100
MAX_LINKS = 500

Read = tuple[list[Any], Any]
"""([before, after] as the journal keeps them, what is set on the asset)."""


def read_fields(asset: Asset, fields: Mapping[str, Any], context: Context) -> dict[str, Read]:
    """Read all plain fields of a change: {attribute of the asset: what becomes of it}, only what changes.

    Raises:
        Refused: the first that is not accepted, with its pointer.
    """
    found = {name: READERS[name](asset, fields[name], context) for name in READERS.keys() & fields.keys()}
    for name in LISTS:
        given = {verb: fields[verb + name] for verb in ("", "add_", "remove_") if verb + name in fields}
        if given:
            found[name] = _read_list(asset, name, given, context)
    read = {name: pair for name, pair in found.items() if pair[0][0] != pair[0][1]}
    _check_window(asset, read)
    return read


def _read_license(asset: Asset, value: object, context: Context) -> tuple[list[Any], License | None]:
    before = asset.license.code if asset.license else None
    if value in (None, ""):
        return [before, None], None
    found = context.licenses.get(str(value).lower())
    if found is None:
        raise Refused("unknown_license", _("There is no licence “%s”.") % value, "/license")
    return [before, found.code], found


def _read_folder(asset: Asset, value: object, context: Context) -> tuple[list[Any], Folder | None]:
    before = asset.folder.code if asset.folder else None
    if value in (None, ""):
        return [before, None], None
    found = context.folders.get(str(value).lower())
    if found is None:
        raise Refused("unknown_folder", _("There is no folder “%s”.") % value, "/folder")
    return [before, found.code], found


def _read_family(asset: Asset, value: object, context: Context) -> tuple[list[Any], AssetFamily | None]:
    spec = context.engine.families_by_id.get(asset.family_id) if asset.family_id else None
    before = spec.code if spec else None
    if value in (None, ""):
        return [before, None], None
    found = context.engine.family(str(value))
    if found is None:
        raise Refused("unknown_family", _("There is no asset family “%s”.") % value, "/family")
    return [before, found.code], AssetFamily(pk=found.id, code=found.code)


def _read_focal(asset: Asset, value: object, _context: Context) -> tuple[list[Any], dict[str, float] | None]:
    if value is None:
        return [asset.focal, None], None
    rectangle = parse_focal(value)
    return [asset.focal, rectangle], rectangle


def _read_crops(asset: Asset, value: object, _context: Context) -> tuple[list[Any], dict[str, dict[str, float]]]:
    if not isinstance(value, Mapping):
        raise Refused("invalid_focal", _("Crops are an object of rectangles by preset."), "/crops")
    crops, presets = dict(asset.crops), get_presets().by_code
    for preset, rectangle in value.items():
        if rectangle is None:
            crops.pop(preset, None)
            continue
        if preset not in presets:
            raise Refused("unknown_preset", _("There is no preset “%s”.") % preset, f"/crops/{preset}")
        crops[preset] = parse_focal(rectangle, f"/crops/{preset}")
    ordered = dict(sorted(crops.items()))
    return [asset.crops, ordered], ordered


def _read_stage(asset: Asset, value: object, _context: Context) -> tuple[list[Any], str]:
    if not isinstance(value, str) or not extensions.get_stage_rules().exists(value):
        raise Refused("unknown_stage", _("There is no stage “%s”.") % value, "/stage")
    return [asset.stage, value], value


def _read_version(asset: Asset, value: object, context: Context) -> tuple[list[Any], AssetVersion]:
    version = context.versions.get((asset.pk, value)) if isinstance(value, int) else None
    if version is None or version.state != VersionState.READY:
        raise Refused("unknown_version", _("There is no ready version “%s”.") % value, "/version")
    return [asset.version.number if asset.version else None, version.number], version


def _read_source(asset: Asset, value: object, _context: Context) -> tuple[list[Any], str]:
    source = value or ""
    if source and source not in DigitalSource.values:
        raise Refused("unknown_source", _("Choose one of: %s.") % ", ".join(DigitalSource.values), "/digital_source")
    return [asset.digital_source, source], str(source)


def _read_day(name: str) -> Callable[[Asset, object, Context], Read]:
    def read(asset: Asset, value: object, _context: Context) -> Read:
        before: date | None = getattr(asset, name)
        old = before.isoformat() if before else None
        if value in (None, ""):
            return [old, None], None
        try:
            day = value if isinstance(value, date) else date.fromisoformat(str(value))
        except ValueError:
            raise Refused("invalid_date", _("Write the day as YYYY-MM-DD."), f"/{name}") from None
        return [old, day.isoformat()], day

    return read


READERS: Mapping[str, Callable[[Asset, Any, Context], Read]] = {
    "license": _read_license,
    "folder": _read_folder,
    "family": _read_family,
    "focal": _read_focal,
    "crops": _read_crops,
    "stage": _read_stage,
    "version": _read_version,
    "digital_source": _read_source,
    "valid_from": _read_day("valid_from"),
    "valid_until": _read_day("valid_until"),
}


def _check_window(asset: Asset, read: Mapping[str, Read]) -> None:
    first = read["valid_from"][1] if "valid_from" in read else asset.valid_from
    last = read["valid_until"][1] if "valid_until" in read else asset.valid_until
    if read.keys() & {"valid_from", "valid_until"} and first and last and last < first:
        raise Refused("window_reversed", _("The use ends before it begins."), "/valid_until")


def parse_focal(value: object, pointer: str = "/focal") -> dict[str, float]:
    """Read a focal rectangle or a crop, rounded to four digits.

    Raises:
        Refused: `invalid_focal`.
    """
    names = ("left", "top", "width", "height")
    if isinstance(value, Mapping) and set(value) == set(names):
        numbers = [value[name] for name in names]
        if all(type(number) in {int, float} and -1 <= number <= 2 for number in numbers):
            rectangle = {name: round(float(number), 4) for name, number in zip(names, numbers, strict=True)}
            if FocalRectangle(**rectangle).is_valid:
                return rectangle
    raise Refused(
        "invalid_focal", _("A rectangle has left, top, width and height from 0 to 1, inside the picture."), pointer
    )


def _read_list(asset: Asset, name: str, given: Mapping[str, Any], context: Context) -> Read:
    for verb, items in given.items():
        if not isinstance(items, list | tuple) or not all(isinstance(item, str) for item in items):
            raise Refused("invalid_list", _("A list of texts is expected."), f"/{verb}{name}")
    if name == "keywords":
        words = {verb: [_clean_keyword(word, f"/{verb}keywords") for word in items] for verb, items in given.items()}
        after = _merge_keywords(asset.keywords, words)
        return [asset.keywords, after], after
    if name == "categories":
        return _read_links(asset, name, given, context.categories, context.category_rows)
    return _read_links(asset, name, given, context.releases, context.release_rows)


def _merge_keywords(present: list[str], words: Mapping[str, list[str]]) -> list[str]:
    """In the order given, each once whatever its case."""
    gone = {word.casefold() for word in words.get("remove_", ())}
    merged: dict[str, str] = {}
    for word in [*words.get("", present), *words.get("add_", ())]:
        if word and word.casefold() not in gone:
            merged.setdefault(word.casefold(), word)
    if len(merged) > MAX_KEYWORDS:
        raise Refused("too_many_keywords", _("An asset has at most %d keywords.") % MAX_KEYWORDS, "/keywords")
    return list(merged.values())


def _clean_keyword(word: str, pointer: str) -> str:
    cleaned = " ".join(word.replace("\x00", " ").split())
    if len(cleaned) > MAX_KEYWORD:
        raise Refused("text_too_long", _("At most %d characters.") % MAX_KEYWORD, pointer)
    return cleaned


def _read_links(
    asset: Asset,
    name: str,
    given: Mapping[str, Any],
    present: Mapping[int, Mapping[int, str]],
    rows: Mapping[str, Any],
) -> Read:
    now = dict(present.get(asset.pk, {}))
    wanted = {} if "" in given else dict(now)
    for verb in ("", "add_"):
        for number, code in enumerate(given.get(verb, ())):
            row = rows.get(code.lower())
            if row is None:
                message = _("There is no “%s”.") % code
                raise Refused(f"unknown_{'category' if name == 'categories' else 'release'}", message, f"/{verb}{name}/{number}")  # fmt: skip
            wanted[row.pk] = row.code
    for code in given.get("remove_", ()):
        row = rows.get(code.lower())
        if row is not None:
            wanted.pop(row.pk, None)
    if len(wanted) > MAX_LINKS:
        raise Refused("too_many_links", _("At most %d.") % MAX_LINKS, f"/{name}")
    return [sorted(now.values()), sorted(wanted.values())], wanted

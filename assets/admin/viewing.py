"""How the page of an asset shows its file: a picture to look into, a film, a sound, a text, or a sentence why not."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from assets.choices import AssetKind, VersionState
from assets.models import Asset, AssetVersion
from assets.preview import TEXT_TYPES, read_first_lines
from assets.render import Fit
from assets.services.originals import open_original
from assets.services.renditions import declare_renditions
from assets.services.renditions.presets import FILE, PREVIEW, THUMB, get_presets
from assets.services.renditions.urls import IssuedUrl, rendition_url
from pim.errors import NotFound
from pim.models import User

BROWSER_PICTURES = frozenset({"image/jpeg", "image/png", "image/webp", "image/avif", "image/gif"})
BROWSER_SOUND = frozenset(
    {"audio/mpeg", "audio/ogg", "audio/wav", "audio/x-wav", "audio/flac", "audio/mp4", "audio/aac"}
)
BROWSER_FILM = frozenset({"video/mp4", "video/webm", "video/ogg", "video/quicktime"})
MAX_CLOSER_BYTES = 60 << 20
"""An original above this is not fetched just because somebody looks closely."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """What stands in the middle of the page.

    `kind` is `picture`, `video`, `audio`, `text`, `blocked`, `waiting`, `failed` or `none`; `url` is what is shown,
    `closer` a larger picture for those who look closely; width and height are the file's own, in pixels.
    """

    kind: str
    url: str = ""
    closer: str = ""
    width: int = 0
    height: int = 0
    sentence: str = ""
    poster: str = ""
    media_type: str = ""

    @property
    def ratio(self) -> str:
        """Width to height, for the style sheet; empty for what is no picture."""
        return f"{self.width / self.height:.4f}" if self.height else ""


def view_asset(asset: Asset, newest: AssetVersion | None, *, may_download: bool) -> Viewer:
    """Decide how the current version is shown; `newest` says what is the matter where there is none."""
    version = asset.version
    preview = rendition_url(asset, get_presets().get(PREVIEW))
    if not preview.verdict.allowed:
        return Viewer("blocked", sentence=" ".join(str(reason.message) for reason in preview.verdict.reasons))
    if version is None:
        if newest is not None and newest.state == VersionState.FAILED:
            return Viewer("failed", sentence=newest.error)
        return Viewer("waiting", sentence=_("The file is being checked."))
    address = original_address(asset, version) if may_download else ""
    if address and version.media_type in BROWSER_FILM:
        return Viewer("video", address, poster=preview.url, media_type=version.media_type)
    if address and version.media_type in BROWSER_SOUND:
        return Viewer("audio", address, media_type=version.media_type)
    if preview.url and version.width_px and version.height_px:
        closer = _find_closer(asset, version, address)
        return Viewer("picture", preview.url, closer, version.width_px, version.height_px)
    if address and version.media_type in TEXT_TYPES:
        return Viewer("text", reverse("admin:assets_asset_text", args=[asset.uuid]))
    return Viewer("none", sentence=explain_no_preview(asset, version, may_download=may_download))


def original_address(asset: Asset, version: AssetVersion) -> str:
    """Where the original of a version is fetched by those who may."""
    return reverse("original", args=[asset.uuid, version.number])


def explain_no_preview(asset: Asset, version: AssetVersion, *, may_download: bool) -> str:
    """The sentence in place of a picture."""
    if version.error:
        return version.error
    if not may_download and asset.kind in {AssetKind.VIDEO, AssetKind.AUDIO}:
        return _("It plays for those who may download originals.")
    if said := version.measures.get("no_preview"):
        return str(said)
    sentences: dict[str, str] = {
        AssetKind.MODEL: _("3D models are kept and delivered as they are; they have no preview."),
        AssetKind.DESIGN: _("Design files are kept and delivered as they are. Upload an export beside it to see it."),
        AssetKind.VIDEO: _("This format of film plays in no browser. It can be downloaded."),
        AssetKind.AUDIO: _("This format of sound plays in no browser. It can be downloaded."),
        AssetKind.DOCUMENT: _("Documents of this format have no preview. They can be downloaded."),
    }
    return sentences.get(asset.kind, _("Files of this format have no preview."))


def with_version(asset: Asset, version: AssetVersion) -> Asset:
    """The asset as it would be if it showed another version; for addresses, never to be saved."""
    other = copy.copy(asset)
    other.version = version
    return other


def version_rendition(asset: Asset, version: AssetVersion, preset: str = THUMB) -> IssuedUrl:
    """A rendition of any version. That of an earlier one must have been declared, see `declare_versions`."""
    return rendition_url(with_version(asset, version), get_presets().get(preset))


def declare_versions(asset: Asset, versions: Iterable[AssetVersion], preset: str = THUMB) -> None:
    """Make sure that a rendition of earlier versions can be drawn: a preset may be younger than they are."""
    earlier = [with_version(asset, version) for version in versions if version.pk != asset.version_id]
    if earlier:
        declare_renditions(earlier, presets={preset})


def read_beginning(asset: Asset, *, actor: User) -> str:
    """The first lines of a text, for those who may download it.

    Raises:
        NotAllowed, NotFound: as `open_original`.
    """
    if asset.version is None or asset.version.media_type not in TEXT_TYPES:
        raise NotFound("not_found", _("This is not a text."))
    file, _version = open_original(asset.uuid, asset.version.number, actor=actor)
    with file:
        return "\n".join(read_first_lines(file))


def _find_closer(asset: Asset, version: AssetVersion, address: str) -> str:
    """The original where a browser can show it, else the largest rendition of the whole picture."""
    if address and version.media_type in BROWSER_PICTURES and version.size_bytes <= MAX_CLOSER_BYTES:
        return address
    whole = [
        preset
        for preset in get_presets().by_code.values()
        if preset.fit in {Fit.CONTAIN, Fit.WIDTH, Fit.HEIGHT} and preset.code not in {THUMB, FILE} and preset.formats
    ]
    issued = [rendition_url(asset, preset) for preset in whole]
    return max(issued, key=lambda each: each.width or 0).url if issued else ""

"""Addresses of renditions: worked out without any I/O, after asking for the verdict."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from assets.models import Asset
from assets.render import Preset, Recipe, plan_geometry
from assets.rights import FREE, LicenseTerms, Verdict, judge
from assets.services.verdicts import end_of_right, terms_of, today

PREFIX = "/media/r"
_SALT = "assets.renditions"


@dataclass(frozen=True, slots=True)
class Source:
    """What of an asset decides the addresses of its renditions."""

    sha256: str
    width_px: int | None
    height_px: int | None
    asset: Asset
    terms: LicenseTerms | None

    @classmethod
    def of(cls, asset: Asset) -> Source | None:
        """From an asset loaded with its current version and licence; None while it has no ready file."""
        version = asset.version
        if version is None:
            return None
        return cls(version.sha256, version.width_px, version.height_px, asset, terms_of(asset))


@dataclass(frozen=True, slots=True)
class IssuedUrl:
    """An address, or the reasons why there is none. Width and height are those of the rendition."""

    url: str = ""
    width: int | None = None
    height: int | None = None
    verdict: Verdict = FREE


def rendition_url(
    source: Source | Asset | None,
    preset: Preset | None,
    fmt: str | None = None,
    *,
    channel: str | None = None,
    on: date | None = None,
) -> IssuedUrl:
    """Issue the address of a rendition: no query, no storage call.

    The address is empty where the verdict says no, where there is no picture, or where the preset has no such format.
    It is signed, and expires with the right, where the licence has an end.

    `fmt` defaults to the preset's first; `channel` None is use inside the house; `on` defaults to today, UTC.
    """
    if isinstance(source, Asset):
        source = Source.of(source)
    if source is None:
        return IssuedUrl()
    verdict = judge(source.terms, on=on or today(), channel=channel)
    if preset is None or source.width_px is None or source.height_px is None or not verdict.allowed:
        return IssuedUrl(verdict=verdict)
    fmt = fmt or preset.formats[0]
    if fmt not in preset.formats:
        return IssuedUrl(verdict=verdict)
    focal = source.asset.focal_rectangle
    expires = end_of_right(source.terms) if source.terms else None
    recipe = Recipe(source.sha256, preset, fmt, focal, is_guarded=expires is not None)
    width, height = plan_geometry(source.width_px, source.height_px, preset, focal=focal, fmt=fmt).canvas
    path = make_path(recipe.preset.code, recipe.digest, recipe.extension)
    if expires is not None:
        moment = int(expires.timestamp())
        path = f"{path}?e={moment}&s={sign(path, moment)}"
    return IssuedUrl(path, width, height, verdict)


def make_path(preset: str, digest: str, extension: str) -> str:
    """The path of a rendition, as the one view that serves it reads it."""
    return f"{PREFIX}/{preset}/{digest[:2]}/{digest}.{extension}"


def sign(path: str, expires: int, *, secret: str | None = None) -> str:
    """HMAC-SHA256 over the canonical path and the second at which it ends."""
    return salted_hmac(_SALT, f"{path}\n{expires}", secret=secret, algorithm="sha256").hexdigest()


def is_signed(path: str, expires: int, signature: str) -> bool:
    """Whether we signed this path until then, with the present key or one that is being retired."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    checks = [constant_time_compare(sign(path, expires, secret=key), signature) for key in keys]
    return any(checks)

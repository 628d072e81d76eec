"""Addresses of renditions: worked out without any I/O, after asking for the verdict."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from assets.models import Asset
from assets.render import Preset, plan_geometry
from assets.rights import FREE, Verdict
from assets.services.renditions.presets import recipes_for
from assets.services.rights.clearances import clearance_of
from assets.services.rights.verdicts import end_of_right, judge_asset

PREFIX = "/media/r"
_SALT = "assets.renditions"


@dataclass(frozen=True, slots=True)
class IssuedUrl:
    """An address, or the reasons why there is none. Width and height are those of the rendition."""

    url: str = ""
    width: int | None = None
    height: int | None = None
    verdict: Verdict = FREE


def rendition_url(
    asset: Asset,
    preset: Preset | None,
    fmt: str | None = None,
    *,
    channel: str | None = None,
    territory: str | None = None,
    medium: str | None = None,
    on: date | None = None,
    page: int = 1,
) -> IssuedUrl:
    """Issue the address of a rendition: no query, no storage call.

    The address is empty where the verdict says no, where there is no ready file, or where the preset has no such
    format. It is signed, and expires with the right, where the right has an end, holds in some countries or media
    only, or rests on somebody's consent. Of a document there is one address, under presets that keep the original.

    The asset is loaded with `with_current()`. `fmt` defaults to the preset's first; for `channel`, `territory`,
    `medium` and `on` see `judge_asset`. Pages after the first are declared by `assets.services.renditions.pages`; how large they
    are is not known.
    """
    verdict = judge_asset(asset, channel=channel, territory=territory, medium=medium, on=on)
    if preset is None or asset.version is None or not verdict.allowed:
        return IssuedUrl(verdict=verdict)
    clearance = clearance_of(asset)
    expires = end_of_right(verdict.valid_until) if clearance.is_guarded else None
    recipes = recipes_for(asset, [preset], page=page)
    recipe = next((recipe for recipe in recipes if fmt in (None, recipe.fmt)), None)
    if recipe is None:
        return IssuedUrl(verdict=verdict)
    path = make_path(preset.code, recipe.digest, recipe.extension)
    if expires is not None:
        moment = int(expires.timestamp())
        path = f"{path}?e={moment}&s={sign(path, moment)}"
    width, height = asset.version.width_px, asset.version.height_px
    if width is None or height is None or not recipe.is_drawn or page > 1:
        return IssuedUrl(path, verdict=verdict)
    plan = plan_geometry(width, height, preset, focal=recipe.focal, crop=recipe.crop, fmt=recipe.fmt)
    return IssuedUrl(path, *plan.canvas, verdict)


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

"""Presets and their costs in words."""

from __future__ import annotations

from typing import Any

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assets.forms.presets import FIT_LABELS
from assets.render import Fit, Preset
from assets.services.renditions.estimates import Estimate
from assets.services.renditions.previewing import Preview

_MINUTE_S, _HOUR_S = 60, 3_600


def describe_shape(preset: Preset) -> str:
    """Fit and box in a few words."""
    label = str(FIT_LABELS[preset.fit])
    if preset.fit is Fit.ORIGINAL:
        return label
    return f"{label} {preset.width or '…'} × {preset.height or '…'}"


def describe_cost(estimate: Estimate) -> dict[str, Any]:
    """An estimate in words."""
    return {
        "files": estimate.files,
        "sentence": ngettext("%d file is drawn anew", "%d files are drawn anew", estimate.files) % estimate.files
        if estimate.files
        else _("Nothing is drawn anew; files appear when they are first asked for."),
        "shares": [
            {
                "format": share.fmt.upper(),
                "files": share.files,
                "time": describe_seconds(share.seconds),
                "size": str(filesizeformat(share.size_bytes)),
            }
            for share in estimate.shares
        ],
        "time": describe_seconds(estimate.seconds),
        "size": str(filesizeformat(estimate.size_bytes)),
        "now": _("%(files)d files, %(size)s so far")
        % {"files": estimate.files_now, "size": filesizeformat(estimate.bytes_now)},
    }


def describe_preview(preview: Preview) -> str:
    """What was drawn: pixels, bytes, time."""
    pixels = f"{preview.width_px} × {preview.height_px}"
    if preview.is_reduced:
        return _("%s, smaller than the preset's own files") % pixels
    return f"{pixels} · {filesizeformat(len(preview.content))} · {describe_seconds(preview.seconds)}"


def describe_seconds(seconds: float) -> str:
    """A time as people say it."""
    if seconds < 1:
        return _("%d ms") % round(seconds * 1_000)
    if seconds < 2 * _MINUTE_S:
        return _("%d s") % round(seconds)
    if seconds < 2 * _HOUR_S:
        return _("%d min") % round(seconds / _MINUTE_S)
    return _("%d h") % round(seconds / _HOUR_S)

"""What rules for pictures ask about: measured once, on a small copy, when a file arrives.

The keys of `AssetVersion.measures`; one that does not apply or could not be measured is absent:

    colour_space    srgb | adobe_rgb | display_p3 | prophoto_rgb | rgb (another profile) | gray | cmyk | lab
    bits            bits of one channel: 1, 8, 10, 12, 16, 32
    has_alpha       whether anything may be transparent
    frames          of an animation, where there are several
    white_share     of the outermost ring of pixels, the share that is white or transparent, 0–1
    subject_fill    the share of the picture that its subject's box takes, 0–1
    subject_side    the longer of the box's two shares of the picture's sides, 0–1
    subject_box     the box: left, top, width, height as fractions, like a focal rectangle
    sharpness       variance of the Laplacian of the grey picture at 512 pixels; below about 50 it looks soft
    video_width_px, video_height_px  of a film as shown, whatever its poster's size
    no_preview      the sentence that says why there is nothing to see
    mislabelled     the extension that the file's name claims and its bytes do not have
"""

from __future__ import annotations

import io
from dataclasses import dataclass

from PIL import Image, ImageChops, ImageCms, ImageFilter, ImageStat

from assets.probe.modes import flatten_mode
from pim.values.specs import Json

MEASURED_SIDE_PX = 512
WHITE = 248
"""From here on, all three channels count as white; JPEG leaves plain white a little uneven."""
SUBJECT_DIFFERENCE = 14
PALETTE_SIDE_PX = 64
PALETTE_COLOURS = 5
_PALETTE_CANDIDATES = 12
_MERGE_DISTANCE = 40 * 40
_LEAST_SHARE = 0.02
_LAPLACIAN = ImageFilter.Kernel((3, 3), (0, 1, 0, 1, -4, 1, 0, 1, 0), scale=1, offset=128)
_PROFILE_NAMES = (
    ("adobe rgb", "adobe_rgb"),
    ("display p3", "display_p3"),
    ("p3", "display_p3"),
    ("prophoto", "prophoto_rgb"),
    ("romm", "prophoto_rgb"),
    ("srgb", "srgb"),
    ("iec61966-2", "srgb"),
    ("iec 61966-2", "srgb"),
)
_MODE_SPACES = {"CMYK": "cmyk", "LAB": "lab", "L": "gray", "LA": "gray", "1": "gray", "I": "gray", "F": "gray"}
_EXIF_COLOUR_SPACE, _EXIF_IFD, _INTEROP_IFD, _INTEROP_INDEX = 0xA001, 0x8769, 0xA005, 1
_MODE_BITS = {"1": 1, "I": 32, "F": 32}


@dataclass(frozen=True, slots=True)
class Look:
    """What a picture looks like: `palette` holds its main colours as 0xRRGGBB, the largest share first."""

    palette: tuple[int, ...]
    measures: dict[str, Json]


def look_at(picture: Image.Image) -> Look:
    """Measure a decoded picture; its pixels may be a reduced copy, its profile and mode those of the file."""
    # Deep and indexed modes do not resample; bringing them down costs little on what a draft left.
    flat = flatten_mode(picture)
    if max(flat.size) > MEASURED_SIDE_PX:
        scale = MEASURED_SIDE_PX / max(flat.size)
        size = (max(1, round(flat.width * scale)), max(1, round(flat.height * scale)))
        flat = flat.resize(size, Image.Resampling.BOX)
    alpha = flat.getchannel("A") if flat.mode in {"RGBA", "LA"} else None
    colours = flat.convert("RGB")
    if alpha is not None:
        white = Image.new("RGB", colours.size, "white")
        white.paste(colours, (0, 0), alpha)
        shown = white
    else:
        shown = colours
    measures: dict[str, Json] = {
        "has_alpha": picture.has_transparency_data,
        "white_share": _white_share(shown),
        "sharpness": round(float(ImageStat.Stat(shown.convert("L").filter(_LAPLACIAN)).var[0]), 1),
    }
    box = _subject_box(shown, alpha)
    if box is not None:
        left, top, right, bottom = box
        across, down = (right - left) / shown.width, (bottom - top) / shown.height
        measures["subject_fill"] = round(across * down, 4)
        measures["subject_side"] = round(max(across, down), 4)
        measures["subject_box"] = [
            round(left / shown.width, 4), round(top / shown.height, 4), round(across, 4), round(down, 4)
        ]  # fmt: skip
    return Look(main_colours(colours, alpha), measures)


def colour_space(picture: Image.Image) -> str:
    """The name of the space its numbers are in, by mode, profile and EXIF, in this order."""
    mode = picture.mode.partition(";")[0]
    if mode in _MODE_SPACES:
        return _MODE_SPACES[mode]
    profile = picture.info.get("icc_profile")
    if profile:
        return _name_profile(profile)
    try:
        tags = picture.getexif().get_ifd(_EXIF_IFD)
        interop = tags.get(_INTEROP_IFD)
        index = interop.get(_INTEROP_INDEX) if isinstance(interop, dict) else None
    except (ValueError, TypeError, SyntaxError, OSError, KeyError, IndexError):
        return "srgb"
    return "adobe_rgb" if str(index or "").startswith("R03") or tags.get(_EXIF_COLOUR_SPACE) == 2 else "srgb"


def _name_profile(profile: bytes) -> str:
    try:
        parsed = ImageCms.ImageCmsProfile(io.BytesIO(profile)).profile
        name = (parsed.profile_description or "").lower()
        space = parsed.xcolor_space.strip()
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return "rgb"
    if space == "GRAY":
        return "gray"
    if space == "CMYK":
        return "cmyk"
    return next((known for part, known in _PROFILE_NAMES if part in name), "rgb")


def bits_of_channel(picture: Image.Image, declared: object = None) -> int:
    """Bits of one channel: what the file declares, else what the decoder gives."""
    if isinstance(declared, int) and 1 <= declared <= 32:
        return declared
    return 16 if ";16" in picture.mode else _MODE_BITS.get(picture.mode, 8)


def _white_mask(shown: Image.Image) -> Image.Image:
    bands = shown.point(lambda value: 255 if value >= WHITE else 0).split()
    return ImageChops.darker(ImageChops.darker(bands[0], bands[1]), bands[2])


def _white_share(shown: Image.Image) -> float:
    """Of a ring two pixels wide (at 512 pixels), so that one soft line of a crop does not decide."""
    mask = _white_mask(shown)
    width, height = mask.size
    ring = min(2, width, height)
    sides = (
        mask.crop((0, 0, width, ring)),
        mask.crop((0, height - ring, width, height)),
        mask.crop((0, 0, ring, height)),
        mask.crop((width - ring, 0, width, height)),
    )
    white = sum(side.histogram()[255] for side in sides)
    return round(white / sum(side.width * side.height for side in sides), 4)


def _subject_box(shown: Image.Image, alpha: Image.Image | None) -> tuple[int, int, int, int] | None:
    """Where the picture differs from its background; None where its four corners do not agree on one."""
    if alpha is not None:
        box = alpha.point(lambda value: 255 if value > 16 else 0).getbbox()
        if box is not None and box != (0, 0, *alpha.size):
            return box
    soft = shown.filter(ImageFilter.BoxBlur(1))
    corners = [soft.getpixel(at) for at in _corners(soft)]
    background = tuple(sorted(corner[band] for corner in corners)[1] for band in range(3))  # type: ignore[index]
    if any(abs(corner[band] - background[band]) > 2 * SUBJECT_DIFFERENCE for corner in corners for band in range(3)):  # type: ignore[index]
        return None
    difference = ImageChops.difference(soft, Image.new("RGB", soft.size, background))
    bands = difference.split()
    strongest = ImageChops.lighter(ImageChops.lighter(bands[0], bands[1]), bands[2])
    return strongest.point(lambda value: 255 if value > SUBJECT_DIFFERENCE else 0).getbbox()


def _corners(picture: Image.Image) -> tuple[tuple[int, int], ...]:
    right, bottom = picture.width - 1, picture.height - 1
    return (0, 0), (right, 0), (0, bottom), (right, bottom)


def main_colours(colours: Image.Image, alpha: Image.Image | None = None) -> tuple[int, ...]:
    """At most five main colours as 0xRRGGBB, the largest share first; transparent pixels do not count."""
    size = (min(PALETTE_SIDE_PX, colours.width), min(PALETTE_SIDE_PX, colours.height))
    small = colours.resize(size, Image.Resampling.BOX)
    pixels = small
    if alpha is not None:
        mask = alpha.resize(size, Image.Resampling.BOX).tobytes()
        raw = small.tobytes()
        kept = b"".join(raw[3 * at : 3 * at + 3] for at, seen in enumerate(mask) if seen > 127)
        if not kept:
            return ()
        pixels = Image.frombytes("RGB", (len(kept) // 3, 1), kept)
    indexed = pixels.quantize(_PALETTE_CANDIDATES, Image.Quantize.MEDIANCUT)
    palette = indexed.getpalette() or []
    counted = sorted(
        ((count, index) for count, index in indexed.getcolors(256) or [] if isinstance(index, int)), reverse=True
    )
    total = sum(count for count, _index in counted) or 1
    clusters: list[tuple[int, tuple[int, int, int]]] = []
    for count, index in counted:
        colour = (palette[3 * index], palette[3 * index + 1], palette[3 * index + 2])
        for at, (share, known) in enumerate(clusters):
            if sum((mine - other) ** 2 for mine, other in zip(colour, known, strict=True)) < _MERGE_DISTANCE:
                clusters[at] = (share + count, known)
                break
        else:
            clusters.append((count, colour))
    clusters.sort(key=lambda cluster: -cluster[0])
    kept_clusters = [colour for count, colour in clusters if count / total >= _LEAST_SHARE] or [clusters[0][1]]
    return tuple(red << 16 | green << 8 | blue for red, green, blue in kept_clusters[:PALETTE_COLOURS])

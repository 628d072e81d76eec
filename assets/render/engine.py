"""Draw many renditions of one picture: one decode, a cascade of ever smaller copies, encoders side by side."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import BinaryIO

from django.utils.translation import gettext as _
from PIL import Image

from assets.probe import DEFAULT_LIMITS, Limits, MediaType
from assets.probe.facts import SIDEWAYS, open_picture, read_orientation
from assets.probe.modes import flatten_mode
from assets.probe.opening import TURNS
from assets.render.cascade import Cascade
from assets.render.credit import NO_CREDIT, Credit
from assets.render.encode import encode
from assets.render.geometry import FocalRectangle, Plan, plan_geometry
from assets.render.marking import draw_mark
from assets.render.presets import FORMATS, Fit, Preset, Trim, Watermark
from assets.render.subject import LOOKED_AT_PX, Subject, find_subject
from pim.errors import Refused

ENCODER_THREADS = 2
OVERLAY_PX = 2_000
DRAFT_HEADROOM = 1.5
"""How much larger than the largest rendition a JPEG is decoded; nearer to it the decoder's own scaling would show."""

Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Order:
    """One rendition that is wanted; see `Recipe` for what its parts say."""

    preset: Preset
    fmt: str
    focal: FocalRectangle | None = None
    crop: FocalRectangle | None = None
    watermark: Watermark | None = None
    credit: Credit = NO_CREDIT

    @property
    def looks_for_subject(self) -> bool:
        """Whether its geometry depends on what is in the picture."""
        return self.preset.fit is Fit.TRIM and self.crop is None

    @property
    def tolerance(self) -> int:
        """How the subject is looked for."""
        return (self.preset.trim or Trim()).tolerance


@dataclass(frozen=True, slots=True)
class Rendered:
    """One rendition that was made. `seconds` are its encoder's and its share of the drawing, by the caller's clock."""

    order: Order
    content: bytes
    width_px: int
    height_px: int
    seconds: float = 0.0


def render(
    file: BinaryIO,
    media: MediaType,
    orders: Sequence[Order],
    *,
    overlays: Mapping[str, Image.Image] | None = None,
    limits: Limits = DEFAULT_LIMITS,
    clock: Clock = lambda: 0.0,
) -> list[Rendered]:
    """Make all renditions of one picture, in the order asked for.

    Args:
        overlays: the pictures of watermarks, RGBA in sRGB, by the SHA-256 of their files (see `load_overlay`).
        clock: tells seconds of the thread that asks.

    Raises:
        Refused: `picture_too_large`, `picture_broken`, `watermark_gone`.
    """
    started = clock()
    with _Source(file, media, limits) as source:
        plans, subjects = _plan_all(source, orders)
        root = source.decode(max((plan.scale for plan in plans), default=1.0))
    return _draw_all(source, root, orders, plans, subjects, overlays or {}, clock, started)


def render_reduced(
    reduced: Reduced,
    orders: Sequence[Order],
    *,
    overlays: Mapping[str, Image.Image] | None = None,
    clock: Clock = lambda: 0.0,
) -> list[Rendered] | None:
    """Make small renditions of a copy that somebody has decoded already; None where it is too small for them.

    Raises:
        Refused: `watermark_gone`.
    """
    if any(order.looks_for_subject for order in orders):
        return None
    started = clock()
    plans, subjects = _plan_all(reduced, orders)
    if any(plan.scale > reduced.scale for plan in plans):
        return None
    return _draw_all(reduced, reduced.decode(1.0), orders, plans, subjects, overlays or {}, clock, started)


def _draw_all(
    source: _Source | Reduced,
    root: Image.Image,
    orders: Sequence[Order],
    plans: Sequence[Plan],
    subjects: Sequence[Subject | None],
    overlays: Mapping[str, Image.Image],
    clock: Clock,
    started: float,
) -> list[Rendered]:
    if any(order.watermark and order.watermark.picture not in {"", *overlays} for order in orders):
        raise Refused("watermark_gone", _("The picture of the watermark is not in the library any more."))
    kept = [_keeps_profile(order, root) for order in orders]
    pictures = Cascade(root, source.size, source.profile).draw_all(plans, kept)
    del root  # the largest picture of all, and nothing is drawn from it any more
    share = (clock() - started) / max(len(orders), 1)

    def finish(number: int) -> Rendered:
        began = clock()
        profile = source.profile if kept[number] else b""
        content = _finish(orders[number], plans[number], pictures[number], subjects[number], profile, overlays)
        return Rendered(orders[number], content, *plans[number].canvas, seconds=share + clock() - began)

    with ThreadPoolExecutor(ENCODER_THREADS) as pool:
        return list(pool.map(finish, range(len(orders))))


def load_overlay(file: BinaryIO, media: MediaType, *, limits: Limits = DEFAULT_LIMITS) -> Image.Image:
    """A watermark's picture as `render` wants it, at most OVERLAY_PX a side.

    Raises:
        Refused: `picture_too_large`, `picture_broken`.
    """
    with _Source(file, media, limits) as source:
        scale = min(1.0, OVERLAY_PX / max(source.size))
        return Cascade(source.decode(scale), source.size, source.profile).draw_whole(scale).convert("RGBA")


@dataclass(frozen=True, slots=True)
class Reduced:
    """A picture as seen, in its own colours, decoded smaller than it is; `size` is that of the whole, as seen."""

    picture: Image.Image
    size: tuple[int, int]
    profile: bytes = b""

    @property
    def scale(self) -> float:
        """How much of the whole there is."""
        return self.picture.width / self.size[0]

    def decode(self, scale: float) -> Image.Image:
        """The copy, whatever is asked: whoever draws from it has looked at its scale."""
        return self.picture


@dataclass(slots=True)
class _Source:
    """An opened picture. A JPEG is decoded as small as will do, each time anew; any other once, as it is."""

    file: BinaryIO
    media: MediaType
    limits: Limits
    size: tuple[int, int] = (0, 0)
    """As seen."""
    profile: bytes = b""
    _orientation: int = 1
    _opened: Image.Image | None = None
    _whole: Image.Image | None = None
    _stack: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> _Source:
        opened = self._stack.enter_context(open_picture(self.file, self.media, limits=self.limits))
        self._orientation = read_orientation(opened)
        self.size = opened.size[::-1] if self._orientation in SIDEWAYS else opened.size
        self.profile = opened.info.get("icc_profile") or b""
        self._opened = opened
        return self

    def __exit__(self, *error: object) -> bool | None:
        self._opened = self._whole = None
        return self._stack.__exit__(*error)  # type: ignore[arg-type]  # three of them, as the interpreter hands them

    def decode(self, scale: float) -> Image.Image:
        """The picture as seen, in its own colours, at least `scale` of its size with headroom where it is a JPEG."""
        if self._whole is not None:
            return self._whole
        opened = self._opened
        if opened is None:  # decoded before, at another scale
            opened = self._stack.enter_context(open_picture(self.file, self.media, limits=self.limits))
        self._opened = None
        sides = [math.ceil(side * scale * DRAFT_HEADROOM) for side in opened.size]
        is_draft = opened.draft(opened.mode, (sides[0], sides[1])) is not None
        opened.load()
        picture = flatten_mode(opened)
        if self._orientation in TURNS:
            picture = picture.transpose(TURNS[self._orientation])
        picture.info = {}
        if not is_draft:
            self._whole = picture
        return picture


def _plan_all(source: _Source | Reduced, orders: Sequence[Order]) -> tuple[list[Plan], list[Subject | None]]:
    """Geometry of all orders; where one looks for the product, the picture is looked at first, small."""
    subjects: dict[int, Subject] = {}
    wanted = {order.tolerance for order in orders if order.looks_for_subject}
    if wanted:
        scale = min(1.0, LOOKED_AT_PX / max(source.size))
        looked_at = Cascade(source.decode(scale), source.size, source.profile).draw_whole(scale)
        subjects = {tolerance: find_subject(looked_at, tolerance) for tolerance in wanted}
    plans, found = [], []
    for order in orders:
        subject = subjects[order.tolerance] if order.looks_for_subject else None
        box = subject.box if subject else None
        plans.append(
            plan_geometry(*source.size, order.preset, focal=order.focal, crop=order.crop, subject=box, fmt=order.fmt)
        )
        found.append(subject)
    return plans, found


def _keeps_profile(order: Order, root: Image.Image) -> bool:
    """Whether the order's format can hold the colours of the source as they are."""
    return order.preset.keeps_profile and (
        root.mode in {"RGB", "RGBA"} or order.fmt == "jpeg" or (order.fmt == "png" and root.mode in {"L", "LA"})
    )


def _finish(
    order: Order,
    plan: Plan,
    picture: Image.Image,
    subject: Subject | None,
    profile: bytes,
    overlays: Mapping[str, Image.Image],
) -> bytes:
    """Mark, set on the canvas, and encode one drawn picture."""
    preset, mark = order.preset, order.watermark
    if mark is not None:
        picture = draw_mark(picture, mark, overlays.get(mark.picture))
    found = subject.background if subject else None
    keeps_alpha = FORMATS[order.fmt].has_alpha and not preset.background and found is None
    ground = preset.background or (found and "#{:02x}{:02x}{:02x}".format(*found)) or "#ffffff"
    if plan.canvas != plan.picture or (picture.mode in {"RGBA", "LA"} and not keeps_alpha):
        picture = _set_on_canvas(picture, plan, "" if keeps_alpha else ground)
    return encode(
        picture,
        order.fmt,
        quality=preset.quality_for(order.fmt),
        credit=order.credit,
        max_bytes=preset.max_bytes,
        profile=profile,
        dpi=preset.dpi,
    )


def _set_on_canvas(picture: Image.Image, plan: Plan, ground: str) -> Image.Image:
    """The picture in its place on a canvas of this colour, or on none."""
    is_grey = picture.mode in {"L", "LA"}
    if not ground:
        canvas = Image.new("LA" if is_grey else "RGBA", plan.canvas, 0 if is_grey else (0, 0, 0, 0))
        canvas.paste(picture.convert(canvas.mode), plan.offset)
        return canvas
    mode = "CMYK" if picture.mode == "CMYK" else "L" if is_grey else "RGB"
    canvas = Image.new("RGB", (1, 1), ground).convert(mode).resize(plan.canvas)
    mask = picture.getchannel("A") if picture.mode in {"RGBA", "LA"} else None
    canvas.paste(picture.convert(mode), plan.offset, mask)
    return canvas

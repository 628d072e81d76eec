"""How large a file and a picture may be; checked on the header, before a single pixel is decoded."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from PIL import Image

from pim.errors import Refused

MEGA = 1_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one upload; a progressive JPEG is decoded at full size whatever is asked, so it may hold fewer pixels.

    `max_frame_pixels` bounds all frames of an animation together, as if each were as large as the whole.
    """

    max_bytes: int = 512 * 1024 * 1024
    max_pixels: int = 100 * MEGA
    max_progressive_pixels: int = 60 * MEGA
    max_side_px: int = 30_000
    max_frames: int = 2_000
    max_frame_pixels: int = 1_000 * MEGA

    def check_dimensions(self, width: int, height: int, *, is_progressive: bool = False) -> None:
        """Raises: Refused("picture_too_large")."""
        bound = self.max_progressive_pixels if is_progressive else self.max_pixels
        if width <= 0 or height <= 0:
            raise Refused("picture_empty", _("The picture has no pixels."))
        if width * height > bound or max(width, height) > self.max_side_px:
            raise Refused(
                "picture_too_large",
                _("The picture has %(width)d × %(height)d pixels; at most %(bound)d megapixels are accepted.")
                % {"width": width, "height": height, "bound": bound // MEGA},
            )

    def check_frames(self, frames: int, width: int, height: int) -> None:
        """Raises: Refused("picture_too_large")."""
        if frames > self.max_frames or frames * width * height > self.max_frame_pixels:
            raise Refused(
                "picture_too_large",
                _(
                    "The animation has %(frames)d frames of %(width)d × %(height)d pixels; that is more than is accepted."
                )
                % {"frames": frames, "width": width, "height": height},
            )


DEFAULT_LIMITS = Limits()

# Pillow's own guard stays on behind ours: it warns above this and refuses above twice this.
Image.MAX_IMAGE_PIXELS = DEFAULT_LIMITS.max_pixels

"""How large a file and a picture may be; checked on the header, before a single pixel is decoded."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from PIL import Image

from pim.errors import Refused

MEGA = 1_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one upload; a progressive JPEG is decoded at full size whatever is asked, so it may hold fewer pixels."""

    max_bytes: int = 512 * 1024 * 1024
    max_pixels: int = 100 * MEGA
    max_progressive_pixels: int = 60 * MEGA
    max_side_px: int = 30_000

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


DEFAULT_LIMITS = Limits()

# Pillow's own guard stays on behind ours: it warns above this and refuses above twice this.
Image.MAX_IMAGE_PIXELS = DEFAULT_LIMITS.max_pixels

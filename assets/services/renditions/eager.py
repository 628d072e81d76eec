"""What is drawn before anybody asks: by a worker, when a file has arrived or an asset has changed."""

from __future__ import annotations

from assets import extensions
from assets.models import Asset
from assets.render import Reduced
from assets.render.presets import SLOW_FORMATS
from assets.services.renditions.drawing import build_renditions
from assets.services.renditions.presets import THUMB, get_presets, recipes_for


def build_eager_renditions(version_pk: int) -> None:
    """Draw what a person or a channel will ask for first; what takes long is left to the workers of slow formats."""
    recipes = _eager_digests(version_pk)
    build_renditions(recipes[False])
    if recipes[True]:
        extensions.hand_over("draw_slow", version_pk)


def build_thumbnail(asset: Asset, reduced: Reduced | None = None) -> None:
    """Draw what a person will look at first, before anything else, of a small copy if there is one.

    The asset must be loaded with its version.
    """
    preset = get_presets().get(THUMB)
    if preset is not None:
        build_renditions({recipe.digest for recipe in recipes_for(asset, [preset])}, reduced=reduced)


def build_slow_renditions(version_pk: int) -> None:
    """Draw the formats whose encoders take long."""
    build_renditions(_eager_digests(version_pk)[True])


def _eager_digests(version_pk: int) -> dict[bool, set[str]]:
    """Digests of the presets that are drawn at once: {is it slow: digests}."""
    found: dict[bool, set[str]] = {False: set(), True: set()}
    asset = Asset.objects.with_current().filter(version_id=version_pk).first()
    if asset is None:
        return found
    presets = get_presets()
    for recipe in recipes_for(asset, [preset for code, preset in presets.by_code.items() if code in presets.eager]):
        found[recipe.fmt in SLOW_FORMATS].add(recipe.digest)
    return found

"""Counts beside the library: what there is of each, and what counts as nothing."""

from __future__ import annotations

import pytest

from assets.services.searching.facets import count_facets, count_folders
from assets.services.searching.listing import select_assets
from assets.services.searching.similarity import family_of, list_by_colour, list_by_likeness, read_colour
from assets.services.writing import AssetChange, write_assets
from pim.querying.tree import Leaf, Operator
from tests.assets.pictures import as_bytes, draw_scene
from tests.factories.assets import make_asset, make_folder, make_license
from tests.factories.structure import make

pytestmark = pytest.mark.django_db


def change(asset, **fields):
    write_assets([AssetChange(asset.code, fields)], actor=None, origin="admin", atomic=True)


def test_facets_count_values_and_what_has_none_in_few_queries(django_assert_max_num_queries):
    make("locale", en_US={})
    make_folder("spring")
    make_license("stock")
    first, second, third = (make_asset(f"{name}.png") for name in "abc")
    change(first, keywords=["Summer", "red"], folder="spring", alt={"en_US": "A"})
    change(second, keywords=["summer"], license="stock")
    names = ["kind", "keyword", "folder", "license", "media_type", "alt", "stage"]

    with django_assert_max_num_queries(8):
        counts = count_facets(select_assets(None), names, locale=1)

    assert counts["kind"].codes == {"image": 3}
    assert counts["folder"].codes == {"spring": 1, "": 2}
    assert counts["license"].codes == {"stock": 1, "": 2}
    assert counts["media_type"].codes == {"image/png": 3}
    assert counts["stage"].codes == {"received": 3}
    assert {code.lower(): n for code, n in counts["keyword"].codes.items()} == {"summer": 2, "red": 1, "": 1}
    assert counts["alt"].codes == {"true": 1, "false": 2}
    assert all(count.is_exact for count in counts.values())
    assert third.folder is None


def test_counts_follow_the_filter_and_say_where_they_stop():
    for name in ("mug 1", "mug 2", "poster"):
        make_asset(f"{name}.png")
    mugs = select_assets(Leaf("search", Operator.CONTAINS, "mug"))

    assert count_facets(mugs, ["kind"])["kind"].codes == {"image": 2}
    capped = count_facets(select_assets(None), ["kind"], cap=1)["kind"]
    assert capped.is_exact is False
    assert count_facets(mugs, []) == {}


def test_folders_count_what_is_below_them():
    make_folder("campaigns")
    make_folder("spring", parent="campaigns")
    make_folder("empty")
    for folder in ("campaigns", "spring", "spring"):
        change(make_asset(), folder=folder)

    assert count_folders() == {"campaigns": 3, "spring": 2, "empty": 0}


def test_the_nearest_colours_come_first():
    red, darker, blue = (
        make_asset(f"{name}.png", content=as_bytes(draw_plain(colour), "PNG"))
        for name, colour in (("red", (220, 40, 40)), ("darker", (150, 20, 25)), ("blue", (20, 60, 200)))
    )
    for asset, palette in ((red, [0xDC2828]), (darker, [0x961419]), (blue, [0x143CC8])):
        asset.version.palette = palette
        asset.version.save()

    found = list_by_colour(select_assets(None), read_colour("#961419") or 0, limit=2)

    assert [asset.code for asset in found.assets] == ["darker", "red"]
    assert family_of(0x961419) == "red"
    assert (read_colour("961419"), read_colour("red"), read_colour("")) == (0x961419, None, None)


def draw_plain(colour):
    from PIL import Image

    return Image.new("RGB", (64, 48), colour)


def test_what_looks_alike_is_found_nearest_first():
    one, near, far, other = (make_asset(f"{name}.png") for name in ("one", "near", "far", "other"))
    for asset, dhash in ((one, 0), (near, 0b111 << 20), (far, 0b11111 | 0b111111 << 32), (other, -1)):
        asset.version.dhash = dhash
        asset.version.save()
        from assets.services.deriving import derive_assets

        derive_assets([asset])
    where = select_assets(Leaf("similar", Operator.EQ, str(one.uuid)))

    found = list_by_likeness(where, str(one.uuid), limit=10)

    assert [asset.code for asset in found.assets] == ["one", "near", "far"]
    assert list_by_likeness(where, "nothing", limit=10).assets == []


def test_pictures_of_one_scene_look_alike():
    first = make_asset("first.png", content=as_bytes(draw_scene(240, 160, seed=7), "PNG"))
    make_asset("smaller.jpg", content=as_bytes(draw_scene(240, 160, seed=7).resize((180, 120)), "JPEG"))
    make_asset("other.png", content=as_bytes(draw_plain((1, 200, 3)), "PNG"))
    if first.version.dhash is None:
        pytest.skip("pictures have no hash yet")

    where = select_assets(Leaf("similar", Operator.EQ, str(first.uuid)))

    assert [asset.code for asset in list_by_likeness(where, str(first.uuid), limit=10).assets] == ["first", "smaller"]

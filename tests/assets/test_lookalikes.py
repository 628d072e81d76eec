from __future__ import annotations

import io
import random

import pytest
from PIL import Image, ImageOps

from assets.models import Asset, AssetVersion, NearDuplicate
from assets.probe import probe
from assets.services.bulk_ingest import ingest_many
from assets.services.deriving import derive_assets
from assets.services.ingest import ingest_version, replace_file
from assets.services.lookalikes import Lookalike, find_lookalikes, find_same_content, note_lookalikes, probe_tokens
from tests.assets.pictures import as_bytes, as_file, draw_scene, make_exif
from tests.factories.assets import make_asset
from tests.shared_data import shared_data

pytestmark = pytest.mark.django_db


def photograph(seed: int) -> Image.Image:
    """No surface is even, as in a photograph."""
    numbers = random.Random(seed)
    small = Image.frombytes("L", (12, 9), bytes(numbers.randrange(256) for _ in range(108)))
    return small.resize((480, 360), Image.Resampling.BICUBIC).convert("RGB")


def take_in(name: str, content: bytes) -> Asset:
    result = ingest_many({name: lambda: io.BytesIO(content)}, actor=None, origin="import")
    return Asset.objects.with_current().get(uuid=result.assets[name])


def with_hash(asset: Asset, bits: int) -> Asset:
    dhash = bits - (1 << 64) if bits >> 63 else bits
    AssetVersion.objects.filter(pk=asset.version_id).update(dhash=dhash)
    changed = Asset.objects.with_current().get(pk=asset.pk)
    derive_assets([changed])
    return changed


def test_a_copy_in_another_size_and_format_is_noted_when_it_arrives() -> None:
    first = take_in("a.png", as_bytes(photograph(1), "PNG"))
    other = take_in("c.png", as_bytes(photograph(2), "PNG"))

    second = take_in("b.jpg", as_bytes(photograph(1).resize((200, 150)), "JPEG"))

    (pair,) = NearDuplicate.objects.all()
    assert (pair.first_id, pair.second_id, pair.is_dismissed) == (first.pk, second.pk, False)
    assert pair.distance <= 3
    assert [found.asset_id for found in find_lookalikes(second)] == [first.pk]
    assert find_lookalikes(other) == []


@pytest.mark.parametrize("distance", range(7))
def test_every_picture_within_six_bits_is_found_whichever_they_are(distance: int) -> None:
    numbers = random.Random(distance)
    base = 0x5A3C_96E1_C35A_69A6
    asset = with_hash(take_in("a.png", as_bytes(photograph(1), "PNG")), base)
    other = take_in("b.png", as_bytes(photograph(2), "PNG"))

    for _attempt in range(6):
        turned = sum(1 << place for place in numbers.sample(range(64), distance))
        with_hash(other, base ^ turned)
        assert [(found.asset_id, found.distance) for found in find_lookalikes(asset)] == [(other.pk, distance)]

    with_hash(other, base ^ ((1 << 7) - 1))
    assert find_lookalikes(asset) == []


def test_the_same_thing_in_another_colour_is_no_copy() -> None:
    grey = photograph(1).convert("L")
    red, blue = (as_bytes(ImageOps.colorize(grey, "black", colour), "PNG") for colour in ("#e03020", "#2040e0"))

    first = take_in("red.png", red)
    second = take_in("blue.png", blue)
    copy = take_in("grey.png", as_bytes(grey, "PNG"))

    assert find_lookalikes(second) == [Lookalike(copy.pk, 0)]
    assert {found.asset_id for found in find_lookalikes(copy)} == {first.pk, second.pk}


def test_what_differs_in_more_than_two_bits_must_have_the_same_shape() -> None:
    base = 0x5A3C_96E1_C35A_69A6
    asset = with_hash(take_in("a.png", as_bytes(photograph(1), "PNG")), base)
    wide = take_in("b.png", as_bytes(photograph(2).resize((400, 100)), "PNG"))

    with_hash(wide, base ^ 0b11)
    assert [found.asset_id for found in find_lookalikes(asset)] == [wide.pk]
    with_hash(wide, base ^ 0b111)
    assert find_lookalikes(asset) == []


def test_a_copy_that_differs_in_metadata_alone_is_noted_even_of_a_surface() -> None:
    picture = Image.new("RGB", (90, 90), "white")
    first = take_in("a.png", as_bytes(picture, "PNG"))
    second = take_in("b.png", as_bytes(picture, "PNG", dpi=(300, 300)))

    pairs = NearDuplicate.objects.values_list("first_id", "second_id", "distance")
    assert list(pairs) == [(first.pk, second.pk, 0)]


def test_an_even_surface_looks_like_nothing() -> None:
    white = take_in("white.png", as_bytes(Image.new("RGB", (90, 90), "white"), "PNG"))
    take_in("grey.png", as_bytes(Image.new("RGB", (90, 80), "grey"), "PNG"))

    assert white.version is not None
    assert probe_tokens(white.version.dhash or 0) == []
    assert not NearDuplicate.objects.exists()


def test_pictures_on_white_are_compared_by_what_they_show() -> None:
    def on_white(seed: int, side: int) -> bytes:
        page = Image.new("RGB", (400, 400), "white")
        page.paste(photograph(seed).resize((380, 160)), (10, 120))
        return as_bytes(page.resize((side, side)), "PNG")

    first = take_in("a.png", on_white(1, 400))
    take_in("b.png", on_white(2, 400))
    copy = take_in("c.png", on_white(1, 200))

    assert [(pair.first_id, pair.second_id) for pair in NearDuplicate.objects.all()] == [(first.pk, copy.pk)]


def test_a_dismissed_pair_stays_dismissed_and_is_not_noted_again() -> None:
    take_in("a.png", as_bytes(photograph(1), "PNG"))
    second = take_in("b.jpg", as_bytes(photograph(1), "JPEG"))
    NearDuplicate.objects.update(is_dismissed=True)

    assert note_lookalikes([second]) == 0
    assert [pair.is_dismissed for pair in NearDuplicate.objects.all()] == [True]


def test_a_replaced_file_drops_the_pairs_of_the_old_one() -> None:
    take_in("a.png", as_bytes(photograph(1), "PNG"))
    second = take_in("b.jpg", as_bytes(photograph(1), "JPEG"))
    assert NearDuplicate.objects.count() == 1

    upload = replace_file(second, as_file(photograph(5)), "new.jpg", actor=None, origin="admin")
    ingest_version(upload.version.pk)

    assert not NearDuplicate.objects.exists()


def test_files_that_differ_in_metadata_alone_have_one_content() -> None:
    picture = photograph(3)
    plain = take_in("a.jpg", as_bytes(picture))
    said = take_in("b.jpg", as_bytes(picture, exif=make_exif(copyright_line="©"), comment=b"hello"))
    take_in("c.jpg", as_bytes(picture, quality=60))

    assert plain.version is not None
    assert said.version is not None
    assert plain.version.sha256 != said.version.sha256
    assert find_same_content(said.version) == [plain]


@pytest.mark.parametrize("fmt", ["JPEG", "PNG", "WEBP"])
def test_the_hash_of_the_content_sees_pixels_and_nothing_else(fmt: str) -> None:
    options = {"exif": make_exif(copyright_line="© Me").tobytes()}
    plain = probe(as_file(draw_scene(), fmt)).content_sha256
    said = probe(as_file(draw_scene(), fmt, **options)).content_sha256
    other = probe(as_file(draw_scene(seed=90), fmt)).content_sha256

    assert plain == said != other
    assert len(plain) == 64


def test_of_the_duplicate_set_resized_copies_are_found_and_turned_ones_are_not() -> None:
    root = shared_data("09_duplicates_apache2", "mixed_images")
    files = {path.name: path for path in sorted(root.glob("*.jpg"))}
    openers = {name: (lambda path=path: path.open("rb")) for name, path in files.items()}

    result = ingest_many(openers, actor=None, origin="import")

    codes = {asset.pk: asset.code for asset in Asset.objects.filter(uuid__in=result.assets.values())}
    pairs = {frozenset((codes[pair.first_id], codes[pair.second_id])) for pair in NearDuplicate.objects.all()}
    assert set(result.refused) == {"ukbench09268_corrupt.jpg"}
    # A difference hash knows neither rotation nor reflection: these are other pictures to it.
    assert pairs == {frozenset(("ukbench00120", "ukbench00120_resize"))}


def test_equal_files_in_folders_are_one_asset() -> None:
    root = shared_data("09_duplicates_apache2")
    files = {str(path.relative_to(root)): path for path in sorted(root.rglob("*.jpg"))}
    openers = {name: (lambda path=path: path.open("rb")) for name, path in files.items()}

    result = ingest_many(openers, actor=None, origin="import")

    assert result.assets["base_images/ukbench00120.jpg"] == result.assets["mixed_nested_images/lvl1/ukbench00120.jpg"]
    assert len(files) - len(result.refused) == 20
    assert result.created == 13


def test_one_picture_like_many_keeps_the_nearest_twenty() -> None:
    base = 0x5A3C_96E1_C35A_69A6
    asset = with_hash(make_asset("first.png"), base)
    for number in range(23):
        with_hash(make_asset(), base ^ (1 << number))

    assert len(find_lookalikes(asset)) == 20

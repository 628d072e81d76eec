from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from django.test import Client
from PIL import Image

from assets.models import Asset, Rendition
from assets.probe.metadata import read_metadata
from assets.rights.statements import Agreed, Statement, find_contradictions, read_statement
from assets.services.renditions import build_renditions, current_recipes
from assets.services.renditions.presets import get_presets
from assets.services.renditions.urls import rendition_url
from assets.services.rights.clearances import compare_statement, credit_of
from assets.services.writing import AssetChange, write_assets
from pim.models import User
from pim.services.structure import StructureChange, write_structure
from tests.assets.pictures import draw_scene
from tests.factories.assets import make_asset, make_license, make_preset

XMP = b"""<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"
 xmlns:xmpRights="http://ns.adobe.com/xap/1.0/rights/" xmlns:plus="http://ns.useplus.org/ldf/xmp/1.0/"
 xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
 photoshop:Credit="Ada Archive" xmpRights:WebStatement="https://archive.example/rights">
<dc:rights><rdf:Alt><rdf:li xml:lang="de">Alle Rechte</rdf:li><rdf:li xml:lang="x-default">\xc2\xa9 Ada Archive</rdf:li>
</rdf:Alt></dc:rights><dc:creator><rdf:Seq><rdf:li>Ada Photo</rdf:li></rdf:Seq></dc:creator>
<xmpRights:UsageTerms><rdf:Alt><rdf:li xml:lang="x-default">Editorial only</rdf:li></rdf:Alt></xmpRights:UsageTerms>
<plus:Licensor><rdf:Seq><rdf:li rdf:parseType="Resource"><plus:LicensorURL>https://archive.example/buy</plus:LicensorURL>
</rdf:li></rdf:Seq></plus:Licensor><Iptc4xmpExt:DigitalSourceType>http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture
</Iptc4xmpExt:DigitalSourceType></rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>"""

SAID = Statement(
    copyright="© Ada Archive",
    creator="Ada Photo",
    credit="Ada Archive",
    usage_terms="Editorial only",
    statement_url="https://archive.example/rights",
    licensor_url="https://archive.example/buy",
    digital_source="digitalCapture",
)


def with_xmp(seed: int = 1) -> bytes:
    out = io.BytesIO()
    draw_scene(240, 160, seed=seed).save(out, "JPEG", xmp=XMP)
    return out.getvalue()


def metadata_of(content: bytes) -> dict[str, Any]:
    with Image.open(io.BytesIO(content)) as picture:
        return read_metadata(picture)


def drawn(asset: Asset, preset: str = "web", fmt: str = "jpeg") -> bytes:
    recipe = next(recipe for recipe in current_recipes(asset) if (recipe.preset.code, recipe.fmt) == (preset, fmt))
    (row,) = build_renditions([recipe.digest])
    assert row.state == "ready", row.error
    response = Client().get(rendition_url(asset, get_presets().get(preset), fmt).url)
    return b"".join(response.streaming_content)  # type: ignore[arg-type]


def test_all_rights_fields_of_xmp_are_read() -> None:
    assert read_statement(metadata_of(with_xmp())) == SAID


@pytest.mark.parametrize(
    ("metadata", "expected"),
    [
        ({"iptc": {"copyright": "© B", "credit": "C", "by_line": "D"}}, Statement("© B", "D", "C")),
        ({"exif": {"Copyright": "© B", "Artist": ["D"]}}, Statement("© B", "D")),
        ({"iptc": {"expiration_date": "20270301"}}, Statement(expiry_date=date(2027, 3, 1))),
        ({"iptc": {"release_date": "2027-03-01"}}, Statement(release_date=date(2027, 3, 1))),
        ({"iptc": {"expiration_date": "00000000"}}, Statement()),
        ({"xmp": {"WebStatement": "javascript:alert(1)", "Licensor": "x"}}, Statement()),
        ({"xmp": None, "exif": []}, Statement()),
    ],
)
def test_older_blocks_are_read_and_nonsense_is_left_out(metadata: dict[str, Any], expected: Statement) -> None:
    assert read_statement(metadata) == expected


@pytest.mark.parametrize(
    ("agreed", "codes"),
    [
        (Agreed(has_license=True), []),
        (Agreed(has_license=True, copyright="ada  archive"), []),
        (Agreed(has_license=True, copyright="Bob"), ["copyright_differs"]),
        (
            Agreed(
                has_license=True,
                credit="Bob",
                usage_terms="Everything",
                statement_url="https://bob.example",
                digital_source="trainedAlgorithmicMedia",
            ),
            ["credit_differs", "usage_terms_differ", "statement_differs", "digital_source_differs"],
        ),
        (Agreed(), ["license_missing"]),
    ],
)
def test_a_contradiction_is_told_by_its_code(agreed: Agreed, codes: list[str]) -> None:
    assert [problem.code for problem in find_contradictions(SAID, agreed)] == codes


def test_dates_of_the_file_that_are_tighter_than_the_agreement_are_told() -> None:
    said = Statement(release_date=date(2027, 2, 1), expiry_date=date(2027, 3, 1))
    fitting = Agreed(has_license=True, valid_from=date(2027, 2, 1), valid_until=date(2027, 3, 1))

    assert [problem.code for problem in find_contradictions(said, Agreed())] == [
        "file_expires_earlier",
        "file_begins_later",
    ]
    assert find_contradictions(said, fitting) == []


@pytest.mark.django_db
@pytest.mark.parametrize("fmt", ["jpeg", "webp", "png", "avif"])
def test_what_the_file_says_is_written_back_in_every_format(fmt: str) -> None:
    make_preset("web", fit="contain", width=100, height=100, formats=["jpeg", "webp", "png", "avif"])
    asset = make_asset("a.jpg", content=with_xmp())

    assert read_statement(metadata_of(drawn(asset, fmt=fmt))) == SAID


@pytest.mark.django_db
def test_the_words_of_the_licence_win_over_the_files_own() -> None:
    make_preset("web", fit="contain", width=100, height=100, formats=["jpeg"])
    words = {
        "copyright_notice": "© Bob",
        "credit_line": "Bob / Agency",
        "usage_terms": "Web only",
        "statement_url": "https://bob.example/rights",
    }
    code = make_license(**words).code
    asset = make_asset("a.jpg", content=with_xmp())
    write_assets([AssetChange(asset.code, {"license": code})], actor=None, origin="admin").raise_first()
    asset = Asset.objects.with_current().get(pk=asset.pk)

    assert read_statement(metadata_of(drawn(asset))) == Statement(
        "© Bob",
        "Ada Photo",
        "Bob / Agency",
        "Web only",
        "https://bob.example/rights",
        "https://archive.example/buy",
        "digitalCapture",
    )
    assert [problem.code for problem in compare_statement(asset)[1]] == [
        "copyright_differs",
        "credit_differs",
        "usage_terms_differ",
        "statement_differs",
    ]


@pytest.mark.django_db
def test_changed_words_give_new_files_under_new_addresses() -> None:
    make_preset("web", fit="contain", width=100, height=100, formats=["jpeg"])
    code = make_license(credit_line="Bob").code
    asset = make_asset()
    write_assets([AssetChange(asset.code, {"license": code})], actor=None, origin="admin").raise_first()
    asset = Asset.objects.with_current().get(pk=asset.pk)
    before, url = drawn(asset), rendition_url(asset, get_presets().get("web")).url

    write_structure(
        "license", [StructureChange(code, {"credit_line": "Bob / Agency"})], actor=None, origin="admin", atomic=True
    )

    asset = Asset.objects.with_current().get(pk=asset.pk)
    after = drawn(asset)
    assert credit_of(asset).credit == "Bob / Agency"
    assert (read_statement(metadata_of(before)).credit, read_statement(metadata_of(after)).credit) == (
        "Bob",
        "Bob / Agency",
    )
    assert rendition_url(asset, get_presets().get("web")).url != url
    assert Rendition.objects.filter(preset="web").count() == 3


@pytest.mark.django_db
def test_the_page_shows_what_the_file_says_and_what_it_contradicts(client: Client) -> None:
    client.force_login(User.objects.create_superuser("boss"))
    asset = make_asset("a.jpg", content=with_xmp())

    page = client.get(f"/admin/assets/asset/{asset.uuid}/change/").content.decode()

    assert "What the file says" in page
    assert "Editorial only" in page
    assert "The file names a holder (“© Ada Archive”), but it has no licence." in page

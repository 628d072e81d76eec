from __future__ import annotations

import io
from typing import Any

import pytest

from assets.models import Asset, AssetVersion
from assets.preview import examine_file
from assets.probe import probe
from assets.probe.cleaning import bound, clean
from assets.probe.mapping import Mapped, mapped
from assets.probe.xmp import read_xmp_packet
from assets.services.ingest import ingest_version, replace_file, upload_asset
from assets.services.writing import AssetChange, write_assets
from pim.models import Entry
from tests.assets.pictures import as_bytes, as_file, draw_scene, make_exif
from tests.shared_data import shared_data

PACKET = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
 <rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
   xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" xmlns:xmpRights="http://ns.adobe.com/xap/1.0/rights/"
   xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" xmlns:plus="http://ns.useplus.org/ldf/xmp/1.0/"
   photoshop:Credit="Föhn Agency" photoshop:DateCreated="2024-05-06T07:08:09+02:00"
   xmpRights:WebStatement="https://example.com/licence"
   Iptc4xmpExt:DigitalSourceType="http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia">
  <dc:title><rdf:Alt><rdf:li xml:lang="de">Becher</rdf:li><rdf:li xml:lang="x-default">Mug</rdf:li></rdf:Alt></dc:title>
  <dc:subject><rdf:Bag><rdf:li>mug</rdf:li><rdf:li>Blue, kitchen</rdf:li><rdf:li>MUG</rdf:li></rdf:Bag></dc:subject>
  <dc:creator><rdf:Seq><rdf:li>Ada Photographer</rdf:li></rdf:Seq></dc:creator>
  <dc:rights><rdf:Alt><rdf:li xml:lang="x-default">© 2024 Ada</rdf:li></rdf:Alt></dc:rights>
  <xmpRights:UsageTerms><rdf:Alt><rdf:li xml:lang="x-default">Web only</rdf:li></rdf:Alt></xmpRights:UsageTerms>
  <plus:Licensor><rdf:Seq><rdf:li rdf:parseType="Resource"><plus:LicensorName>Föhn</plus:LicensorName></rdf:li></rdf:Seq></plus:Licensor>
 </rdf:Description></rdf:RDF></x:xmpmeta>"""


def photograph(packet: str = PACKET, **options: Any) -> bytes:
    return as_bytes(draw_scene(), xmp=packet.encode(), **options)


def test_fields_of_a_packet_become_ours_by_the_table() -> None:
    metadata = probe(io.BytesIO(photograph(exif=make_exif(gps=True)))).metadata

    assert mapped(metadata) == Mapped(
        title="Mug",
        keywords=("mug", "Blue", "kitchen"),
        creator="Ada Photographer",
        credit="Föhn Agency",
        copyright="© 2024 Ada",
        usage_terms="Web only",
        rights_url="https://example.com/licence",
        digital_source="trainedAlgorithmicMedia",
        captured="2024-05-06T07:08:09",
    )
    assert metadata["xmp"]["Licensor"] == [{"LicensorName": "Föhn"}]  # type: ignore[index,call-overload]
    assert metadata["copyright"] == "© 2024 Ada"


def test_where_a_picture_was_taken_is_in_no_field_but_the_raw_metadata() -> None:
    found = mapped(probe(as_file(draw_scene(), exif=make_exif(gps=True))).metadata)

    assert "52" not in str(found)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be", "utf-16-le"])
def test_packets_are_read_in_their_encodings(encoding: str) -> None:
    text = PACKET.split("?>", 1)[1].strip()
    raw = (b"\xfe\xff" if encoding == "utf-16-be" else b"\xff\xfe" if encoding == "utf-16-le" else b"") + text.encode(
        encoding
    )

    assert read_xmp_packet(raw)["Credit"] == "Föhn Agency"


@pytest.mark.parametrize(
    "packet",
    [
        b"",
        b"<",
        b"\xff" * 100,
        b"<x/>",
        b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>',
        b"<a>" * 5_000 + b"</a>" * 5_000,
        b"<x>" + b"<y/>" * 50_000 + b"</x>",
    ],
)
def test_a_packet_that_makes_no_sense_says_nothing(packet: bytes) -> None:
    assert read_xmp_packet(packet) == {}


def test_rights_addresses_are_web_addresses_or_nothing() -> None:
    assert mapped({"xmp": {"WebStatement": "javascript:alert(1)"}}).rights_url == ""
    assert mapped({"xmp": {"WebStatement": "http://example.com"}}).rights_url == "http://example.com"


@pytest.mark.parametrize(
    ("written", "captured"),
    [
        ("2003:08:06 18:04:34", "2003-08-06T18:04:34"),
        ("2003-08-06", "2003-08-06"),
        ("0000:00:00 00:00:00", ""),
        ("2003:13:06 18:04:34", ""),
        ("2003:08:06 99:04:34", "2003-08-06"),
        ("yesterday", ""),
    ],
)
def test_the_day_of_a_picture_is_a_day_or_nothing(written: str, captured: str) -> None:
    assert mapped({"exif": {"DateTimeOriginal": written}}).captured == captured


def test_of_real_photographs_the_fields_are_filled() -> None:
    path = shared_data("07_photos", "cameras_free_use", "jpg", "FujiFilm FinePixS1Pro (4).jpg")
    with path.open("rb") as file:
        found = mapped(examine_file(file, path.name).facts.metadata)

    assert (found.title, found.creator, found.credit) == (
        "The Gateshead Angel",
        "Ian Britton",
        "Ian Britton - FreeFoto.com",
    )
    assert (found.captured, found.camera) == ("2002-09-01T12:03:56", "FUJIFILM FinePixS2Pro")


def test_what_is_kept_is_bounded_and_can_be_stored() -> None:
    nasty = clean({"a\x00\ud800": "x\x00\ud800\u202ey", "long": "z" * 50_000, "n": float("nan"), "big": 1 << 70})

    assert nasty == {"a": "xy", "long": "z" * 8_000, "n": None, "big": str(1 << 70)}
    kept = bound({"exif": {str(number): "x" * 1_000 for number in range(500)}, "xmp": {"title": "Mug"}})
    assert kept["xmp"] == {"title": "Mug"}
    assert len(str(kept)) < 250_000


pytestmark = pytest.mark.django_db


def ingest(content: bytes) -> Asset:
    upload = upload_asset(io.BytesIO(content), "mug.jpg", actor=None, origin="admin")
    ingest_version(upload.version.pk)
    return Asset.objects.with_current().get(pk=upload.asset.pk)


def test_keywords_and_digital_source_come_from_the_file_and_are_in_the_history() -> None:
    asset = ingest(photograph())

    assert asset.keywords == ["mug", "Blue", "kitchen"]
    assert asset.digital_source == "trainedAlgorithmicMedia"
    delta = Entry.objects.filter(subject_uuid=asset.uuid).order_by("-id")[0].delta
    assert delta["@keywords"] == [[], ["mug", "Blue", "kitchen"]]
    assert delta["@digital_source"] == ["", "trainedAlgorithmicMedia"]


def test_what_people_have_said_stays_and_a_new_version_says_nothing() -> None:
    upload = upload_asset(io.BytesIO(photograph()), "mug.jpg", actor=None, origin="admin")
    write_assets([AssetChange(upload.asset.code, {"keywords": ["ours"]})], actor=None, origin="admin").raise_first()
    ingest_version(upload.version.pk)
    asset = Asset.objects.get(pk=upload.asset.pk)

    assert asset.keywords == ["ours"]

    plain = ingest(as_bytes(draw_scene(70, 70)))
    ingest_version(replace_file(plain, io.BytesIO(photograph()), "mug.jpg", actor=None, origin="admin").version.pk)
    assert Asset.objects.get(pk=plain.pk).keywords == []


def test_an_unknown_digital_source_is_left_in_the_metadata() -> None:
    asset = ingest(photograph(PACKET.replace("trainedAlgorithmicMedia", "divination")))

    assert asset.digital_source == ""
    version = AssetVersion.objects.get(asset=asset)
    assert version.metadata["xmp"]["DigitalSourceType"].endswith("/divination")

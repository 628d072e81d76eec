"""The names under which files come."""

import pytest

from assets.probe.formats import format_name
from assets.services.ingest import clean_filename


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd.jpg", "passwd.jpg"),
        ("\\\\server\\share\\mug.jpg", "mug.jpg"),
        ("a\0b\r\nSet-Cookie: x.jpg", "abSet-Cookie: x.jpg"),
        ("\u202egpj.exe", "gpj.exe"),
        ("\ud800.jpg", ".jpg"),
        ("😀.jpg", "😀.jpg"),
        ("x" * 500 + ".jpg", "x" * 247 + ".jpg"),
        ("x" * 500, "x" * 255),
        *((nothing, "file") for nothing in ("", " ", "/", ".", "..", "a/..", "...")),
    ],
)
def test_a_name_is_printable_short_and_leads_nowhere(sent: str, kept: str) -> None:
    assert clean_filename(sent) == kept


@pytest.mark.parametrize(
    ("media_type", "said"),
    [
        ("image/jpeg", "JPEG"),
        ("image/svg+xml", "SVG"),
        ("video/quicktime", "MOV"),
        ("audio/mpeg", "MP3"),
        ("application/vnd.oasis.opendocument.text", "ODT"),
        ("application/x-unheard-of", "X-UNHEARD-OF"),
        ("", ""),
    ],
)
def test_a_format_is_called_as_people_call_it(media_type: str, said: str) -> None:
    assert format_name(media_type) == said

from __future__ import annotations

import io

import pytest
from PIL import Image

from assets.preview import examine_file
from assets.preview.svg import rasterise_svg, sanitise_svg
from assets.probe.markup import UnsafeMarkup

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 10 10">'
RED = '<rect width="10" height="10" fill="#ff0000"/>'


def clean(inside: str) -> str:
    return sanitise_svg(f"{HEAD}{inside}</svg>".encode()).sized(10, 10)


@pytest.mark.parametrize(
    ("inside", "gone"),
    [
        ("<script>alert(1)</script>", "script"),
        ("<SCRIPT>alert(1)</SCRIPT>", "alert"),
        ('<script href="https://evil.example/x.js"/>', "evil"),
        ('<rect onload="alert(1)" width="1"/>', "onload"),
        ('<g ONCLICK="alert(1)"/>', "alert"),
        ("<foreignObject><body xmlns='http://www.w3.org/1999/xhtml'><iframe/></body></foreignObject>", "iframe"),
        ('<use href="data:image/svg+xml;base64,PHN2Zy8+#x"/>', "data:"),
        ('<use xlink:href="https://evil.example/a.svg#x"/>', "evil"),
        ('<a href="javascript:alert(1)"><rect width="1" height="1"/></a>', "javascript"),
        ("<style>@import url(https://evil.example/a.css); .a{fill:red}</style>", "evil"),
        ("<style>.a{fill:url(https://evil.example/a)}</style>", "evil"),
        ("<style>.a{fill:u\\72l(https://evil.example/a)}</style>", "evil"),
        ("<style>@font-face{font-family:x;src:url(//evil.example/f)} .a{fill:red}</style>", "evil"),
        ("<style>.a{fill:red}/*</style><style>*/.b{fill:url(//evil.example)}</style>", "evil"),
        ('<rect style="fill:url(//evil.example/a)" width="1"/>', "evil"),
        ('<rect fill="url(https://evil.example/a#b)" width="1"/>', "evil"),
        ('<rect filter="url(&quot;//evil.example/a#b&quot;)" width="1"/>', "evil"),
        ('<filter id="f"><feImage href="https://evil.example/a.png"/></filter>', "feImage"),
        ('<image href="https://evil.example/a.png" width="1" height="1"/>', "evil"),
        ('<image href="file:///etc/passwd" width="1" height="1"/>', "passwd"),
        ('<image href="data:image/svg+xml;base64,PHN2Zy8+" width="1" height="1"/>', "data:"),
        ('<animate attributeName="href" values="javascript:alert(1)"/>', "animate"),
        ('<set attributeName="onload" to="alert(1)"/>', "alert"),
        ('<text><tspan onfocus="alert(1)">x</tspan></text>', "onfocus"),
        ("<metadata><x xmlns='urn:x'>secret</x></metadata>", "secret"),
        ("<desc><script>alert(1)</script></desc>", "alert"),
        ('<x:script xmlns:x="http://www.w3.org/2000/svg">alert(1)</x:script>', "alert"),
        ('<svg:rect xmlns:svg="urn:other" onload="alert(1)"/>', "alert"),
        ('<linearGradient id="g" href="//evil.example#g"/>', "evil"),
        ('<?xml-stylesheet href="https://evil.example/a.css"?>', "evil"),
        ("<title>]]&gt;&lt;script&gt;alert(1)&lt;/script&gt;</title>", "<script>"),
    ],
)
def test_nothing_executable_and_nothing_outside_remains(inside: str, gone: str) -> None:
    cleaned = clean(inside + RED)

    assert gone.lower() not in cleaned.lower()
    assert 'fill="#ff0000"' in cleaned


def test_what_a_drawing_is_made_of_stays() -> None:
    cleaned = clean(
        '<defs><linearGradient id="g"><stop offset="0" stop-color="red"/></linearGradient><path id="p" d="M0 0L5 5"/></defs>'
        "<style>.cls-1{fill:url(#g);stroke:#fff}</style>"
        '<g transform="translate(1 1)"><rect class="cls-1" width="5" height="5"/><use xlink:href="#p"/></g>'
        '<text x="1" y="2">A &amp; B <tspan>C</tspan></text>'
    )

    for part in (
        'id="g"',
        "stop-color",
        ".cls-1{fill:url(#g);stroke:#fff}",
        'xlink:href="#p"',
        "A &amp; B ",
        "translate(1 1)",
    ):
        assert part in cleaned


def test_the_picture_is_the_drawing() -> None:
    picture = rasterise_svg(f"{HEAD}{RED}</svg>".encode(), max_side_px=40)

    assert picture.size == (40, 40)
    assert picture.convert("RGB").getpixel((20, 20)) == (255, 0, 0)


def test_a_drawing_with_a_script_has_a_preview_and_is_stored_as_it_came() -> None:
    content = f"{HEAD}<script>alert(1)</script>{RED}</svg>".encode()

    examined = examine_file(io.BytesIO(content), "logo.svg")

    assert examined.facts.media.name == "image/svg+xml"
    assert examined.preview is not None
    assert Image.open(io.BytesIO(examined.preview.content)).size == (2000, 2000)
    assert examined.facts.size_bytes == len(content)


def nested(levels: int, width: int) -> str:
    groups = [f'<g id="l0">{RED}</g>']
    for level in range(1, levels):
        uses = f'<use href="#l{level - 1}"/>' * width
        groups.append(f'<g id="l{level}">{uses}</g>')
    return f"{HEAD}<defs>{''.join(groups)}</defs><use href='#l{levels - 1}'/></svg>"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ('<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>', "entities"),
        (
            '<!DOCTYPE svg [<!ENTITY % a SYSTEM "file:///etc/passwd">%a;]><svg xmlns="http://www.w3.org/2000/svg"/>',
            "entities",
        ),
        (
            '<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>',
            "entities",
        ),
        (nested(10, 10), "too_large"),
        (HEAD + "<g>" * 500 + "</g>" * 500 + "</svg>", "too_large"),
        (HEAD + "<rect/>" * 250_000 + "</svg>", "too_large"),
        ("<svg", "damaged"),
        (f"{HEAD}<rect></svg>", "damaged"),
        ("<html xmlns='http://www.w3.org/1999/xhtml'/>", "no_drawing"),
    ],
)
def test_drawings_that_attack_who_reads_them_are_not_read(content: str, reason: str) -> None:
    with pytest.raises(UnsafeMarkup) as unsafe:
        sanitise_svg(content.encode())

    assert unsafe.value.reason == reason


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_found_in_every_encoding_and_the_file_is_kept_with_a_sentence(encoding: str) -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    content = (
        f'<!DOCTYPE svg [<!ENTITY l0 "lol">{laughs}]><svg xmlns="http://www.w3.org/2000/svg"><text>&l9;</text></svg>'
    )

    examined = examine_file(io.BytesIO(content.encode(encoding)), "laughs.svg")

    assert examined.preview is None
    assert "entities" in str(examined.facts.measures["no_preview"])


def test_a_public_doctype_alone_is_no_harm() -> None:
    doctype = '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">'

    assert 'fill="#ff0000"' in sanitise_svg(f"{doctype}{HEAD}{RED}</svg>".encode()).body


@pytest.mark.parametrize(
    ("attributes", "size"),
    [
        ('width="1000000000" height="1000000000"', (2000, 2000)),
        ('viewBox="0 0 999999999 499999999"', (2000, 1000)),
        ('width="1e400" height="5"', (2000, 2000)),
        ('width="100%" height="100%"', (2000, 2000)),
        ('width="2in" height="96"', (2000, 1000)),
        ('viewBox="0 0 -5 0" width="20" height="10"', (2000, 1000)),
    ],
)
def test_a_billion_pixels_are_drawn_as_two_thousand(attributes: str, size: tuple[int, int]) -> None:
    content = f'<svg xmlns="http://www.w3.org/2000/svg" {attributes}><rect width="5" height="5"/></svg>'

    examined = examine_file(io.BytesIO(content.encode()), "huge.svg")

    assert (examined.facts.width_px, examined.facts.height_px) == size


def test_a_line_a_thousand_times_as_long_as_wide_has_no_preview() -> None:
    content = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100000 1"/>'

    assert "a line" in str(examine_file(io.BytesIO(content), "line.svg").facts.measures["no_preview"])

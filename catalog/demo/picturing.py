"""Plans the pictures of the demo catalog and draws them when they are read: portraits, close-ups and groups."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from catalog.demo.documents import write_document
from catalog.demo.drawing.bags import DRAWINGS as BAGS
from catalog.demo.drawing.canvas import Canvas
from catalog.demo.drawing.ceramics import DRAWINGS as CERAMICS
from catalog.demo.drawing.colours import rgb
from catalog.demo.drawing.garments import DRAWINGS as GARMENTS
from catalog.demo.drawing.lamps import DRAWINGS as LAMPS
from catalog.demo.drawing.look import Look
from catalog.demo.drawing.paper import DRAWINGS as PAPER
from catalog.demo.drawing.seats import DRAWINGS as SEATS
from catalog.demo.drawing.studio import Set, build_backdrop
from catalog.demo.sources import labels, read_source

DRAWINGS = {**LAMPS, **SEATS, **CERAMICS, **GARMENTS, **BAGS, **PAPER}
HANGING = frozenset({"dome_pendant", "cone_pendant", "paper_pendant", "tee", "sweater", "shirt", "scarf", "apron"})
BARE_FORMS = frozenset({"bare", "halo"})
JPEG_QUALITY = 88
BRASS = "#c9a05c"
SMALL_SCALE = 0.78
GROUP_COLUMNS = {2: (270, 530), 3: (190, 400, 610), 4: (155, 318, 482, 645)}
GROUP_SCALES = {2: 0.7, 3: 0.56, 4: 0.48}
CLOSE_UP_SCALE = 1.75


@dataclass(frozen=True, slots=True)
class Placed:
    """One product on a picture: its drawing, its colours and where it stands."""

    drawing: str
    main: str
    second: str
    variation: str
    x: float
    y: float
    scale: float


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture to be drawn: the set (wall, floor, form) and the products on it."""

    wall: str
    floor: str
    form: str
    products: tuple[Placed, ...]

    def draw(self) -> bytes:
        """Draw it: a JPEG of 800×800 pixels, the same bytes each time."""
        return _draw(self)


@lru_cache(maxsize=4)
def _draw(picture: Picture) -> bytes:
    """The documents in three languages share their picture, one after the other."""
    canvas = Canvas(build_backdrop(Set(rgb(picture.wall), rgb(picture.floor), picture.form)))
    for product in picture.products:
        with canvas.place(product.x, product.y, product.scale):
            look = Look(rgb(product.main), rgb(product.second), product.variation)
            DRAWINGS[product.drawing](canvas, look)
    file = io.BytesIO()
    canvas.picture.save(file, "JPEG", quality=JPEG_QUALITY, optimize=False)
    return file.getvalue()


@dataclass(frozen=True, slots=True)
class Document:
    """A PDF page to be written: title, paragraphs or list items, and the picture at its head."""

    title: str
    paragraphs: tuple[str, ...]
    picture: Picture

    def draw(self) -> bytes:
        """Write it: a PDF of one page, the same bytes each time."""
        return write_document(self.title, self.paragraphs, self.picture.draw())


@dataclass(frozen=True, slots=True)
class DemoFile:
    """A file of the demo catalog; its bytes are made when they are read.

    Args:
        code: names it within the demo catalog; the file name without its extension.
        texts: {locale: what it shows}, as label and as alternative text.
        license: code of a licence.
        stage: where the asset should end up.
        filing: how it is filed: further fields of an `AssetChange`.
    """

    code: str
    filename: str
    content: Picture | Document
    texts: Mapping[str, str] = field(default_factory=dict)
    license: str = "house"
    stage: str = "approved"
    filing: Mapping[str, Any] = field(default_factory=dict)

    def read(self) -> tuple[str, bytes]:
        """The file's name and its bytes."""
        return self.filename, self.content.draw()


def looks_of(line: Mapping[str, Any]) -> Iterator[tuple[dict[str, str], str]]:
    """Every way a product of the line looks: ({axis: option}, code of its portrait)."""
    for colour in line["colours"]:
        for frame in line.get("frames", [None]):
            for form in line.get("sizes", line.get("fits", [None])):
                axis = "size" if "sizes" in line else "fit"
                options = {"colour": colour, "frame": frame, axis: form}
                chosen = {name: code for name, code in options.items() if code is not None}
                yield chosen, "-".join([line["code"], *chosen.values()])


def plan_pictures(line: Mapping[str, Any]) -> Iterator[DemoFile]:
    """A portrait of every look of a line, a close-up of the first, and the group where there are several."""
    looks = list(looks_of(line))
    for chosen, code in looks:
        yield _file(code, portrait(line, chosen), _caption(line, chosen))
    if line.get("detail", True):
        texts = ["{}, close-up", "{}, Nahaufnahme", "{}, gros plan"]
        yield _file(f"{line['code']}-detail", _close_up(line, looks[0][0]), _caption(line, looks[0][0], texts))
    if len(line["colours"]) > 1:
        texts = ["{}, all colours", "{}, alle Farben", "{}, toutes les couleurs"]
        yield _file(f"{line['code']}-group", _group(line), _caption(line, {}, texts))


def portrait(line: Mapping[str, Any], chosen: Mapping[str, str]) -> Picture:
    """One product on its own set."""
    x, y, scale = line.get("place", (400, 650, 1.0))
    if chosen.get("size") == "small" and line["drawing"] != "cone_pendant":
        scale *= SMALL_SCALE
    wall, floor = _studio(line, chosen["colour"])
    return Picture(wall, floor, line["form"], (_placed(line, chosen, x, y, scale),))


def _close_up(line: Mapping[str, Any], chosen: Mapping[str, str]) -> Picture:
    scale = line.get("place", (400, 650, 1.0))[2] * CLOSE_UP_SCALE
    focus_x, focus_y = line.get("focus", (20, -150))
    wall, floor = _studio(line, chosen["colour"])
    product = _placed(line, chosen, 400 - focus_x * scale, 410 - focus_y * scale, scale)
    return Picture(wall, floor, "bare", (product,))


def _group(line: Mapping[str, Any]) -> Picture:
    count = min(len(line["colours"]), 4)
    scale = GROUP_SCALES[count] * line.get("place", (400, 650, 1.0))[2]
    hangs = line["drawing"] in HANGING
    others = {name: line[table][0] for name, table in (("frame", "frames"), ("fit", "fits")) if table in line}
    others |= {"size": "large"} if "sizes" in line else {}
    products = []
    for index, (colour, x) in enumerate(zip(line["colours"], GROUP_COLUMNS[count], strict=False)):
        drop = (0, 46, -24, 30)[index] if hangs else (0, 26, 0, 26)[index]
        products.append(_placed(line, {**others, "colour": colour}, x, (590 if hangs else 620) + drop, scale))
    wall, floor = _studio(line, line["colours"][-1])
    form = "bare" if line["form"] in BARE_FORMS else "window" if "evening" not in line else "disc"
    return Picture(wall, floor, form, tuple(products))


def _placed(line: Mapping[str, Any], chosen: Mapping[str, str], x: float, y: float, scale: float) -> Placed:
    source = read_source("structure")
    frame = chosen.get("frame") or line.get("frame")
    second = source["common"]["frames"][frame] if frame else line.get("second", BRASS)
    variation = chosen.get("size") or chosen.get("fit") or ""
    return Placed(line["drawing"], source["colours"][chosen["colour"]][3], second, variation, x, y, scale)


def _studio(line: Mapping[str, Any], colour: str) -> tuple[str, str]:
    source = read_source("structure")
    wall, floor = line.get("set") or source["evening"].get(line.get("evening")) or source["colours"][colour][4:6]
    return wall, floor


def _file(code: str, picture: Picture, texts: Mapping[str, str]) -> DemoFile:
    for licence, terms in read_source("people")["licences"].items():
        if code in terms.get("files", ()):
            return DemoFile(code, f"{code}.jpg", picture, texts, licence)
    stage = "in_review" if code.endswith(("lanta-detail", "anno-detail", "calla-group")) else "approved"
    return DemoFile(code, f"{code}.jpg", picture, texts, stage=stage)


def _caption(line: Mapping[str, Any], chosen: Mapping[str, str], frame: list[str] | None = None) -> dict[str, str]:
    source = read_source("structure")
    lists = {**source["options"], "colour": source["colours"]}
    captions = []
    for language, name in enumerate(line["name"]):
        options = [lists[axis][code][language] for axis, code in chosen.items()]
        caption = ", ".join([name, *[option.lower() if language != 1 else option for option in options]])
        captions.append(frame[language].format(caption) if frame else caption)
    return labels(captions)

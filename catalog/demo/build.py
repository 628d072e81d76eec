"""Puts the demo catalog together: structure, files, products and people, the same for the same day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from catalog.demo.assortment import DATASHEETS, Line, build_products, read_lines
from catalog.demo.library import build_collections, file_document, file_picture
from catalog.demo.parts import DemoCatalog, DemoUser
from catalog.demo.picturing import DemoFile, Document, looks_of, plan_pictures, portrait
from catalog.demo.sources import FAMILIES, LOCALES, labels, read_source
from catalog.demo.structure import build_structure
from catalog.demo.wording import list_facts

CARE_TITLES = ("Care guide: {}", "Pflegeanleitung: {}", "Conseils d’entretien : {}")
SHEET_TITLES = ("Data sheet: {}", "Datenblatt: {}", "Fiche technique : {}")


def build_demo(today: dt.date) -> DemoCatalog:
    """The whole demo catalog; only the end of one licence depends on `today`. Draws nothing yet."""
    lines = list(read_lines())
    people = read_source("people")
    users = tuple(
        DemoUser(
            username,
            person["first_name"],
            person["last_name"],
            f"{username}@vitrine.example",
            tuple(person.get("groups", ())),
            person.get("is_superuser", False),
        )
        for username, person in people["users"].items()
    )
    pictures = [file_picture(picture, line.family) for line in lines for picture in plan_pictures(line.source)]
    return DemoCatalog(
        structure=tuple(build_structure(today)),
        files=(*pictures, *map(file_document, _plan_documents(lines))),
        products=tuple(build_products()),
        collections=tuple(build_collections()),
        users=users,
        user_groups=tuple(people["groups"]),
        tokens=people["tokens"],
    )


def _plan_documents(lines: list[Line]) -> Iterator[DemoFile]:
    """A care guide for each family and a data sheet for some lines, in every language."""
    source = read_source("structure")
    for family in FAMILIES:
        members = [line.source for line in lines if line.family == family]
        cares = list(dict.fromkeys(care for member in members for care in member["care"]))
        head = portrait(members[0], next(looks_of(members[0]))[0])
        for language, locale in enumerate(LOCALES):
            title = CARE_TITLES[language].format(read_source(family)["family"]["labels"][language])
            rules = [f"• {source['care'][care][3 + language]}" for care in cares]
            closing = read_source(family)["family"]["closing"][language]
            code = f"care-{family}-{locale[:2]}"
            yield _document(code, Document(title, (*rules, closing), head))
    for line in lines:
        if line.source["code"] not in DATASHEETS:
            continue
        head = portrait(line.source, next(looks_of(line.source))[0])
        for language, locale in enumerate(LOCALES):
            title = SHEET_TITLES[language].format(line.source["name"][language])
            facts = [f"• {fact}" for fact in list_facts(line.source, language)]
            paragraphs = (line.source["story"][language], *facts)
            yield _document(f"{line.source['code']}-datasheet-{locale[:2]}", Document(title, paragraphs, head))


def _document(code: str, document: Document) -> DemoFile:
    return DemoFile(code, f"{code}.pdf", document, labels([document.title] * 3))

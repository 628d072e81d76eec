"""Composes the texts of a product from hand-written sentences, in three languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from catalog.demo.sources import read_source

MEASURES = {
    "height": ("Height", "Höhe", "Hauteur"),
    "width": ("Width", "Breite", "Largeur"),
    "depth": ("Depth", "Tiefe", "Profondeur"),
    "weight": ("Weight", "Gewicht", "Poids"),
}
UNITS = {"height": "cm", "width": "cm", "depth": "cm", "weight": "kg"}
AND = (" and ", " und ", " et ")
COLONS = (": ", ": ", " : ")
MADE = ("Made of {}.", "Aus {} gefertigt.", "Matières : {}.")


def short_description(line: Mapping[str, Any], language: int) -> str:
    """The story and what it is made of."""
    return f"{line['story'][language]} {made_of(line['materials'], language)}"


def description(line: Mapping[str, Any], channel: str, language: int) -> str:
    """The description for a channel: the story for print, the facts for the marketplace, both for the web shop."""
    story = f"<p>{escape(line['story'][language], quote=False)}</p>"
    facts = "".join(f"<li>{escape(fact, quote=False)}</li>" for fact in list_facts(line, language))
    if channel == "print":
        return story
    if channel == "marketplace":
        return f"<p>{escape(line['claim'][language], quote=False)}</p><ul>{facts}</ul>"
    closing = escape(read_source(line["family"])["family"]["closing"][language], quote=False)
    claim = escape(line["claim"][language], quote=False)
    return f"<p><strong>{claim}</strong></p>{story}<ul>{facts}</ul><p>{closing}</p>"


def list_facts(line: Mapping[str, Any], language: int) -> list[str]:
    """Material, measures and care, one sentence each."""
    facts = [made_of(line["materials"], language)]
    measures = [
        f"{names[language]}{COLONS[language]}{number(line['measures'][code], language)} {UNITS[code]}"
        for code, names in MEASURES.items()
        if code in line["measures"] and not is_placed(line, code)
    ]
    if measures:
        facts.append(
            ", ".join([measures[0], *[text[0].lower() + text[1:] if language != 1 else text for text in measures[1:]]])
        )
    care = read_source("structure")["care"]
    facts.extend(care[code][3 + language] for code in line["care"])
    return facts


def is_placed(line: Mapping[str, Any], attribute: str) -> bool:
    """Whether an attribute of a line differs between its variants, so that the common text cannot name it."""
    variant = read_source("structure")["variants"].get(line.get("variant", ""))
    return variant is not None and any(attribute in level["attributes"] for level in variant["levels"])


def made_of(materials: Sequence[str], language: int) -> str:
    """“Made of powder-coated steel and brushed brass.”"""
    known = read_source("structure")["materials"]
    names = [known[code][3 + language] for code in materials]
    listed = AND[language].join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]
    return MADE[language].format(listed)


def number(amount: float, language: int) -> str:
    """A number as it is written in the language."""
    text = f"{amount:g}"
    return text if language == 0 else text.replace(".", ",")

"""The products of the generated catalog: the same for the same number, with texts as long as real ones."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import Any

from catalog.choices import ProductKind
from catalog.services.changes import ProductChange
from config.benchmarking.structure import (
    AT_VARIANTS,
    BRANCHES,
    FAMILIES,
    LEAVES,
    LOCALES,
    OPTIONS,
    VARIANT,
)
from pim.values.check_digits import is_gs1

VARIANTS_PER_MODEL = 5
VARIANTS_PERCENT = 70
_SYLLABLES = {
    "en_US": "ash ber con der ed fal gar hol ing jor ken lor mer nor oak pel quin ray sel ter und ver wood yar",
    "de_DE": "ab bau chen dorf ein fels gär haus ich jahr kraft lich müh nacht ofen pfad quell raum straß tür über wald zeug",
    "fr_FR": "aig bois clair des eau flé gel haut isse jour lée mont neuf oise pré quai rive ser tou uré val yeu zir",
}
_POOL = 400
"""Texts of each length and locale; products take different ones."""


class Wording:
    """Texts of realistic lengths, made once."""

    def __init__(self, seed: int = 7) -> None:
        chance = random.Random(seed)  # noqa: S311 - the point is that it can be repeated
        self.words = {
            locale: [_word(chance, syllables.split()) for _ in range(1_500)] for locale, syllables in _SYLLABLES.items()
        }
        self.names = self._pool(chance, 3, 6)
        self.sentences = self._pool(chance, 10, 22)
        self.notes = self._pool(chance, 5, 10)
        self.paragraphs = {
            locale: [_paragraph(chance, sentences) for _ in range(_POOL)]
            for locale, sentences in self.sentences.items()
        }

    def _pool(self, chance: random.Random, least: int, most: int) -> dict[str, list[str]]:
        return {
            locale: [" ".join(chance.choices(words, k=chance.randint(least, most))).capitalize() for _ in range(_POOL)]
            for locale, words in self.words.items()
        }


def _word(chance: random.Random, syllables: Sequence[str]) -> str:
    return "".join(chance.choices(syllables, k=chance.choice((1, 2, 2, 3))))


def _paragraph(chance: random.Random, sentences: Sequence[str]) -> str:
    first = " ".join(f"{chance.choice(sentences)}." for _ in range(chance.randint(2, 4)))
    items = "".join(f"<li>{chance.choice(sentences)}</li>" for _ in range(chance.randint(0, 3)))
    return f"<p>{first}</p>" + (f"<ul>{items}</ul>" if items else "")


class GeneratedProducts:
    """Products numbered from 0; `images` are uuids of pictures that exist, used in turn."""

    def __init__(self, count: int, *, with_variants: bool = False, images: Sequence[str] = ()) -> None:
        self.count = count
        self.images = images
        self.first_simple = count * VARIANTS_PERCENT // 100 if with_variants else 0
        self.wording = Wording()

    def chunks(self, size: int = 1_000) -> Iterator[list[ProductChange]]:
        """All of them, models before their variants, in lists of about `size`."""
        yield from self.chunks_of(0, self.count, size)

    def chunks_of(self, first: int, end: int, size: int = 1_000) -> Iterator[list[ProductChange]]:
        """Those numbered from `first` up to `end`; behind the last one of the catalog there are always more."""
        for start in range(first, end, size):
            yield [change for n in range(start, min(start + size, end)) for change in self.changes(n)]

    def changes(self, number: int) -> Iterator[ProductChange]:
        """The changes that create a product: its own, and before a model's first variant the model's."""
        if number >= self.first_simple:
            yield ProductChange(
                self.sku(number), family=_family(number), categories=_categories(number), values=self.values(number)
            )
            return
        model = number // VARIANTS_PER_MODEL
        if number % VARIANTS_PER_MODEL == 0:
            shared = {k: v for k, v in self.values(number).items() if k.partition(":")[0] not in AT_VARIANTS}
            yield ProductChange(
                f"M-{model:07}", kind=ProductKind.MODEL, family_variant=f"{_family(model)}_{VARIANT}",
                categories=_categories(number), values=shared,
            )  # fmt: skip
        own = {k: v for k, v in self.values(number).items() if k in AT_VARIANTS}
        own["color"] = f"color_{number % VARIANTS_PER_MODEL}"
        yield ProductChange(self.sku(number), parent=f"M-{model:07}", values=own)

    def sku(self, number: int) -> str:
        """The SKU of a product."""
        return f"VTR-{number:07}"

    def values(self, number: int) -> dict[str, Any]:
        """30 values: five texts in three locales, and fifteen that vary by nothing."""
        mixed = number * 2_654_435_761 % 4_294_967_296
        values: dict[str, Any] = {}
        wording = self.wording
        for locale in LOCALES:
            pick = mixed % _POOL
            values[f"name:{locale}"] = f"{wording.names[locale][pick]} {number}"
            values[f"summary:{locale}"] = wording.sentences[locale][(pick + number) % _POOL]
            values[f"description:{locale}"] = wording.paragraphs[locale][(pick * 7 + number) % _POOL]
            values[f"care:{locale}"] = wording.notes[locale][(pick * 3 + number) % _POOL]
            values[f"keywords:{locale}"] = wording.notes[locale][(pick * 5 + number) % _POOL].lower()
        values |= {
            "brand": f"brand_{mixed % OPTIONS['brand']}",
            "color": f"color_{mixed // 7 % OPTIONS['color']}",
            "materials": [f"materials_{(mixed // 11 + k * 7) % OPTIONS['materials']}" for k in range(1 + number % 3)],
            "origin": f"origin_{mixed // 13 % OPTIONS['origin']}",
            "weight": {"amount": f"{mixed % 50_000 / 1000 + 0.1:.3f}", "unit": "KILOGRAM"},
            "width": {"amount": str(mixed % 300 + 1), "unit": "CENTIMETER"},
            "height": {"amount": str(mixed // 3 % 300 + 1), "unit": "CENTIMETER"},
            "price": [
                {"amount": f"{mixed % 90_000 / 100 + 1:.2f}", "currency": "EUR"},
                {"amount": f"{mixed % 90_000 / 90 + 1:.2f}", "currency": "USD"},
            ],
            "stock": mixed % 1_000,
            "warranty": mixed % 5 + 1,
            "rating": f"{mixed % 50 / 10:.1f}",
            "is_recyclable": mixed % 3 == 0,
            "released": f"20{mixed % 25:02}-{mixed % 12 + 1:02}-{mixed % 28 + 1:02}",
            "gtin": make_gtin(number),
        }
        if self.images:
            values["image"] = self.images[number % len(self.images)]
        return values


def _family(number: int) -> str:
    return FAMILIES[number % len(FAMILIES)]


def _categories(number: int) -> list[str]:
    branch = number % BRANCHES
    return [f"leaf_{branch}_{number // 7 % LEAVES}", f"leaf_{(branch + 3) % BRANCHES}_{number % LEAVES}"]


def make_gtin(number: int) -> str:
    """A valid GTIN-13 in the range that GS1 keeps for use inside a company."""
    digits = f"29{number:010}"
    return next(f"{digits}{last}" for last in range(10) if is_gs1(f"{digits}{last}"))

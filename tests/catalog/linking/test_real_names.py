"""The file names of a real catalog lead to the products that its table says they belong to."""

from __future__ import annotations

import csv

from catalog.linking import LinkMode, Role, Scopes, SkuForm, compile_rule, parse
from catalog.skus import sku_key
from tests.shared_data import shared_data


def test_two_rules_read_all_picture_names_of_icecat_that_hold_a_sku() -> None:
    with shared_data("01_akeneo_icecat", "icecat_demo_dev", "products.csv").open(encoding="utf-8") as file:
        rows = [(row["sku"], row["picture"]) for row in csv.DictReader(file, delimiter=";") if row["picture"]]
    parts = {"roles": {}, "default": Role("picture"), "form": SkuForm(), "mode": LinkMode.ADD}
    numbered = compile_rule("numbered", pattern=r"(?:\d+_)?(?P<sku>\d+)-\d+", **parts)
    branded = compile_rule("branded", template="{sku}[-{*}]", order=1, **parts)
    skus = {sku_key(sku) for sku, _picture in rows}

    found, other, none = [], [], []
    for sku, picture in rows:
        keys = [each.key for each in parse(picture, [numbered, branded], Scopes()) if each.key in skus]
        (found if keys[:1] == [sku_key(sku)] else other if keys else none).append(picture)

    assert (len(rows), len(found), other) == (107, 104, [])
    assert sorted({name.rpartition("/")[2] for name in none}) == ["samtv.jpg"]

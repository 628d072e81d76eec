"""Previews drawn in the browser and renditions drawn by the house are cut by the same arithmetic."""

from __future__ import annotations

import itertools
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from assets.render import FocalRectangle, parse_preset, plan_geometry

MODULES = Path(__file__).parents[2] / "assets/static/assets"
SIZES = [(6000, 4000), (4000, 6000), (3001, 1999), (240, 160), (1, 1), (7, 5000), (1200, 1200)]
BOXES = [(800, 800), (1600, 900), (333, 1000), (50, 50)]
FOCALS = [
    None,
    FocalRectangle(0.0, 0.0, 0.1, 0.1),
    FocalRectangle(0.6123, 0.2, 0.3, 0.7),
    FocalRectangle(0.85, 0.9, 0.15, 0.1),
]
CROPS = [None, FocalRectangle(0.25, 0.25, 0.5, 0.5), FocalRectangle(0.1, 0.7, 0.9, 0.3)]
SUBJECTS = [None, (0.2, 0.1, 0.55, 0.9)]

RUN = """
import { planGeometry } from "%(module)s";
import { readFileSync } from "node:fs";
const cases = JSON.parse(readFileSync(0, "utf8"));
console.log(JSON.stringify(cases.map(({ width, height, preset, focal, crop, subject }) =>
  planGeometry(width, height, preset, { focal, crop, subject }))));
"""


def run_module(script: str, given: Any, folder: Path) -> Any:
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed")
    # Node takes an import for a module by the file's name.
    copies = {path.name: path.read_text() for path in MODULES.glob("*.js")}
    for name, text in copies.items():
        (folder / name.replace(".js", ".mjs")).write_text(text.replace('.js"', '.mjs"'))
    (folder / "run.mjs").write_text(script)
    answer = subprocess.run(
        [node, "run.mjs"], check=False, input=json.dumps(given), capture_output=True, text=True, cwd=folder
    )
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout)


def as_json(rectangle: FocalRectangle | None) -> dict[str, float] | None:
    if rectangle is None:
        return None
    return {name: getattr(rectangle, name) for name in ("left", "top", "width", "height")}


def test_the_browser_cuts_as_the_house_does(tmp_path: Path) -> None:
    given, wanted = [], []
    fits = ["cover", "contain", "pad", "trim", "width", "height"]
    for (width, height), fit, box, focal, crop, subject in itertools.product(
        SIZES, fits, BOXES, FOCALS, CROPS, SUBJECTS
    ):
        sides = {"width": box[0]} if fit == "width" else {"height": box[1]} if fit == "height" else None
        sides = sides or {"width": box[0], "height": box[1]}
        preset = parse_preset("p", {"fit": fit, "formats": ["webp"], **sides})
        plan = plan_geometry(width, height, preset, focal=focal, crop=crop, subject=subject)
        given.append(
            {
                "width": width,
                "height": height,
                "preset": {"fit": fit, "width": preset.width, "height": preset.height, "maxSide": 16_383},
                "focal": as_json(focal),
                "crop": as_json(crop),
                "subject": subject,
            }
        )
        wanted.append(plan)

    found = run_module(RUN % {"module": "./geometry.mjs"}, given, tmp_path)

    assert len(found) == len(wanted) == 4_032
    for case, plan, drawn in zip(given, wanted, found, strict=True):
        assert tuple(drawn["box"]) == pytest.approx(plan.box, abs=1e-6), case
        assert tuple(drawn["picture"]) == plan.picture, case
        assert tuple(drawn["canvas"]) == plan.canvas, case
        assert tuple(drawn["offset"]) == plan.offset, case


RECTANGLES = """
import * as rectangles from "./rectangles.mjs";
import { readFileSync } from "node:fs";
const calls = JSON.parse(readFileSync(0, "utf8"));
console.log(JSON.stringify(calls.map(([name, ...rest]) => rectangles[name](...rest))));
"""


def test_rectangles_stay_inside_and_keep_their_shape(tmp_path: Path) -> None:
    whole = {"left": 0.2, "top": 0.2, "width": 0.4, "height": 0.4}
    calls = [
        ["move", whole, 0.9, -0.9],
        ["resize", whole, "se", {"x": 0.9, "y": 0.7}, None],
        ["resize", whole, "nw", {"x": 0.9, "y": 0.9}, None],
        ["resize", whole, "se", {"x": 0.9, "y": 0.3}, 2],
        ["between", {"x": 0.9, "y": 0.9}, {"x": 0.1, "y": 0.5}, 2],
        ["grow", whole, 0.9, 0, 1.5],
        ["hitTest", whole, {"x": 0.2, "y": 0.4}, {"x": 0.02, "y": 0.02}],
        ["hitTest", whole, {"x": 0.4, "y": 0.4}, {"x": 0.02, "y": 0.02}],
        ["hitTest", whole, {"x": 0.9, "y": 0.9}, {"x": 0.02, "y": 0.02}],
    ]

    found = run_module(RECTANGLES, calls, tmp_path)

    assert found[0] == pytest.approx({"left": 0.6, "top": 0.0, "width": 0.4, "height": 0.4})
    assert found[1] == pytest.approx({"left": 0.2, "top": 0.2, "width": 0.7, "height": 0.5})
    assert (found[2]["width"], found[2]["height"]) == pytest.approx((0.01, 0.01))
    assert found[3] == pytest.approx({"left": 0.2, "top": 0.2, "width": 0.7, "height": 0.35})
    assert found[4] == pytest.approx({"left": 0.1, "top": 0.5, "width": 0.8, "height": 0.4})
    assert found[5]["width"] / found[5]["height"] == pytest.approx(1.5)
    assert found[6:] == ["w", "move", None]

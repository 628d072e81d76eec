"""What the repository may hold, and that what it says of itself is true."""

from __future__ import annotations

import re
import tomllib

import pytest

from tests.architecture.sources import ROOT, product_modules, text_of, tracked_files

MAX_LINES = 400
# file: why two reasons to change live in it, or why its length is no burden
LONG_FILES: dict[str, str] = {}

MACHINE_PATHS = re.compile(r"/(?:wor[k]|far[m]|roo[t]|home/[a-z]+)/")
REGISTRY_HOSTS = re.compile(r"index-ur[l]|registry\.np[m]|pythonhoste[d]|simple/inde[x]")
LEFT_OPEN = re.compile(r"\b(?:TOD[O]|FIXM[E]|XX[X]|NotImplementedErro[r]|pytest\.mark\.(?:ski[p]\b|xfai[l]))")
PINNED = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*==[A-Za-z0-9.+!]+(?: ; [a-z_]+ [<>=!]+ \"[0-9.]+\")?")


def lines_with(pattern: re.Pattern[str], *, only: str = "") -> list[str]:
    return [
        f"{path}:{number}: {line.strip()[:120]}"
        for path in tracked_files()
        if path.name.endswith(only)
        for number, line in enumerate(text_of(path).splitlines(), start=1)
        if pattern.search(line)
    ]


def make_targets(text: str) -> set[str]:
    return set(re.findall(r"^(?:[A-Z]+=\S+ | {4})?make ([a-z]+)", text, flags=re.MULTILINE))


@pytest.mark.parametrize("pattern", [MACHINE_PATHS, REGISTRY_HOSTS], ids=["machine paths", "registry hosts"])
def test_no_file_names_a_machine_or_a_registry(pattern):
    assert lines_with(pattern) == []


def test_nothing_is_left_open():
    assert lines_with(LEFT_OPEN, only=".py") == []


def test_no_product_file_is_longer_than_it_may_be():
    lengths = {str(path): text_of(path).count("\n") for path in product_modules()}

    too_long = {path: lines for path, lines in lengths.items() if lines > MAX_LINES and path not in LONG_FILES}

    assert too_long == {}


def test_every_exemption_is_still_needed():
    assert [
        path for path in LONG_FILES if not (ROOT / path).exists() or text_of(ROOT / path).count("\n") <= MAX_LINES
    ] == []


def test_constraints_are_names_and_versions_and_cover_every_dependency():
    lines = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if line and not line.startswith("#")]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [
        *project["dependencies"],
        *(name for extra in project["optional-dependencies"].values() for name in extra),
    ]

    pinned = {normalise(line.split("==")[0]) for line in lines}

    assert [line for line in lines if not PINNED.fullmatch(line)] == []
    assert {normalise(re.split(r"[\[<>=]", name)[0]) for name in wanted} - pinned == set()
    assert "async-timeout" in pinned  # redis needs it below Python 3.11.3


def normalise(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_the_readmes_commands_exist_and_are_what_ci_runs():
    readme, ci = (make_targets((ROOT / name).read_text()) for name in ("README.md", ".ci/run"))
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))

    assert {"demo", "test", "check"} <= readme <= targets
    assert ci == {"check", "test"}


def test_every_link_of_the_documentation_leads_somewhere():
    dead = [
        f"{path}: {link}"
        for path in tracked_files()
        if path.suffix == ".md"
        for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text_of(path))
        if not (ROOT / path.parent / link).exists()
    ]

    assert dead == []

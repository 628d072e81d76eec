"""Prints the dependencies of pyproject.toml with the extras named; runs before anything is installed."""

import sys
import tomllib
from pathlib import Path


def list_requirements(extras: list[str]) -> list[str]:
    project = tomllib.loads((Path(__file__).resolve().parent.parent / "pyproject.toml").read_text())["project"]
    return [*project["dependencies"], *(name for extra in extras for name in project["optional-dependencies"][extra])]


if __name__ == "__main__":
    # One word each: the shell splits them.
    print(*(requirement.replace(" ", "") for requirement in list_requirements(sys.argv[1:])))  # noqa: T201

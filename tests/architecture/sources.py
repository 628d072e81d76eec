"""The repository as the architecture tests see it."""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APPS = ("pim", "assets", "catalog", "workflows", "channels")


@cache
def tracked_files() -> tuple[Path, ...]:
    """Every file of the repository, relative to its root; of an export without history, every file that is not state."""
    if (ROOT / ".git").exists():
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
        names = [Path(name) for name in listed.split("\0") if name]
        return tuple(name for name in names if (ROOT / name).is_file())
    state = {".venv", "var", "node_modules", "__pycache__"}
    walked = (path.relative_to(ROOT) for path in ROOT.rglob("*") if path.is_file())
    return tuple(path for path in walked if not state & set(path.parts) and not path.parts[0].endswith("_cache"))


def product_modules() -> list[Path]:
    """Python files of the product: apps and composition, without migrations."""
    return [
        path
        for path in tracked_files()
        if path.suffix == ".py" and path.parts[0] in {*APPS, "config"} and "migrations" not in path.parts
    ]


@cache
def text_of(path: Path) -> str:
    """The text of a file, empty for one that is no text."""
    try:
        return (ROOT / path).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""

"""Which product models a file holds and how deep each one lies, so that parents are written before their children."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from catalog.importing.codes import make_sku_key
from catalog.importing.issues import Issue, make_issue
from catalog.importing.sources import ImportSource
from catalog.importing.tabular.rows import open_table


@dataclass(frozen=True, slots=True)
class ModelIndex:
    """The models of one file: `codes` {key: code as written}, `depths` {key: 0 for roots}, `loops` keys in a circle.

    A model whose parent is not in the file counts as a root: the parent must be there already.
    """

    codes: Mapping[str, str] = field(default_factory=dict)
    depths: Mapping[str, int] = field(default_factory=dict)
    loops: frozenset[str] = frozenset()

    @property
    def levels(self) -> int:
        """How many passes over the file put parents before children."""
        return max(self.depths.values(), default=0) + 1


def index_models(source: ImportSource, file: str) -> ModelIndex:
    """Read a product model file once, for its codes and parents only; the first row of a code counts."""
    codes: dict[str, str] = {}
    parents: dict[str, str] = {}
    with open_table(source, file) as table:
        if "code" not in table.header:
            return ModelIndex()
        code_at = table.header.index("code")
        parent_at = table.header.index("parent") if "parent" in table.header else None
        for row in table.rows:
            key = make_sku_key(row.cells[code_at]) if row.cells else ""
            if key and key not in codes:
                codes[key] = row.cells[code_at].strip()
                parents[key] = make_sku_key(row.cells[parent_at]) if parent_at is not None else ""
    return index_parents(codes, parents)


def index_parents(codes: Mapping[str, str], parents: Mapping[str, str]) -> ModelIndex:
    """Measure how deep each model lies. Both maps have the same keys, made by `make_sku_key`."""
    depths, loops = _measure_depths(parents)
    return ModelIndex(codes, depths, loops)


def resolve_parent(
    written: str, codes: Mapping[str, str], *, file: str, line: int, sku: str
) -> tuple[str, tuple[Issue, ...]]:
    """The parent's own spelling, with a warning where the row spells it in another case; unknown ones stay as written.

    Args:
        codes: {key of `make_sku_key`: code}.
    """
    found = codes.get(make_sku_key(written), written)
    if found == written:
        return written, ()
    return found, (make_issue("parent_case", file, line, "parent", key=sku, text=written, code=found),)


def _measure_depths(parents: Mapping[str, str]) -> tuple[dict[str, int], frozenset[str]]:
    depths: dict[str, int] = {}
    loops: set[str] = set()
    for start in parents:
        path: list[str] = []
        step = start
        while step in parents and step not in depths and step not in path:
            path.append(step)
            step = parents[step]
        if step in path or step in loops:
            loops.update(path)
            depths.update(dict.fromkeys(path, 0))
            continue
        depth = depths.get(step, -1)
        for key in reversed(path):
            depth += 1
            depths[key] = depth
    return depths, frozenset(loops)

"""A small catalog to move about: mugs with sizes, required in two languages on one channel."""

from __future__ import annotations

from typing import Any

from catalog.services.changes import ProductChange
from catalog.services.products import write_products
from pim.services.structure import StructureChange, write_structure


def write(kind: str, key: str, **fields: Any) -> None:
    change = StructureChange(key, {"code": key.rpartition(".")[2], **fields})
    write_structure(kind, [change], actor=None, origin="system", atomic=True)


def make_structure() -> None:
    for code in ("de_DE", "en_US"):
        write("locale", code)
    write("channel", "print", locales=["de_DE", "en_US"])
    write("attribute_group", "general")
    write("attribute", "name", type="text", localizable=True, group="general")
    write("attribute", "price_note", type="text", group="general", no_review=True)
    write("attribute", "size", type="text", group="general")
    write("attribute", "picture", type="asset", group="general")
    write(
        "family", "mugs", attributes=["name", "size", "picture", "price_note"], requirements={"print": ["name", "size"]}
    )
    write("family_variant", "mugs_by_size", family="mugs", levels=[{"axes": ["size"], "attributes": []}])


def put(sku: str, **fields: Any) -> None:
    outcome = write_products([ProductChange(sku, **fields)], actor=None, origin="system")
    assert not outcome.refused, outcome.refused


def make_mug_with_sizes(stage: str = "in_review") -> None:
    """A model `mug` and its variants `mug_s` and `mug_l`."""
    put("mug", kind="model", family_variant="mugs_by_size", stage=stage)
    for size in ("s", "l"):
        put(f"mug_{size}", parent="mug", values={"size": size}, stage=stage)


def change_workflow(key: str, /, **fields: Any) -> None:
    write_structure("workflow", [StructureChange(key, fields)], actor=None, origin="system", atomic=True)


def guard_transition(code: str, *guards: dict[str, Any], workflow: str = "products") -> None:
    """Put guards on a transition of a default workflow."""
    from workflows.stages.defaults import WORKFLOWS

    state = next(state for state in WORKFLOWS if state["code"] == workflow)
    ways = [{**way, "guards": list(guards)} if way["code"] == code else way for way in state["transitions"]]
    change_workflow(workflow, transitions=ways)

"""Where higher apps plug into the catalog: stages and what they allow, and what follows an import."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from pim.errors import Problem
from pim.registry import Registry

if TYPE_CHECKING:
    from pim.models import User


@dataclass(frozen=True, slots=True)
class ProductFacts:
    """What a guard may know of a product that somebody wants to edit."""

    id: int
    sku: str
    kind: str
    family: str | None
    stage: str
    enabled: bool


class StageRules(Protocol):
    """What the stages of products mean to the write path."""

    def initial(self) -> str:
        """The stage of a new product."""
        ...

    def exists(self, stage: str) -> bool:
        """Whether there is such a stage."""
        ...

    def is_approved(self, stage: str) -> bool:
        """Whether a product in this stage is released as it stands."""
        ...

    def keeps_edition(self, stage: str) -> bool:
        """Whether a product in this stage goes on being published by its approved copy, if it has one."""
        ...

    def after_edit(self, stage: str) -> str:
        """The stage of a product after a reviewed value changed in this stage."""
        ...


class EditGuard(Protocol):
    """Says which products may not be edited now, and why."""

    def check(self, products: Sequence[ProductFacts], *, actor: User | None, origin: str) -> Mapping[int, Problem]:
        """Return `{product id: problem}` for those that may not be edited."""
        ...


class PlainStages:
    """The rules where no workflow is installed: one stage, nothing is approved."""

    def initial(self) -> str:
        """`draft`."""
        return "draft"

    def exists(self, stage: str) -> bool:
        """Only `draft`."""
        return stage == "draft"

    def is_approved(self, stage: str) -> bool:
        """Never."""
        return False

    def keeps_edition(self, stage: str) -> bool:
        """Never."""
        return False

    def after_edit(self, stage: str) -> str:
        """The same stage."""
        return stage


stage_rules: Registry[StageRules] = Registry("the rules of product stages")
edit_guards: Registry[EditGuard] = Registry("guards of product edits")
import_followers: Registry[Callable[[User | None, int], None]] = Registry("what follows an import (actor, job id)")


def get_stage_rules() -> StageRules:
    """The installed rules, else the plain ones."""
    rules = stage_rules.values()
    return rules[0] if rules else PlainStages()

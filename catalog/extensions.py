"""Where higher apps plug into the catalog: stages and what they allow, and what follows an import."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from pim.errors import Outcome, Problem
from pim.registry import Registry
from pim.values.specs import Json

if TYPE_CHECKING:
    from catalog.models import Product
    from pim.models import Job, User


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


@dataclass(frozen=True, slots=True)
class ShownStage:
    """A stage as screens show it. `colour` is a name of the workflow's palette (`grey`, `amber`, `green`, …)."""

    code: str
    label: str
    colour: str = "grey"
    is_final: bool = False


@dataclass(frozen=True, slots=True)
class StageWay:
    """A way out of a stage; `problems` say why it cannot be taken now."""

    code: str
    label: str
    target: str
    asks_comment: bool = False
    problems: tuple[Problem, ...] = ()


class StageDesk(Protocol):
    """What the catalog's screens ask of whoever owns the stages; every move is checked and journaled there."""

    def stages(self) -> Sequence[ShownStage]:
        """All stages of products, in order."""
        ...

    def ways_of(self, product: Product, *, actor: User) -> Sequence[StageWay]:
        """The ways out of a product's stage, those that are blocked included."""
        ...

    def all_ways(self, *, actor: User) -> Sequence[StageWay]:
        """The ways that this person may take with some product, for moving many at once."""
        ...

    def waiting_stages(self, *, actor: User) -> Sequence[str]:
        """The stages in which products wait for a decision of this person."""
        ...

    def take(
        self,
        sku: str,
        way: str,
        *,
        actor: User,
        comment: str = "",
        include_ancestors: bool = False,
        include_variants: bool = False,
    ) -> Outcome:
        """Move one product, and with it what is above or below.

        Raises:
            DomainError: it may not go this way.
        """
        ...

    def start(
        self,
        way: str,
        *,
        actor: User,
        skus: Sequence[str] | None = None,
        where: Json = None,
        comment: str = "",
        include_ancestors: bool = False,
        include_variants: bool = False,
    ) -> Job:
        """Move many in a job: those named, or all that match a filter (`{}`: everything).

        Raises:
            DomainError: nobody may go this way, or not this person.
        """
        ...


@dataclass(frozen=True, slots=True)
class LiveVerdict:
    """What consumers of one channel view see of a product, and why. `state` is `live | withheld | withdrawn`."""

    view: str
    label: str
    state: str
    reasons: tuple[str, ...] = ()
    locales: tuple[str, ...] = ()
    is_current: bool = True


stage_desks: Registry[StageDesk] = Registry("the desk at which products change their stage")
live_verdicts: Registry[Callable[[Product], Sequence[LiveVerdict]]] = Registry("why a product is live, or is not")
stage_rules: Registry[StageRules] = Registry("the rules of product stages")
edit_guards: Registry[EditGuard] = Registry("guards of product edits")
import_followers: Registry[Callable[[User | None, int], None]] = Registry("what follows an import (actor, job id)")


def get_stage_desk() -> StageDesk | None:
    """The installed desk, if there is one."""
    desks = stage_desks.values()
    return desks[0] if desks else None


def get_stage_rules() -> StageRules:
    """The installed rules, else the plain ones."""
    rules = stage_rules.values()
    return rules[0] if rules else PlainStages()

"""Where higher apps plug into the DAM, and what its services ask of the workers without knowing them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

from pim.errors import Problem
from pim.registry import Registry

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django_stubs_ext import StrOrPromise

    from assets.models import Asset
    from pim.errors import Outcome
    from pim.models import Job, User


@dataclass(frozen=True, slots=True)
class Usage:
    """One place where an asset is used. `context` says where in it: the attribute's label, a locale."""

    label: str
    url: str = ""
    context: str = ""


class UsageFinder(Protocol):
    """Knows where a higher app uses assets."""

    label: StrOrPromise

    def find(self, asset_uuid: UUID, *, limit: int) -> Sequence[Usage]:
        """The places that use an asset, at most `limit`."""
        ...

    def count(self, asset_uuids: Collection[UUID]) -> Mapping[UUID, int]:
        """How often each asset is used; assets without use may be left out."""
        ...


@dataclass(frozen=True, slots=True)
class Placement:
    """A place in which an asset stands: `owner` is a SKU, `role` the code of the attribute."""

    owner: str
    role: str


class UsageIndex(Protocol):
    """Knows all uses of assets in a higher app at once, for figures and lists over the whole library."""

    def used(self) -> QuerySet[Any, Any]:
        """A row for each use, with `asset_uuid`; to be joined, not to be read."""
        ...

    def formerly_used(self) -> Collection[UUID]:
        """Assets whose use is over and may come back: what is in the recycle bin names them. At most 10,000."""
        ...

    def count_reuse(self) -> tuple[int, int]:
        """How many assets are used, and how many of them by two owners or more."""
        ...

    def placements(self, asset_uuids: Collection[UUID]) -> Mapping[UUID, Sequence[Placement]]:
        """Where each asset stands, in order, at most 50 places of each; assets without use may be left out."""
        ...


class UsageRepointer(Protocol):
    """Lets everything in a higher app that uses some assets use another one, through that app's own write path."""

    def repoint(
        self,
        old: Collection[UUID],
        new: UUID,
        *,
        actor: User | None,
        origin: str,
        job: Job | int | None = None,
        message: str = "",
        dry_run: bool = False,
    ) -> Outcome:
        """Change every use of `old` into one of `new`; who uses both uses `new` once, where the first of them stood."""
        ...


@dataclass(frozen=True, slots=True)
class ProductUse:
    """That something which is sold shows an asset, by a value of its own or of a model above it.

    `channel` is that of the value, empty where it holds for all; `is_main` where it is the picture that stands for it.
    """

    asset: UUID
    product: UUID
    sku: str
    attribute: str
    channel: str = ""
    is_main: bool = False


class ProductUses(Protocol):
    """Knows which products would miss an asset."""

    def read(self, asset_uuids: Collection[UUID]) -> Sequence[ProductUse]:
        """Every use of these assets, in the order of the SKUs; a constant number of queries."""
        ...


@dataclass(frozen=True, slots=True)
class Target:
    """A place where files are shown to others; for it the verdict is asked. `territory` empty: no country in particular."""

    code: str
    label: str
    channel: str
    territory: str = ""
    medium: str = "web"


class Targets(Protocol):
    """Knows where files are shown."""

    def list(self) -> Sequence[Target]:
        """All places, in the order of their codes; no query while the structure stays."""
        ...

    def shown(self, product_uuids: Collection[UUID]) -> Mapping[UUID, Collection[str]]:
        """The codes of the places where each product is live now; one query."""
        ...


class StorageOwner(Protocol):
    """Knows which files below a prefix of the storage somebody needs."""

    prefixes: Sequence[str]
    """Each ends in a slash, and belongs to one owner."""

    def known(self, keys: Collection[str]) -> Collection[str]:
        """Those of at most 1,000 keys below one of the prefixes that are needed."""
        ...


class StageRules(Protocol):
    """What the stages of assets mean."""

    def initial(self) -> str:
        """The stage of a new asset."""
        ...

    def exists(self, stage: str) -> bool:
        """Whether there is such a stage."""
        ...

    def label(self, stage: str) -> StrOrPromise:
        """How people call it."""
        ...

    def choices(self) -> Sequence[tuple[str, StrOrPromise]]:
        """All stages in order: (code, name)."""
        ...


class PlainStages:
    """The rules where no workflow is installed: one stage."""

    def initial(self) -> str:
        """`received`."""
        return "received"

    def exists(self, stage: str) -> bool:
        """Only `received`."""
        return stage == "received"

    def label(self, stage: str) -> StrOrPromise:
        """The code."""
        return stage

    def choices(self) -> Sequence[tuple[str, StrOrPromise]]:
        """Only `received`."""
        return [("received", "received")]


class EditGuard(Protocol):
    """Says which assets may not be edited now, and why. Not asked about a change of nothing but the stage."""

    def check(self, assets: Sequence[Asset], *, actor: User | None, origin: str) -> Mapping[int, Problem]:
        """Return `{asset key: problem}` for those that may not be edited."""
        ...


@dataclass(frozen=True, slots=True)
class SelectionAction:
    """A button of the library: it posts the selection to a page of a higher app (see `assets.admin.bulk.read_selected`)."""

    label: StrOrPromise
    url_name: str
    permission: str


@dataclass(frozen=True, slots=True)
class StageAction:
    """A button on the asset's page: where it posts, and why it is disabled where it is."""

    label: StrOrPromise
    url: str
    is_allowed: bool = True
    reasons: Sequence[StrOrPromise] = ()
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StageWay:
    """A way from stage to stage that somebody may take with assets."""

    code: str
    label: str
    target: str
    asks_comment: bool = False


class StageDesk(Protocol):
    """What the library asks of whoever owns the stages; every move is checked and journaled there."""

    def all_ways(self, *, actor: User) -> Sequence[StageWay]:
        """The ways that this person may take with some asset."""
        ...

    def start(
        self, way: str, *, actor: User, keys: Sequence[str] | None = None, where: Any = None, comment: str = ""
    ) -> Job:
        """Move many in a job: those named by uuid, or all that match a filter (`{}`: everything).

        Raises:
            DomainError: nobody may go this way, or not this person.
        """
        ...


class StagePanel(Protocol):
    """Says what can be done with the stage of an asset, on its page."""

    def actions(self, asset: Asset, *, user: Any) -> Sequence[StageAction]:
        """The transitions that lead on from here."""
        ...


usage_finders: Registry[UsageFinder] = Registry("where assets are used")
publication_finders: Registry[UsageFinder] = Registry("where assets are published")
"""Where consumers see assets now. Other than a use it does not keep an asset from being deleted."""
usage_indexes: Registry[UsageIndex] = Registry("what knows all uses of assets")
usage_repointers: Registry[UsageRepointer] = Registry("what lets users of an asset use another one")
product_uses: Registry[ProductUses] = Registry("which products show assets")
selection_actions: Registry[SelectionAction] = Registry("what else can be done with a selection of the library")
targets: Registry[Targets] = Registry("where assets are shown to others")
storage_owners: Registry[StorageOwner] = Registry("what knows the files of the storage")
edit_guards: Registry[EditGuard] = Registry("asset edit guards")
stage_rules: Registry[StageRules] = Registry("the rules of asset stages")
stage_desks: Registry[StageDesk] = Registry("who moves assets from stage to stage")
stage_panels: Registry[StagePanel] = Registry("asset stage panels")
text_sources: Registry[Callable[[Collection[UUID]], Mapping[UUID, str]]] = Registry("what else assets are found by")
"""Words from higher apps by which assets are found: {asset: text}, such as the SKUs and names of its products."""
eager_presets: Registry[Callable[[], Collection[str]]] = Registry("which presets higher apps give out all the time")
"""Codes of presets whose renditions are drawn when a file arrives. Asked again whenever the structure changes."""
workers: Registry[Callable[[str], None]] = Registry("what hands asset work to a worker after a commit")
"""`ingest` (a version's key), `draw` and `draw_slow` (a version's key), `declare` (a preset's code), `derive` (a family's code): filled by the app when ready."""


def get_stage_rules() -> StageRules:
    """The installed rules, else the plain ones."""
    rules = stage_rules.values()
    return rules[0] if rules else PlainStages()


def get_stage_desk() -> StageDesk | None:
    """Whoever moves assets from stage to stage; None where no workflow is installed."""
    desks = stage_desks.values()
    return desks[0] if desks else None


def hand_over(work: str, key: object) -> None:
    """Ask a worker for something; nobody may be there to hear it (then it is done on first request)."""
    call = workers.find(work)
    if call is not None:
        call(str(key))

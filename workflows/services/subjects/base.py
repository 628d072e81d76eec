"""What every type of subject must offer to be moved from stage to stage."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from pim.errors import Outcome
from workflows.stages.guards import Slot, SubjectFacts
from workflows.stages.specs import TransitionSpec

if TYPE_CHECKING:
    from pim.models import Job, User


@dataclass(frozen=True, slots=True)
class Subject:
    """One thing that stands in a stage. `key` is how people name it: sku or code."""

    id: int
    uuid: str
    key: str
    stage: str
    kind: str = ""
    family_id: int | None = None


class Subjects(Protocol):
    """Finds, judges and moves subjects of one type, many at a time."""

    @property
    def subject_type(self) -> str:
        """The journal's word for them."""
        ...

    def normalise(self, key: str) -> str:
        """The form in which `find` answers."""
        ...

    def find(self, keys: Sequence[str]) -> Mapping[str, int]:
        """Ids by normalised key; what does not exist is left out."""
        ...

    def widen(self, ids: Collection[int]) -> list[int]:
        """Others that are to move along, ancestors before descendants."""
        ...

    def load(self, ids: Collection[int], *, lock: bool) -> dict[int, Subject]:
        """The subjects as they stand now, locked in the order of their ids where a transaction is to move them."""
        ...

    def load_facts(
        self, subjects: Collection[Subject], transitions: Sequence[TransitionSpec]
    ) -> Mapping[int, SubjectFacts]:
        """What the guards of these transitions must know, by id."""
        ...

    def slots(self) -> Sequence[Slot]:
        """The (channel, locale) pairs that guards speak of."""
        ...

    def move(
        self,
        subjects: Sequence[Subject],
        stage: str,
        *,
        actor: User | None,
        origin: str,
        job: Job | int | None,
        message: str,
    ) -> Outcome:
        """Store the new stage and write the journal, in the caller's transaction."""
        ...

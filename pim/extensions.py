"""Where higher apps plug into the kernel: consumers, jobs, structure kinds, undo and the demo."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

from pim.registry import Registry

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

State = dict[str, Any]
"""The whole of a piece of structure as plain JSON: codes instead of keys of the database."""


@dataclass(frozen=True, slots=True)
class StreamedEntry:
    """An entry of the journal as a consumer reads it; `position` is commit-visible order."""

    position: int
    id: int
    at: datetime
    actor_id: int | None
    job_id: int | None
    subject_type: str
    subject_uuid: UUID
    key: str
    kind: str
    revision: int
    delta: Mapping[str, Sequence[Any]]


class Consumer(Protocol):
    """Reads every entry once, in order; runs inside the transaction that moves its cursor."""

    def consume(self, entries: Sequence[StreamedEntry]) -> None:
        """Take in a batch of at most 1,000 entries; raising leaves the cursor where it was."""
        ...


class JobContext(Protocol):
    """What a running job may ask and must tell."""

    @property
    def job_id(self) -> int:
        """The job's internal key, for journal lines."""
        ...

    @property
    def actor(self) -> Any:
        """The user who started the job, or None."""
        ...

    @property
    def parameters(self) -> Mapping[str, Any]:
        """What the job was started with."""
        ...

    @property
    def state(self) -> dict[str, Any]:
        """The last checkpoint, empty at first."""
        ...

    @property
    def counters(self) -> dict[str, Any]:
        """The figures so far, as of the last checkpoint."""
        ...

    def checkpoint(
        self,
        *,
        state: Mapping[str, Any] | None = None,
        done: int | None = None,
        total: int | None = None,
        counters: Mapping[str, Any] | None = None,
    ) -> None:
        """Save progress in the caller's transaction and keep the lease.

        Raises:
            JobCancelled: somebody asked to stop.
            LeaseLost: another worker has taken the job over; the transaction must roll back.
        """
        ...

    def issue(
        self,
        level: str,
        code: str,
        message: StrOrPromise,
        *,
        file: str = "",
        line: int | None = None,
        column: str = "",
        key: str = "",
    ) -> None:
        """Record a finding; it is stored with the next checkpoint."""
        ...

    def finish(self, result: Mapping[str, Any]) -> None:
        """Set the job's result, stored when it ends."""
        ...


@dataclass(frozen=True, slots=True)
class JobKind:
    """A kind of long work: `run` must be able to start from any of its own checkpoints."""

    code: str
    label: StrOrPromise
    run: Callable[[JobContext], None]
    is_undoable: bool = False
    queue: str = "bulk"


class StructureKind(Protocol):
    """How one kind of structure is read, checked, stored and deleted; the write itself is the kernel's."""

    @property
    def code(self) -> str:
        """The kind's name in the journal and for callers."""
        ...

    @property
    def label(self) -> StrOrPromise:
        """The kind's name for people."""
        ...

    def defaults(self) -> State:
        """The state of a new one, without its code."""
        ...

    def load(self, keys: Sequence[str]) -> dict[str, Any]:
        """Find existing objects: `{casefolded key: object}`."""
        ...

    def key(self, obj: Any) -> str:
        """The key by which people and the journal know an object."""
        ...

    def serialise(self, obj: Any) -> State:
        """The object's whole state."""
        ...

    def clean(self, state: State, before: State | None) -> State:
        """Check and normalise a whole state.

        Raises:
            Refused: with a pointer into the state.
        """
        ...

    def apply(self, state: State, obj: Any | None) -> Any:
        """Store a clean state and return the object, saved except for its revision."""
        ...

    def delete(self, obj: Any) -> None:
        """Delete an object.

        Raises:
            Refused: something still uses it.
        """
        ...


class Undoer(Protocol):
    """Inverts the entries of one type of subject, newest first.

    Attributes:
        is_foundation: whether subjects of other types may stand on these.
    """

    is_foundation: bool

    def undo(self, entries: Sequence[StreamedEntry], ctx: JobContext, *, force: bool) -> int:
        """Invert a chunk and return how many subjects changed; a value changed since is reported through `ctx.issue`."""
        ...


@dataclass(frozen=True, slots=True)
class DemoStep:
    """One part of the demo catalog, in the order of `position`; `load` returns lines to show and loads nothing twice."""

    position: int
    label: StrOrPromise
    load: Callable[[Callable[[str], None]], Sequence[str]]


consumers: Registry[Consumer] = Registry("journal consumers")
job_kinds: Registry[JobKind] = Registry("job kinds")
structure_kinds: Registry[StructureKind] = Registry("structure kinds")
undoers: Registry[Undoer] = Registry("undoers")
demo_steps: Registry[DemoStep] = Registry("demo steps")
wakers: Registry[Callable[[], None]] = Registry("what wakes the journal's consumers after a commit")
enqueuers: Registry[Callable[[str, str], None]] = Registry("what hands a job (uuid, queue) to a worker after a commit")

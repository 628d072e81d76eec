"""What a workflow is in memory: its stages, its transitions, and who may take them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NewType

from pim.values.labels import label_of
from workflows.stages.guards import Guard

StageCode = NewType("StageCode", str)
TransitionCode = NewType("TransitionCode", str)


@dataclass(frozen=True, slots=True)
class StageSpec:
    """A place where a subject may stand.

    Attributes:
        is_initial: new subjects start here; one stage of a workflow.
        is_approved: what stands here is released as it is.
        keeps_edition: what stands here goes on being published by its approved copy, if it has one.
        after_edit: where a subject goes when a reviewed value changes here; None: it stays.
        is_final: nothing is expected to follow; shown apart, and not counted as work in progress.
        is_locked: only `editors` (names of groups) and superusers may edit what stands here.
    """

    code: StageCode
    labels: Mapping[str, str] = field(default_factory=dict)
    colour: str = "grey"
    position: int = 0
    is_initial: bool = False
    is_approved: bool = False
    keeps_edition: bool = True
    after_edit: StageCode | None = None
    is_final: bool = False
    is_locked: bool = False
    editors: frozenset[str] = frozenset()

    @property
    def label(self) -> str:
        """The label in the active language, else the code."""
        return label_of(self.labels, self.code)


@dataclass(frozen=True, slots=True)
class TransitionSpec:
    """A way from some stages to one other.

    Attributes:
        groups: names of the groups that may take it; empty: everybody who may change the subject.
        guards: what must be true of the subject; all of them.
        asks_comment: a sentence is asked of whoever takes it.
    """

    code: TransitionCode
    sources: tuple[StageCode, ...]
    target: StageCode
    labels: Mapping[str, str] = field(default_factory=dict)
    position: int = 0
    groups: frozenset[str] = frozenset()
    guards: tuple[Guard, ...] = ()
    asks_comment: bool = False

    @property
    def label(self) -> str:
        """The label in the active language, else the code."""
        return label_of(self.labels, self.code)


@dataclass(frozen=True, slots=True)
class WorkflowSpec:
    """The stages of one type of subject and the ways between them, in the order people see them."""

    code: str
    subject_type: str
    stages: Mapping[str, StageSpec]
    transitions: Mapping[str, TransitionSpec]
    labels: Mapping[str, str] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """The label in the active language, else the code."""
        return label_of(self.labels, self.code)

    @property
    def initial(self) -> StageSpec:
        """Where new subjects start."""
        return next(stage for stage in self.stages.values() if stage.is_initial)

    def transitions_from(self, stage: str) -> tuple[TransitionSpec, ...]:
        """The ways out of a stage, in order."""
        return tuple(spec for spec in self.transitions.values() if stage in spec.sources)


@dataclass(frozen=True, slots=True)
class Caller:
    """What permission asks of whoever acts: groups by name, and whether they may change such subjects at all."""

    may_change: bool
    groups: frozenset[str] = frozenset()
    is_superuser: bool = False


SYSTEM = Caller(may_change=True, is_superuser=True)
"""The house itself: commands, imports and consumers that act for nobody."""

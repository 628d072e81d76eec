"""Moving subjects from stage to stage: one or thousands, each judged by itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from django.db import transaction
from django.utils.translation import gettext as _

from assets.models import Asset
from catalog.models import Product
from pim.errors import Done, NotAllowed, NotFound, Outcome, Problem, Refusal, Refused
from workflows.services.callers import caller_of
from workflows.services.snapshot import get_workflows
from workflows.services.subjects import AssetSubjects, ProductSubjects, Subject, Subjects
from workflows.stages.guards import SubjectFacts
from workflows.stages.machine import NOT_ALLOWED, check_caller, check_transition
from workflows.stages.specs import Caller, TransitionSpec, WorkflowSpec

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from pim.models import Job, User

T = TypeVar("T")

CHUNK = 1_000
"""Subjects in one transaction."""


@dataclass(frozen=True, slots=True)
class AvailableTransition:
    """A way out of a subject's stage, and what speaks against taking it now."""

    transition: TransitionSpec
    problems: tuple[Problem, ...] = ()

    @property
    def is_allowed(self) -> bool:
        """Whether nothing speaks against it."""
        return not self.problems


def transition_products(
    skus: Sequence[str],
    transition_code: str,
    *,
    actor: User | None,
    origin: str,
    comment: str = "",
    include_ancestors: bool = False,
    include_variants: bool = False,
    job: Job | int | None = None,
    dry_run: bool = False,
) -> Outcome:
    """Take products, models and variants through a transition; each is refused or moved by itself.

    What stands in the target already is counted as unchanged. At most 1,000 rows a transaction; each moved row leaves
    one journal entry of kind `transition`, with the comment as its message. Repeatable.

    Args:
        skus: of any kind, whatever their case.
        transition_code: a code of the product workflow.
        actor: whose permission counts; None is the house itself.
        origin: the face that asks.
        comment: goes into the journal; asked by some transitions.
        include_ancestors: the models above move along, before their variants.
        include_variants: everything below moves along.
        job: the job that asks, for the journal.
        dry_run: judge only.

    Raises:
        Refused: `unknown_transition`.
    """
    subjects = ProductSubjects(include_ancestors=include_ancestors, include_variants=include_variants)
    run = begin_run(subjects, transition_code, actor=actor, origin=origin, comment=comment, job=job, dry_run=dry_run)
    return run.move_all(skus)


def transition_assets(
    keys: Sequence[str],
    transition_code: str,
    *,
    actor: User | None,
    origin: str,
    comment: str = "",
    job: Job | int | None = None,
    dry_run: bool = False,
) -> Outcome:
    """Take assets, named by code or uuid, through a transition; see `transition_products`.

    Raises:
        Refused: `unknown_transition`.
    """
    run = begin_run(
        AssetSubjects(), transition_code, actor=actor, origin=origin, comment=comment, job=job, dry_run=dry_run
    )
    return run.move_all(keys)


def available_transitions(subject: Product | Asset, actor: User | AnonymousUser | None) -> list[AvailableTransition]:
    """The ways out of the stage in which a subject stands, each with every reason that blocks it; for buttons."""
    subjects: Subjects = ProductSubjects() if isinstance(subject, Product) else AssetSubjects()
    workflow = get_workflows().by_subject.get(subjects.subject_type)
    here = subjects.load([subject.pk], lock=False).get(subject.pk)
    if workflow is None or here is None:
        return []
    ways = workflow.transitions_from(here.stage)
    caller, facts = caller_of(actor, subjects.subject_type), subjects.load_facts([here], ways)[here.id]
    slots = subjects.slots()
    return [
        AvailableTransition(way, tuple(check_transition(workflow, way, facts, caller, slots=slots))) for way in ways
    ]


def find_transition(subject_type: str, code: str) -> TransitionSpec:
    """A transition of the workflow of a type of subject.

    Raises:
        Refused: `unknown_transition`.
    """
    workflow = get_workflows().find(subject_type)
    found = workflow.transitions.get(code)
    if found is None:
        text = _("There is no transition “%(code)s”. Possible: %(names)s.")
        names = ", ".join(workflow.transitions)
        raise Refused("unknown_transition", text % {"code": code, "names": names}, "/transition")
    return found


def require_transition(subject_type: str, code: str, *, actor: User | None) -> TransitionSpec:
    """A transition that the actor may take on some subject at least.

    Raises:
        Refused: `unknown_transition`.
        NotAllowed: `not_allowed`.
    """
    found = find_transition(subject_type, code)
    if problem := check_caller(found, caller_of(actor, subject_type)):
        raise NotAllowed(problem.code, problem.message)
    return found


def raise_refusal(outcome: Outcome) -> None:
    """Turn the first refusal back into an exception, for faces that move a single subject.

    Raises:
        NotAllowed: the caller may not take the transition.
        NotFound: there is no such subject.
        Refused: anything else speaks against it; carries all problems.
    """
    if not outcome.refused:
        return
    problems = outcome.refused[0].problems
    kind = {NOT_ALLOWED: NotAllowed, "not_found": NotFound}.get(problems[0].code, Refused)
    raise kind(problems[0].code, problems[0].message, problems[0].pointer, problems=problems)


@dataclass(frozen=True, slots=True)
class TransitionRun:
    """One transition on its way through many subjects: what does not change from chunk to chunk."""

    subjects: Subjects
    workflow: WorkflowSpec
    transition: TransitionSpec
    caller: Caller
    actor: User | None
    origin: str
    comment: str
    job: Job | int | None
    dry_run: bool

    def move_all(self, keys: Sequence[str]) -> Outcome:
        """Subjects by the keys that people use; `row` in the outcome is the place in `keys`."""
        outcome = Outcome(dry_run=self.dry_run)
        rows: dict[str, int] = {}
        for number, key in enumerate(keys):
            rows.setdefault(self.subjects.normalise(key), number)
        for chunk in _chunks(list(rows)):
            found = self.subjects.find(chunk)
            named: dict[int, int | None] = {}
            for key in chunk:
                if key in found:
                    named.setdefault(found[key], rows[key])
                else:
                    outcome.refused.append(_absent(keys[rows[key]], rows[key]))
            outcome.add(self.move_ids(named))
        return outcome

    def move_ids(self, named: Mapping[int, int | None]) -> Outcome:
        """Subjects by id, with their rows, and those that move along; what moves along and is there already is not told."""
        outcome = Outcome(dry_run=self.dry_run)
        ids = list(dict.fromkeys([*self.subjects.widen(named), *named]))
        for batch in _chunks(ids):
            outcome.add(self._move_batch(batch, named))
        return outcome

    def _move_batch(self, ids: Sequence[int], named: Mapping[int, int | None]) -> Outcome:
        """One transaction: lock, judge, move."""
        outcome = Outcome(dry_run=self.dry_run)
        with transaction.atomic():
            present = self.subjects.load(ids, lock=not self.dry_run)
            facts = self.subjects.load_facts(list(present.values()), [self.transition])
            going = [
                present[pk] for pk in ids if pk in present and self._may_go(present[pk], facts[pk], named, outcome)
            ]
            outcome.add(self._store(going, named))
        return outcome

    def _may_go(self, subject: Subject, facts: SubjectFacts, named: Mapping[int, int | None], outcome: Outcome) -> bool:
        row = named.get(subject.id)
        if subject.stage == self.transition.target and self._is_allowed():
            if subject.id in named:
                outcome.unchanged += 1
                outcome.results.append(Done(subject.key, "unchanged", subject.uuid, row=row))
            return False
        problems = self._check(facts)
        if problems:
            outcome.refused.append(Refusal(subject.key, tuple(problems), row))
        return not problems

    def _is_allowed(self) -> bool:
        return check_caller(self.transition, self.caller) is None

    def _check(self, facts: SubjectFacts) -> list[Problem]:
        slots = self.subjects.slots()
        return check_transition(self.workflow, self.transition, facts, self.caller, slots=slots, comment=self.comment)

    def _store(self, going: Sequence[Subject], named: Mapping[int, int | None]) -> Outcome:
        if not going:
            return Outcome()
        if self.dry_run:
            results = [Done(subject.key, "updated", subject.uuid, row=named.get(subject.id)) for subject in going]
            return Outcome(updated=len(going), results=results)
        moved = self.subjects.move(
            going,
            self.transition.target,
            actor=self.actor,
            origin=self.origin,
            job=self.job,
            message=self.comment.strip(),
        )
        rows = {subject.uuid: named.get(subject.id) for subject in going}
        moved.results = [replace(result, row=rows.get(result.uuid)) for result in moved.results]
        return moved


def begin_run(
    subjects: Subjects,
    transition_code: str,
    *,
    actor: User | None,
    origin: str,
    comment: str,
    job: Job | int | None,
    dry_run: bool,
) -> TransitionRun:
    """Look up what every chunk needs.

    Raises:
        Refused: `unknown_transition`.
    """
    transition_spec = find_transition(subjects.subject_type, transition_code)
    return TransitionRun(
        subjects=subjects,
        workflow=get_workflows().find(subjects.subject_type),
        transition=transition_spec,
        caller=caller_of(actor, subjects.subject_type),
        actor=actor,
        origin=origin,
        comment=comment,
        job=job,
        dry_run=dry_run,
    )


def _absent(key: str, row: int) -> Refusal:
    return Refusal(key, (Problem("not_found", _("There is nothing called “%s”.") % key),), row)


def _chunks(items: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), CHUNK):
        yield items[start : start + CHUNK]

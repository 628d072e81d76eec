"""Thousands of subjects through one transition, as a job that can be watched, stopped and resumed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pim.errors import NotAllowed, Outcome, Refused
from pim.extensions import JobContext, JobKind
from pim.services.jobs import start_job
from pim.values.specs import Json
from workflows.choices import SubjectType
from workflows.services.selection import read_walk
from workflows.services.subjects import AssetSubjects, ProductSubjects, Subjects
from workflows.services.transitions import CHUNK, TransitionRun, begin_run, require_transition

if TYPE_CHECKING:
    from pim.models import Job, User

MAX_KEYS = 50_000
"""Keys that may be named one by one; more are named by a filter."""


def start_transition_job(
    subject_type: str,
    transition_code: str,
    *,
    actor: User | None,
    origin: str,
    keys: Sequence[str] | None = None,
    filter: Json = None,  # noqa: A002 - the word of the API
    comment: str = "",
    include_ancestors: bool = False,
    include_variants: bool = False,
    is_detached: bool = True,
) -> Job:
    """Start a job that takes subjects, named by keys or by a filter (`{}`: all of them), through a transition.

    Raises:
        NotAllowed: `not_allowed`.
        Refused: `unknown_transition`, `comment_required`, `selection_required`, `too_many`, or what is wrong with the filter.
    """
    transition_spec = require_transition(subject_type, transition_code, actor=actor)
    if transition_spec.asks_comment and not comment.strip():
        text = _("“%(transition)s” asks for a comment that says why.") % {"transition": transition_spec.label}
        raise Refused("comment_required", text, "/comment")
    if (keys is None) is (filter is None):
        raise Refused("selection_required", _("Name the subjects either by keys or by a filter."))
    if keys is not None and len(keys) > MAX_KEYS:
        raise Refused("too_many", _("Name more than %d subjects by a filter.") % MAX_KEYS, "/keys")
    if filter is not None:
        read_walk(subject_type, filter)
    parameters: dict[str, Any] = {
        "subject_type": str(subject_type),
        "transition": transition_code,
        "keys": list(keys) if keys is not None else None,
        "filter": filter,
        "comment": comment,
        "include_ancestors": include_ancestors,
        "include_variants": include_variants,
        "origin": str(origin),
        "is_system": actor is None,
    }
    return start_job(TRANSITION_JOB.code, parameters, actor=actor, is_detached=is_detached)


def run_transition_job(ctx: JobContext) -> None:
    """Move chunk after chunk; each commits with its checkpoint, so that a resume goes on where the last one ended.

    Raises:
        NotAllowed: whoever started the job is gone, or may not take the transition any more.
    """
    parameters = ctx.parameters
    if ctx.actor is None and not parameters["is_system"]:
        raise NotAllowed("actor_gone", _("The account that started this does not exist any more."))
    subject_type = parameters["subject_type"]
    require_transition(subject_type, parameters["transition"], actor=ctx.actor)
    run = begin_run(
        _subjects(parameters),
        parameters["transition"],
        actor=ctx.actor,
        origin=parameters["origin"],
        comment=parameters["comment"],
        job=ctx.job_id,
        dry_run=False,
    )
    if parameters["keys"] is not None:
        _move_keys(ctx, run, parameters["keys"])
    else:
        _move_matches(ctx, run, subject_type, parameters["filter"])
    ctx.finish(ctx.counters)


def _move_keys(ctx: JobContext, run: TransitionRun, keys: Sequence[str]) -> None:
    place = int(ctx.state.get("place", 0))
    while place < len(keys):
        chunk = keys[place : place + CHUNK]
        place += len(chunk)
        with transaction.atomic():
            _tell(ctx, run.move_all(chunk), state={"place": place}, done=place, total=len(keys))


def _move_matches(ctx: JobContext, run: TransitionRun, subject_type: str, data: Json) -> None:
    walk = read_walk(subject_type, data)
    last, done = int(ctx.state.get("last", 0)), int(ctx.state.get("done", 0))
    total = int(ctx.state["total"]) if "total" in ctx.state else walk.count()
    while ids := walk.ids_after(last, CHUNK):
        last, done = ids[-1], done + len(ids)
        state = {"last": last, "done": done, "total": total}
        with transaction.atomic():
            _tell(ctx, run.move_ids(dict.fromkeys(ids)), state=state, done=done, total=max(total, done))


def _tell(ctx: JobContext, outcome: Outcome, *, state: Mapping[str, Any], done: int, total: int) -> None:
    """Save the checkpoint of a chunk, with a finding for each reason that refused a row."""
    for refusal in outcome.refused:
        for problem in refusal.problems:
            ctx.issue("error", problem.code, problem.message, key=refusal.key)
    counters = {
        "moved": ctx.counters.get("moved", 0) + outcome.written,
        "unchanged": ctx.counters.get("unchanged", 0) + outcome.unchanged,
        "refused": ctx.counters.get("refused", 0) + len(outcome.refused),
    }
    ctx.checkpoint(state=state, done=done, total=total, counters=counters)


def _subjects(parameters: Mapping[str, Any]) -> Subjects:
    if parameters["subject_type"] == SubjectType.ASSET:
        return AssetSubjects()
    return ProductSubjects(
        include_ancestors=parameters["include_ancestors"], include_variants=parameters["include_variants"]
    )


TRANSITION_JOB = JobKind("transition", gettext_lazy("Move to another stage"), run_transition_job, is_undoable=True)

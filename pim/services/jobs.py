"""Jobs: started by a person, run in chunks by whoever holds the lease, resumed from the last checkpoint."""

from __future__ import annotations

import logging
import os
import secrets
import socket
from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from pim import extensions
from pim.choices import JobState
from pim.errors import Conflict, DomainError
from pim.models import Job, JobIssue, User
from pim.values.texts import storable

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=30)
"""How long a job belongs to a worker that says nothing."""

MAX_ATTEMPTS = 3
"""Times a job may kill its worker at the same checkpoint before it is stopped."""


class JobCancelled(Exception):
    """Somebody asked the job to stop; raised at a checkpoint, so that nothing is half done."""


class LeaseLost(Exception):
    """Another worker runs the job now; whatever this one was doing must roll back."""


def start_job(
    kind: str,
    parameters: Mapping[str, Any],
    *,
    actor: User | None,
    is_detached: bool = True,
    undo_of: Job | None = None,
) -> Job:
    """Create a job and, when detached, hand it to the workers once the transaction commits.

    Raises:
        NotRegistered: there is no such kind of job.
    """
    job_kind = extensions.job_kinds.get(kind)
    job = Job.objects.create(kind=kind, parameters=dict(parameters), actor=actor, undo_of=undo_of)
    if is_detached:
        transaction.on_commit(partial(enqueue_job, str(job.uuid), job_kind.queue))
    return job


def enqueue_job(uuid: str, queue: str) -> None:
    """Tell the workers that a job waits."""
    for call in extensions.enqueuers.values():
        call(uuid, queue)


def cancel_job(job: Job, *, actor: User | None) -> Job:
    """Ask a job to stop; a waiting one stops at once, a running one at its next checkpoint.

    Raises:
        Conflict: `job_ended`.
    """
    with transaction.atomic():
        job = Job.objects.select_for_update().get(pk=job.pk)
        if job.state == JobState.QUEUED:
            job.state, job.finished = JobState.CANCELLED, timezone.now()
        elif job.state != JobState.RUNNING:
            raise Conflict("job_ended", _("This job has ended already."))
        job.is_cancel_requested = True
        job.save(update_fields=["state", "finished", "is_cancel_requested"])
    logger.info("job %s: cancel asked by %s", job.uuid, actor)
    return job


def run_job(uuid: str) -> bool:
    """Run a job from its last checkpoint to its end; False when somebody else has it or it has ended.

    Idempotent: a message delivered twice finds the lease taken. Errors of the domain fail the job with their sentence;
    any other exception fails it too, with the traceback in the log.
    """
    context = _claim(uuid)
    if context is None:
        return False
    try:
        extensions.job_kinds.get(context.job.kind).run(context)
    except JobCancelled:
        context.end(JobState.CANCELLED)
    except LeaseLost:
        logger.warning("job %s: another worker took it over", uuid)
    except DomainError as error:
        context.end(JobState.FAILED, error=str(error.message))
    except Exception as error:  # the task boundary: a broken job must not break the worker
        logger.exception("job %s failed", uuid)
        context.end(JobState.FAILED, error=_("Stopped by an unexpected error: %s") % f"{type(error).__name__}: {error}")
    else:
        context.end(JobState.DONE)
    return True


def requeue_orphans() -> list[str]:
    """Hand jobs whose worker has died (lease over) or whose message was lost to the workers again.

    A waiting job is sent once per lease: behind a long queue of jobs it would otherwise be sent every few seconds.
    """
    now = timezone.now()
    is_over = Q(lease_until__lt=now)
    never_sent = Q(state=JobState.QUEUED, lease_until=None, created__lt=now - LEASE)
    kinds = {code: kind.queue for code, kind in extensions.job_kinds.items()}
    with transaction.atomic():
        orphans = Job.objects.filter(
            never_sent | is_over, state__in=[JobState.QUEUED, JobState.RUNNING], kind__in=kinds
        ).select_for_update(skip_locked=True)
        found = [(pk, str(uuid), kind) for pk, uuid, kind in orphans.values_list("pk", "uuid", "kind")]
        Job.objects.filter(pk__in=[pk for pk, _uuid, _kind in found], state=JobState.QUEUED).update(
            lease_until=now + LEASE
        )
    for _pk, uuid, kind in found:
        enqueue_job(uuid, kinds[kind])
    return [uuid for _pk, uuid, _kind in found]


def find_orphan(kind: str, parameters: Mapping[str, Any]) -> Job | None:
    """The unfinished job of this kind with these parameters whose process is gone, to be taken over by the same command."""
    unfinished = Job.objects.filter(
        kind=kind, parameters=dict(parameters), state__in=[JobState.QUEUED, JobState.RUNNING]
    ).order_by("-id")
    return next((job for job in unfinished if _is_free(job)), None)


class RunningJob:
    """The context of a job while this process holds its lease."""

    def __init__(self, job: Job, owner: str) -> None:
        self.job = job
        self.job_id: int = job.pk
        self.actor: User | None = job.actor
        self.parameters: Mapping[str, Any] = job.parameters
        self.state: dict[str, Any] = dict(job.checkpoint)
        self.counters: dict[str, Any] = dict(job.counters)
        self._owner = owner
        self._issues: list[JobIssue] = []
        self._result: dict[str, Any] | None = None

    def checkpoint(
        self,
        *,
        state: Mapping[str, Any] | None = None,
        done: int | None = None,
        total: int | None = None,
        counters: Mapping[str, Any] | None = None,
    ) -> None:
        """Save progress in the caller's transaction and keep the lease (see `extensions.JobContext`)."""
        changes: dict[str, Any] = {"lease_until": timezone.now() + LEASE}
        if state is not None:
            self.state = dict(state)
            changes |= {"checkpoint": self.state, "attempts": 1}
        if counters is not None:
            self.counters = dict(counters)
            changes["counters"] = self.counters
        if done is not None:
            changes["done"] = done
        if total is not None:
            changes["total"] = total
        with transaction.atomic():
            if not self._mine().update(**changes):
                raise LeaseLost
            self._flush_issues()
        if self._mine().filter(is_cancel_requested=True).exists():
            raise JobCancelled

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
        self._issues.append(
            JobIssue(
                job_id=self.job_id, level=level, code=code, message=storable(str(message)), file=storable(file)[:255],
                line=line, column=storable(column)[:255], key=storable(key)[:255],
            )
        )  # fmt: skip

    def finish(self, result: Mapping[str, Any]) -> None:
        """Set the job's result, stored when it ends."""
        self._result = dict(result)

    def end(self, state: JobState, *, error: str = "") -> None:
        """Close the job and give the lease back."""
        with transaction.atomic():
            changes: dict[str, Any] = {
                "state": state,
                "error": storable(error),
                "finished": timezone.now(),
                "lease_until": None,
            }
            if self._result is not None:
                changes["result"] = self._result
            if self._mine().update(**changes):
                self._flush_issues()

    def _mine(self) -> Any:
        return Job.objects.filter(pk=self.job_id, state=JobState.RUNNING, lease_owner=self._owner)

    def _flush_issues(self) -> None:
        JobIssue.objects.bulk_create(self._issues, batch_size=1_000)
        self._issues = []


def _claim(uuid: str) -> RunningJob | None:
    owner = _owner_name()
    with transaction.atomic():
        job = Job.objects.select_for_update(of=("self",)).filter(uuid=uuid).select_related("actor").first()
        if job is None or job.state not in {JobState.QUEUED, JobState.RUNNING} or not _is_free(job):
            return None
        if job.attempts >= MAX_ATTEMPTS:
            Job.objects.filter(pk=job.pk).update(
                state=JobState.FAILED, finished=timezone.now(), lease_until=None,
                error=_("Stopped: this job has ended its worker three times at the same place."),
            )  # fmt: skip
            return None
        Job.objects.filter(pk=job.pk).update(
            state=JobState.RUNNING, attempts=F("attempts") + 1, lease_owner=owner, lease_until=timezone.now() + LEASE,
            started=job.started or timezone.now(),
        )  # fmt: skip
    job.state, job.lease_owner = JobState.RUNNING, owner
    return RunningJob(job, owner)


def _is_free(job: Job) -> bool:
    if job.state == JobState.QUEUED or job.lease_until is None or job.lease_until < timezone.now():
        return True
    host, _sep, process = job.lease_owner.partition(":")
    return host == socket.gethostname() and not _is_alive(process)


def _owner_name() -> str:
    """The process, and this claim of it: a thread whose lease is over must not pass for the one that took over."""
    return f"{socket.gethostname()}:{os.getpid()}@{_start_time(os.getpid())}#{secrets.token_hex(4)}"


def _is_alive(process: str) -> bool:
    pid, _sep, started = process.partition("#")[0].partition("@")
    try:
        os.kill(int(pid), 0)
    except (ProcessLookupError, ValueError):
        return False
    except PermissionError:
        pass
    return _start_time(int(pid)) == started


def _start_time(pid: int) -> str:
    """When a process started, where the system tells (Linux), so that a reused pid is not taken for the old process."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if fields[0] == "Z" else fields[19]

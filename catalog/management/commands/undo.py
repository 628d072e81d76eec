"""`manage.py undo`: puts back what a job has changed, as a job run in this process."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from catalog.management.watching import watch_job
from pim.choices import JobState
from pim.errors import DomainError
from pim.models import Job
from pim.services.jobs import find_orphan
from pim.services.undo import UNDO, undo_job


class Command(BaseCommand):
    help = "Undo a job: delete what it created, put back what it changed. What was changed since is left alone."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("job", type=UUID)
        parser.add_argument("--force", action="store_true", help="also put back what was changed since")
        parser.add_argument("--json", action="store_true", dest="as_json", help="print one JSON object")
        parser.add_argument("--detach", action="store_true", help="hand the job to the workers")

    def handle(self, *, job: UUID, force: bool, as_json: bool, detach: bool, **_options: Any) -> None:
        undone = Job.objects.filter(uuid=job).first()
        if undone is None:
            raise CommandError(f"There is no job {job}.")
        undo = find_orphan(UNDO, {"job": str(undone.uuid), "force": force})
        try:
            undo = undo or undo_job(undone, actor=None, is_forced=force, is_detached=detach)
        except DomainError as error:
            raise CommandError(str(error.message)) from error
        if not detach:
            undo = watch_job(undo, self.stderr, is_quiet=as_json)
        self._tell(undo, as_json=as_json)
        if undo.state in {JobState.FAILED, JobState.CANCELLED}:
            raise CommandError(undo.error or f"The job was {undo.state}.")

    def _tell(self, undo: Job, *, as_json: bool) -> None:
        issues = list(undo.issues.order_by("id").values("level", "code", "key", "message"))
        if as_json:
            self.stdout.write(
                json.dumps({**undo.counters, "issues": issues, "job": str(undo.uuid)}, ensure_ascii=False)
            )
            return
        for issue in issues:
            self.stdout.write(f"{issue['level']:<8} {issue['key']}  {issue['code']}  {issue['message']}")
        figures = undo.counters
        self.stdout.write(
            f"{figures.get('undone', 0)} undone, {figures.get('conflicts', 0)} left as they are, job {undo.uuid}"
        )

"""`manage.py import`: a catalog or a table from files, as a job run in this process."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from catalog.management.watching import watch_job
from catalog.services.importing.kinds import start_import, take_over_import
from catalog.services.importing.parameters import ImportParameters
from catalog.services.importing.reports import make_report
from catalog.services.importing.tables import describe_table
from pim.choices import JobState
from pim.errors import DomainError
from pim.models import Job


class Command(BaseCommand):
    help = "Import a folder or ZIP of Akeneo's files, or one CSV, XLSX or JSON Lines file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("format", choices=("akeneo", "table"), help="akeneo: a folder or ZIP; table: one file")
        parser.add_argument("path", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="report what would happen and store nothing")
        parser.add_argument("--json", action="store_true", dest="as_json", help="print one JSON object")
        parser.add_argument("--detach", action="store_true", help="hand the job to the workers")
        parser.add_argument("--stage", default="", help="stage of new products")
        parser.add_argument("--unknown-options", choices=("refuse", "create"), default="refuse")
        parser.add_argument("--profile", default="", help="code of a saved import profile (table only)")

    def handle(self, *, format: str, path: Path, as_json: bool, detach: bool, **options: Any) -> None:  # noqa: A002 - the argument's name
        try:
            parameters = self._parameters(format, path.resolve(), options)
            job = take_over_import(parameters) or start_import(parameters, actor=None, is_detached=detach)
        except DomainError as error:
            raise CommandError(str(error.message)) from error
        if not detach:
            job = watch_job(job, self.stderr, is_quiet=as_json)
        self._tell(job, as_json=as_json)
        if job.state in {JobState.FAILED, JobState.CANCELLED}:
            raise CommandError(job.error or f"The job was {job.state}.")

    def _parameters(self, form: str, path: Path, options: dict[str, Any]) -> ImportParameters:
        if not path.exists():
            raise CommandError(f"There is no file or folder {path}.")
        choices = {
            "stage": options["stage"],
            "unknown_options": options["unknown_options"],
            "is_rehearsal": options["dry_run"],
        }
        if form == "akeneo":
            return ImportParameters(path=str(path), **choices)
        table = describe_table(path, profile_code=options["profile"])
        return ImportParameters(
            path=str(path), file=path.name, mapping=table.mapping, settings=table.settings, **choices
        )

    def _tell(self, job: Job, *, as_json: bool) -> None:
        report = make_report(job)
        if as_json:
            self.stdout.write(json.dumps(report, ensure_ascii=False))
            return
        if not job.finished:
            self.stdout.write(f"Job {job.uuid} waits for a worker.")
            return
        width = max(map(len, report["entities"]), default=0)
        for entity, figures in report["entities"].items():
            said = ", ".join(f"{number} {name}" for name, number in figures.items() if number)
            self.stdout.write(f"{entity:<{width}}  {said or 'nothing'}")
        for issue in report["issues"]:
            place = ":".join(str(part) for part in (issue["file"], issue["line"], issue["column"]) if part)
            self.stdout.write(f"{issue['level']:<8} {place}  {issue['code']}  {issue['message']}")
        self.stdout.write(f"{report['seconds']} s, job {report['job']}")

"""`manage.py sweep_storage`: files that nobody knows are found, and deleted when their time of grace is over."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.template.defaultfilters import filesizeformat

from assets.services.sweeping.orphans import GRACE_DAYS, sweep_storage
from pim.errors import Refused


class Command(BaseCommand):
    help = "Compare the storage with the database; delete files that have been unknown for longer than the grace."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only say what would be deleted")
        parser.add_argument("--grace-days", type=int, default=GRACE_DAYS, help="how long an unknown file stays")

    def handle(self, *, dry_run: bool, grace_days: int, **_options: Any) -> None:
        begin = time.monotonic()
        try:
            report = sweep_storage(is_dry=dry_run, grace_days=grace_days)
        except Refused as error:
            raise CommandError(str(error.message)) from error
        lines = [
            ("files", report.files, report.size_bytes),
            ("that nobody knows", report.orphans, report.orphan_bytes),
            ("that would be deleted" if dry_run else "deleted", report.deleted, report.deleted_bytes),
        ]
        for label, count, size in lines:
            self.stdout.write(f"{count:>10,}  {filesizeformat(size).replace(chr(160), ' '):>10}  {label}")
        for prefix, (count, size) in sorted(report.by_prefix.items()):
            self.stdout.write(f"{count:>10,}  {filesizeformat(size).replace(chr(160), ' '):>10}    below {prefix}")
        for folder in report.foreign:
            self.stdout.write(f"left alone, nobody here knows it: {folder}")
        self.stdout.write(f"{time.monotonic() - begin:.1f} s")

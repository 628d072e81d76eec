"""`manage.py upload`: the files of a folder into the library, in this process."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from assets.services.uploads import Taken, begin_batch, check_fields, find_files, take_files
from pim.choices import Origin
from pim.errors import DomainError

BAR_WIDTH = 30
BAD_USAGE, SOME_REFUSED = 2, 1


class Command(BaseCommand):
    """Ends with 0 when every file is in the library, 1 when some were refused, 2 when it could not begin."""

    help = (
        "Take the files of a folder and of those below it into the library. Files that it has are left alone, so a run "
        "that was broken off is gone on with by running it again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR")
        parser.add_argument("--folder", default="", dest="into", metavar="CODE", help="folder of the library")
        parser.add_argument("--keep-folders", action="store_true", help="make folders in it as they are on the disk")
        parser.add_argument("--family", default="", metavar="CODE")
        parser.add_argument("--license", default="", metavar="CODE")
        parser.add_argument("--keywords", default="", metavar="WORD,WORD")
        parser.add_argument("--dry-run", action="store_true", help="check the files and store nothing")
        parser.add_argument("--json", action="store_true", dest="as_json", help="print one JSON object")

    def handle(self, *, folder: Path, as_json: bool, dry_run: bool, **options: Any) -> None:
        if not folder.is_dir():
            raise CommandError(f"There is no folder {folder}.", returncode=BAD_USAGE)
        files = find_files(folder)
        fields = _read_fields(options)
        try:
            if dry_run:
                check_fields(fields, actor=None, origin=Origin.COMMAND)
                batch = None
            else:
                batch = begin_batch(
                    fields, actor=None, origin=Origin.COMMAND, keeps_paths=bool(options["keep_folders"])
                )
        except DomainError as error:
            raise CommandError(str(error.message), returncode=BAD_USAGE) from error
        progress = self._draw(len(files)) if sys.stderr.isatty() and not as_json else lambda _done: None
        taken = take_files(files, batch, actor=None, origin=Origin.COMMAND, on_progress=progress)
        self._tell(taken, len(files), as_json=as_json, dry_run=dry_run)
        if taken.refused:
            raise CommandError(f"{len(taken.refused)} of {len(files)} files were refused.", returncode=SOME_REFUSED)

    def _draw(self, total: int) -> Any:
        def draw(done: int) -> None:
            filled = BAR_WIDTH * done // total
            bar = "#" * filled + "." * (BAR_WIDTH - filled)
            self.stderr.write(f"\r[{bar}] {done:,} of {total:,} files", ending="\n" if done == total else "")

        return draw

    def _tell(self, taken: Taken, total: int, *, as_json: bool, dry_run: bool) -> None:
        refused = [
            {"path": path, "code": error.code, "message": str(error.message)} for path, error in taken.refused.items()
        ]
        if as_json:
            report = {
                "files": total,
                "created": taken.created,
                "known": taken.known,
                "refused": refused,
                "warnings": taken.warnings,
                "dry_run": dry_run,
            }
            self.stdout.write(json.dumps(report, ensure_ascii=False))
            return
        for row in refused:
            self.stdout.write(f"refused  {row['path']}  {row['message']}")
        for path, sentence in taken.warnings.items():
            self.stdout.write(f"warning  {path}  {sentence}")
        verb = "would be new" if dry_run else "new"
        self.stdout.write(f"{total} files: {taken.created} {verb}, {taken.known} known, {len(refused)} refused.")


def _read_fields(options: dict[str, Any]) -> dict[str, Any]:
    given = {"folder": options["into"], "family": options["family"], "license": options["license"]}
    fields: dict[str, Any] = {name: code for name, code in given.items() if code}
    words = [word.strip() for word in options["keywords"].split(",") if word.strip()]
    return {**fields, "keywords": words} if words else fields

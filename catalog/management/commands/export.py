"""`manage.py export`: the catalog into files."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from catalog.services.exporting.akeneo import export_akeneo
from catalog.services.exporting.flat import export_csv, export_jsonl

FLAT = {"csv": export_csv, "jsonl": export_jsonl}


class Command(BaseCommand):
    help = "Export the catalog: Akeneo's files into a folder or ZIP, or all products into one CSV or JSON Lines file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("format", choices=("akeneo", *FLAT))
        parser.add_argument("path", type=Path, help="akeneo: a folder, or a ZIP where the name ends so; else a file")
        parser.add_argument("--files", action="store_true", help="with pictures and documents (akeneo only)")

    def handle(self, *, format: str, path: Path, files: bool, **_options: Any) -> None:  # noqa: A002 - the argument's name
        if files and format in FLAT:
            raise CommandError("Only an export to Akeneo's files takes pictures along.")
        begin = time.monotonic()
        try:
            counts = export_akeneo(path, with_files=files) if format == "akeneo" else {"rows": FLAT[format](path)}
        except OSError as error:
            raise CommandError(f"{path} cannot be written: {error}") from error
        for entity, number in counts.items():
            self.stdout.write(f"{number:>9,}  {entity}")
        self.stdout.write(f"{time.monotonic() - begin:.1f} s, {path}")

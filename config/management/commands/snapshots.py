"""`manage.py snapshots`: write the OpenAPI and SDL files, or check that they are fresh."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config import env, snapshots


class Command(BaseCommand):
    help = "Write docs/api from the code; with --check, fail if it differs."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="change nothing, fail if a file is stale")

    def handle(self, *, check: bool, **_options: Any) -> None:
        if not check:
            snapshots.write()
            return
        if stale := snapshots.list_stale():
            names = ", ".join(str(path.relative_to(env.REPOSITORY)) for path in stale)
            raise CommandError(f"Stale: {names}. Run `make snapshots` and look at the difference.")

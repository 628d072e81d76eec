"""`manage.py demo`: the demo catalog, loaded once, and everything that serves it."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config import env, serving

LOGINS = ("Logins   admin, manager, creative, reviewer · password demo",)


class Command(BaseCommand):
    help = "Load the demo catalog once and serve it with workers on PORT (default 8000)."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--no-serve", action="store_true", help="load the demo catalog and exit")

    def handle(self, *, no_serve: bool, **_options: Any) -> None:
        if env.is_production():
            raise CommandError("The demo has known passwords and is not for production.")
        if no_serve:
            for line in self._load():
                self._say(line)
            return
        serving.serve(port=env.integer("PORT", serving.DEFAULT_PORT), prepare=self._load, say=self._say)

    def _load(self) -> list[str]:
        with serving.preparing():
            return [*LOGINS, *serving.load_demo(self._say)]

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()

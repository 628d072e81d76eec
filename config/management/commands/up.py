"""`manage.py up`: web, workers and beat on what is there."""

from typing import Any

from django.core.management.base import BaseCommand

from config import env, serving


class Command(BaseCommand):
    help = "Migrate, then serve with workers on PORT (default 8000) until Ctrl-C."
    requires_system_checks = ()

    def handle(self, **_options: Any) -> None:
        serving.serve(port=env.integer("PORT", serving.DEFAULT_PORT), prepare=self._migrate, say=self._say)

    def _migrate(self) -> tuple[str, ...]:
        with serving.preparing():
            return ()

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()

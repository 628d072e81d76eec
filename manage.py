"""Enter: every verb of the platform."""

import signal
import sys

from config import env

# Verbs that read code only, and those that decide for themselves when the services start.
WITHOUT_SERVICES = frozenset(
    {
        "help",
        "version",
        "--help",
        "-h",
        "--version",
        "check",
        "collectstatic",
        "compilemessages",
        "demo",
        "doctor",
        "snapshots",
    }
    | {"diffsettings", "makemessages", "spectacular", "up"}
)


def main() -> None:
    env.choose_default_settings()
    from django.core.management import execute_from_command_line

    from config import embedded

    if len(sys.argv) > 1 and sys.argv[1] not in WITHOUT_SERVICES:
        embedded.ensure_for_environment()
    try:
        execute_from_command_line(sys.argv)
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)


if __name__ == "__main__":
    main()

"""`manage.py publish`: bring what consumers read up to date, in this process."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from channels.services.marking import mark_everything
from channels.services.publishing import publish_pending
from channels.services.snapshot import get_delivery_structure
from pim import journal


class Command(BaseCommand):
    """Reads the journal on, then publishes what is dirty."""

    help = _("Publish what is dirty; with --all or --view, look at every product again.")

    def add_arguments(self, parser: CommandParser) -> None:
        """`--view CODE` and `--all`."""
        parser.add_argument("--view", action="append", default=[], help=_("Look at every product of this view again."))
        parser.add_argument("--all", action="store_true", help=_("Look at every product of every view again."))

    def handle(self, *args: Any, **options: Any) -> None:
        """Run to the end."""
        while journal.run_consumers():
            pass
        views = get_delivery_structure().views_by_code
        unknown = [code for code in options["view"] if code not in views]
        if unknown:
            raise CommandError(_("There is no view “%(code)s”.") % {"code": unknown[0]})
        if options["all"]:
            mark_everything()
        elif options["view"]:
            mark_everything(views=[views[code].terms.id for code in options["view"]])
        done = publish_pending(at_most_s=float("inf"))
        self.stdout.write(_("%(n)s looked at.") % {"n": done.looked_at})
        for code, stored in sorted(done.by_view.items()):
            figures = {"view": code, "live": stored.published, "gone": stored.withdrawn, "noted": stored.noted}
            self.stdout.write(_("%(view)s: %(live)s published, %(gone)s withdrawn, %(noted)s noted.") % figures)

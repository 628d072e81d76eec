"""`manage.py doctor`: what runs, on which database, broker and storage, which codecs work, what is missing."""

import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand

from config import doctor


class Command(BaseCommand):
    help = "Say what runs, on what, and what is missing; exit 1 if something needed is missing."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", dest="as_json", help="print one JSON object")

    def handle(self, *, as_json: bool, **_options: Any) -> None:
        findings = doctor.examine()
        is_well = all(finding.is_well or not finding.is_needed for finding in findings)
        if as_json:
            self.stdout.write(
                json.dumps({"well": is_well, "findings": [asdict(finding) for finding in findings]}, indent=2)
            )
        else:
            for finding in findings:
                mark = "ok" if finding.is_well else ("MISSING" if finding.is_needed else "-")
                self.stdout.write(f"{mark:<8}{finding.name:<12} {finding.detail}")
        if not is_well:
            sys.exit(1)

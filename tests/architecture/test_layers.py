"""The line of apps and the rooms inside them hold."""

import subprocess
import sys
from pathlib import Path

from tests.architecture.sources import ROOT, product_modules, text_of


def test_every_import_contract_is_kept():
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]

    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-1000:]


def test_only_one_module_reads_the_process_environment():
    readers = {str(path) for path in product_modules() if "os.environ" in text_of(path) or "os.getenv" in text_of(path)}

    assert readers == {"config/env.py"}


def test_no_model_signals():
    assert [str(path) for path in product_modules() if "django.db.models.signals" in text_of(path)] == []

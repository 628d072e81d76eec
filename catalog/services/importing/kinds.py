"""The kinds of import jobs, and how one is started."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.services.importing.parameters import ImportParameters
from catalog.services.importing.running import run_import
from pim.choices import JobState
from pim.errors import Conflict, NotAllowed
from pim.extensions import JobKind, job_kinds
from pim.models import Job, User
from pim.services.jobs import find_orphan, start_job

AKENEO, TABLE = "import_akeneo", "import_table"

PRODUCT_RIGHTS = ("catalog.add_product", "catalog.change_product")
STRUCTURE_RIGHTS = ("pim.add_attribute", "pim.change_attribute", "pim.add_option", "catalog.change_family")
"""What importing Akeneo's files takes besides: they bring their own structure."""


def register_import_kinds() -> None:
    """Fill the registry; called once, when the app is ready."""
    for kind in (
        JobKind(AKENEO, gettext_lazy("Import of a catalog from Akeneo"), run_import, is_undoable=True),
        JobKind(TABLE, gettext_lazy("Import of a table"), run_import, is_undoable=True),
    ):
        job_kinds.register(kind.code, kind)


def check_import(parameters: ImportParameters, *, actor: User | None) -> None:
    """Say why a person may not start this import; None is the command line.

    Raises:
        NotAllowed: a right is missing.
    """
    if actor is None:
        return
    rights = PRODUCT_RIGHTS if parameters.file else (*PRODUCT_RIGHTS, *STRUCTURE_RIGHTS)
    if parameters.unknown_options == "create":
        rights = (*rights, "pim.add_option")
    if not actor.has_perms(rights):
        raise NotAllowed("not_allowed", _("You may not import this."))


def start_import(parameters: ImportParameters, *, actor: User | None, is_detached: bool = True) -> Job:
    """Start the job of an import.

    Raises:
        NotAllowed: see `check_import`.
    """
    check_import(parameters, actor=actor)
    return start_job(kind_of(parameters), parameters.as_json(), actor=actor, is_detached=is_detached)


def take_over_import(parameters: ImportParameters) -> Job | None:
    """The same import, begun by a process that is gone.

    Raises:
        Conflict: it is running in a process that lives.
    """
    kind, given = kind_of(parameters), parameters.as_json()
    orphan = find_orphan(kind, given)
    if orphan is None:
        running = Job.objects.filter(kind=kind, parameters=given, state=JobState.RUNNING).first()
        if running is not None:
            raise Conflict("running_already", _("This import is running already: job %s.") % running.uuid)
    return orphan


def kind_of(parameters: ImportParameters) -> str:
    """The kind of job that runs this import."""
    return TABLE if parameters.file else AKENEO

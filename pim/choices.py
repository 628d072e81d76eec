"""Closed lists of words that rows and messages use."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class OrdinalKind(TextChoices):
    """What an ordinal stands for."""

    CHANNEL = "channel", _("channel")
    LOCALE = "locale", _("locale")
    CURRENCY = "currency", _("currency")


class JobState(TextChoices):
    """The life of a job."""

    QUEUED = "queued", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("cancelled")


class IssueLevel(TextChoices):
    """How bad a finding is: an error refuses its row, a warning does not."""

    ERROR = "error", _("error")
    WARNING = "warning", _("warning")
    INFO = "info", _("info")


class Origin(TextChoices):
    """Through which face a write came."""

    ADMIN = "admin", _("admin")
    API = "api", _("API")
    GRAPHQL = "graphql", _("GraphQL")
    IMPORT = "import", _("import")
    UNDO = "undo", _("undo")
    COMMAND = "command", _("command line")
    SYSTEM = "system", _("system")


HUMAN_ORIGINS = frozenset({Origin.ADMIN, Origin.API, Origin.GRAPHQL})
"""Origins behind which a person or their program stands: they may not write read-only attributes."""


class EntryKind(TextChoices):
    """What an entry says happened to its subject."""

    CREATE = "create", _("created")
    UPDATE = "update", _("changed")
    DELETE = "delete", _("deleted")
    RESTORE = "restore", _("restored")
    TRANSITION = "transition", _("moved to another stage")
    DUE = "due", _("became due")

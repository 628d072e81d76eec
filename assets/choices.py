"""Closed lists of words of the DAM."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class AssetKind(TextChoices):
    """What an asset is to the people who use it."""

    IMAGE = "image", _("image")
    DOCUMENT = "document", _("document")
    OTHER = "other", _("other")


class VersionState(TextChoices):
    """The life of an uploaded file: it waits in quarantine until a worker has looked at it."""

    QUARANTINED = "quarantined", _("being checked")
    READY = "ready", _("ready")
    FAILED = "failed", _("refused")


class RenditionState(TextChoices):
    """The life of a rendition: its row exists from the day its source does, its file from the first time it is wanted."""

    PENDING = "pending", _("not built yet")
    READY = "ready", _("ready")
    FAILED = "failed", _("failed")

"""Closed lists of words of the DAM."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class AssetKind(TextChoices):
    """What an asset is to the people who use it."""

    IMAGE = "image", _("image")
    VIDEO = "video", _("video")
    AUDIO = "audio", _("audio")
    DOCUMENT = "document", _("document")
    MODEL = "3d", _("3D model")
    DESIGN = "design", _("design file")
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


class DigitalSource(TextChoices):
    """How a picture came to be. Source: IPTC digital source type vocabulary (cv.iptc.org/newscodes/digitalsourcetype)."""

    CAPTURE = "digitalCapture", _("photographed")
    NEGATIVE_FILM = "negativeFilm", _("scanned from film")
    PRINT = "print", _("scanned from print")
    HUMAN_EDITS = "humanEdits", _("photographed, edited by a person")
    COMPOSITE_CAPTURE = "compositeCapture", _("composed of photographs")
    CREATION = "digitalCreation", _("made by a person with software")
    ALGORITHMIC_MEDIA = "algorithmicMedia", _("made by an algorithm, without training data")
    TRAINED_ALGORITHMIC_MEDIA = "trainedAlgorithmicMedia", _("made by generative AI")
    COMPOSITE_TRAINED = "compositeWithTrainedAlgorithmicMedia", _("edited with generative AI")
    SCREEN_CAPTURE = "screenCapture", _("screen capture")


class Medium(TextChoices):
    """Where a picture is shown; licences and releases name those that they cover."""

    WEB = "web", _("web and apps")
    SOCIAL = "social", _("social media")
    PRINT = "print", _("print")
    PACKAGING = "packaging", _("packaging")
    OUTDOOR = "outdoor", _("outdoor")
    BROADCAST = "broadcast", _("broadcast")
    INTERNAL = "internal", _("inside the company")


class ReleaseKind(TextChoices):
    """Whose consent it is."""

    MODEL = "model", _("of a person")
    PROPERTY = "property", _("of an owner of property")


class UploadState(TextChoices):
    """The life of one file on its way in, from the first byte to quarantine."""

    OPEN = "open", _("being sent")
    RECEIVED = "received", _("received")
    REFUSED = "refused", _("refused")
    CANCELLED = "cancelled", _("cancelled")


class ShareEventKind(TextChoices):
    """What happened on a share link."""

    OPENED = "opened", _("opened")
    ACCEPTED = "accepted", _("terms accepted")
    DOWNLOADED = "downloaded", _("downloaded")
    DENIED = "denied", _("denied")

"""Closed lists of words of the workflows."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class SubjectType(TextChoices):
    """What a workflow governs; the word is the journal's subject type."""

    PRODUCT = "product", _("products")
    ASSET = "asset", _("assets")


class StageColour(TextChoices):
    """The palette of stages: names that the style sheets of the admin know in light and in dark."""

    GREY = "grey", _("grey")
    BLUE = "blue", _("blue")
    AMBER = "amber", _("amber")
    GREEN = "green", _("green")
    RED = "red", _("red")
    PURPLE = "purple", _("purple")

"""Closed lists of words of the catalog."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ProductKind(TextChoices):
    """What a row of the product table is."""

    SIMPLE = "simple", _("product")
    MODEL = "model", _("product model")
    VARIANT = "variant", _("variant")


class LinkMode(TextChoices):
    """What becomes of the files that stand where others are linked to."""

    ADD = "add", _("add to what is there")
    REPLACE = "replace", _("replace what is there")


class LinkingState(TextChoices):
    """The life of a run of the naming rules."""

    PLANNING = "planning", _("being prepared")
    READY = "ready", _("to be decided")
    APPLYING = "applying", _("being applied")
    APPLIED = "applied", _("applied")


class RowState(TextChoices):
    """What a linking would make, or has made, of one file."""

    LINK = "link", _("will be linked")
    LINKED = "linked", _("linked already")
    WAITING = "waiting", _("waits for its SKU")
    AMBIGUOUS = "ambiguous", _("needs a decision")
    TAKEN = "taken", _("place is taken")
    REFUSED = "refused", _("not possible")
    NONE = "none", _("no match")
    DONE = "done", _("linked")
    STALE = "stale", _("changed since")


class MatchState(TextChoices):
    """How it stands with one file."""

    ARRIVED = "arrived", _("to be looked at")
    DUE = "due", _("its SKU has come")
    WAITING = "waiting", _("waits for its SKU")
    AMBIGUOUS = "ambiguous", _("needs a decision")
    LINKED = "linked", _("linked")
    DISMISSED = "dismissed", _("dismissed")

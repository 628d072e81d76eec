"""Closed lists of words of delivery."""

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class PublicationState(TextChoices):
    """Whether consumers see a product: withheld they never have, withdrawn they have and no longer do."""

    LIVE = "live", _("live")
    WITHHELD = "withheld", _("withheld")
    WITHDRAWN = "withdrawn", _("withdrawn")


class LocaleRule(TextChoices):
    """How many of a view's locales must pass before a product is live."""

    ANY = "any", _("any locale is enough")
    ALL = "all", _("every locale must pass")


class LinkSide(TextChoices):
    """What an association points at."""

    PRODUCTS = "products", _("products")
    MODELS = "product_models", _("product models")
    GROUPS = "groups", _("groups")


class Lane(IntegerChoices):
    """Who waits: what a person has just changed goes out first."""

    INTERACTIVE = 0, _("at once")
    BULK = 1, _("in bulk")

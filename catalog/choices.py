"""Closed lists of words of the catalog."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ProductKind(TextChoices):
    """What a row of the product table is."""

    SIMPLE = "simple", _("product")
    MODEL = "model", _("product model")
    VARIANT = "variant", _("variant")

"""How a foreign file maps onto the catalog, kept for the next time."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from pim.models.coded import Coded, unique_code


class ImportProfile(Coded):
    """A saved column mapping with its choices (unknown options, initial stage)."""

    mapping: models.JSONField[list[dict[str, Any]], list[dict[str, Any]]] = models.JSONField(default=list)
    settings: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)

    class Meta(Coded.Meta):
        verbose_name = _("import profile")
        verbose_name_plural = _("import profiles")
        ordering: ClassVar = ["code"]
        constraints: ClassVar = [unique_code("importprofile")]

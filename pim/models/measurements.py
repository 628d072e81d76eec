"""Units and the families in which they convert into one another."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from pim.models.coded import Coded, unique_code


class MeasurementFamily(Coded):
    """A physical quantity, such as weight, whose units convert through one standard unit."""

    standard_unit = models.CharField(_("standard unit"), max_length=100)

    class Meta(Coded.Meta):
        verbose_name = _("measurement family")
        verbose_name_plural = _("measurement families")
        ordering: ClassVar = ["code"]
        constraints: ClassVar = [unique_code("measurementfamily")]


class MeasurementUnit(models.Model):
    """A unit of a family: amount x factor + offset gives the amount in the standard unit."""

    family = models.ForeignKey(MeasurementFamily, on_delete=models.CASCADE, related_name="units")
    code = models.CharField(_("code"), max_length=100)
    symbol = models.CharField(_("symbol"), max_length=20, blank=True)
    labels: models.JSONField[dict[str, str], dict[str, str]] = models.JSONField(default=dict, blank=True)
    factor = models.DecimalField(_("factor"), max_digits=40, decimal_places=20, default=1)
    offset = models.DecimalField(_("offset"), max_digits=40, decimal_places=20, default=0)
    unece = models.CharField(_("UN/CEFACT code"), max_length=3, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        ordering: ClassVar = ["position", "code"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["family", "code"], name="unit_code_unique")]

    def __str__(self) -> str:
        return self.symbol or self.code

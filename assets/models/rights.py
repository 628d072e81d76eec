"""Licences: for how long and where files may be used."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from assets.rights import LicenseTerms
from pim.models.coded import Coded, unique_code


class License(Coded):
    """An agreement with the holder of rights; both days belong to its window."""

    holder = models.CharField(_("holder"), max_length=255, blank=True)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True, help_text=_("The last day of use."))
    channels = ArrayField(
        models.CharField(max_length=100),
        default=list,
        blank=True,
        verbose_name=_("channels"),
        help_text=_("Codes of the channels it covers; empty: all."),
    )

    class Meta(Coded.Meta):
        verbose_name = _("licence")
        verbose_name_plural = _("licences")
        ordering: ClassVar = ["code"]
        constraints: ClassVar = [unique_code("license")]

    @property
    def terms(self) -> LicenseTerms:
        """The licence as the pure verdict reads it."""
        return LicenseTerms(self.code, self.valid_from, self.valid_until, frozenset(self.channels))

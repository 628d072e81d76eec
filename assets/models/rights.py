"""Licences and releases: for how long, where and for what files may be used."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from assets.choices import Medium, ReleaseKind
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
    territories = ArrayField(
        models.CharField(max_length=2),
        default=list,
        blank=True,
        verbose_name=_("territories"),
        help_text=_("ISO 3166 codes of the countries it covers; empty: all."),
    )
    media = ArrayField(
        models.CharField(max_length=20, choices=Medium.choices),
        default=list,
        blank=True,
        verbose_name=_("media"),
        help_text=_("Empty: all."),
    )
    cost = models.DecimalField(_("cost"), max_digits=12, decimal_places=2, null=True, blank=True)
    cost_currency = models.CharField(_("currency of the cost"), max_length=3, blank=True)
    credit_line = models.CharField(_("credit line"), max_length=255, blank=True)
    copyright_notice = models.CharField(_("copyright notice"), max_length=255, blank=True)
    usage_terms = models.TextField(_("usage terms"), blank=True)
    statement_url = models.URLField(_("web statement of rights"), blank=True)
    needs_watermark = models.BooleanField(
        _("watermarked"), default=False, help_text=_("Renditions carry a watermark, whatever the preset says.")
    )

    class Meta(Coded.Meta):
        verbose_name = _("licence")
        verbose_name_plural = _("licences")
        ordering: ClassVar = ["code"]
        constraints: ClassVar = [unique_code("license")]

    @property
    def terms(self) -> LicenseTerms:
        """The licence as the pure verdict reads it."""
        return LicenseTerms(
            self.code,
            self.valid_from,
            self.valid_until,
            frozenset(self.channels),
            frozenset(self.territories),
            frozenset(self.media),
            needs_watermark=self.needs_watermark,
            credit=self.credit_line,
        )


class Release(Coded):
    """The consent of a person or of an owner of property; `withdrawn` ends it at once, for every use."""

    kind = models.CharField(_("kind"), max_length=10, choices=ReleaseKind.choices, default=ReleaseKind.MODEL)
    person = models.CharField(_("name"), max_length=255)
    email = models.EmailField(_("email"), blank=True)
    notes = models.TextField(_("notes"), blank=True)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True, help_text=_("The last day of use."))
    channels = ArrayField(models.CharField(max_length=100), default=list, blank=True, verbose_name=_("channels"))
    territories = ArrayField(models.CharField(max_length=2), default=list, blank=True, verbose_name=_("territories"))
    media = ArrayField(
        models.CharField(max_length=20, choices=Medium.choices), default=list, blank=True, verbose_name=_("media")
    )
    withdrawn = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    class Meta(Coded.Meta):
        verbose_name = _("release")
        verbose_name_plural = _("releases")
        ordering: ClassVar = ["code"]
        constraints: ClassVar = [unique_code("release")]

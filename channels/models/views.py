"""A consumer's window onto the catalog."""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from channels.choices import LocaleRule
from pim.models import Channel
from pim.models.coded import Coded, unique_code


class ChannelView(Coded):
    """One consumer's window: which products of a channel it shows, in which locales, and when they are fit to show.

    `locales` and `currencies` empty mean all of the channel's. `selection` is a filter; empty means every product in
    the channel's category tree. `position` counts what was published and withdrawn; it follows the order of commits.
    """

    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="views", verbose_name=_("channel"))
    locales = ArrayField(models.CharField(max_length=100), default=list, blank=True, verbose_name=_("locales"))
    currencies = ArrayField(models.CharField(max_length=100), default=list, blank=True, verbose_name=_("currencies"))
    selection: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(
        _("selection"), default=dict, blank=True, help_text=_("Empty: every product in the channel's category tree.")
    )
    requires_approval = models.BooleanField(_("approved products only"), default=True)
    completeness = models.PositiveSmallIntegerField(
        _("completeness in percent"), default=100, validators=[MinValueValidator(0), MaxValueValidator(100)]
    )
    locale_rule = models.CharField(_("live when"), max_length=3, choices=LocaleRule.choices, default=LocaleRule.ANY)
    uses_fallback = models.BooleanField(_("fills gaps from fallback locales"), default=True)
    territory = models.CharField(
        _("territory"),
        max_length=2,
        blank=True,
        help_text=_("ISO 3166 code of the country it serves; pictures whose rights exclude it are not shown."),
    )
    image_preset = models.CharField(_("picture preset"), max_length=100, default="preview")
    is_introspectable = models.BooleanField(_("GraphQL introspection"), default=True)
    page_limit = models.PositiveSmallIntegerField(
        _("largest page"), default=100, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    cache_age_s = models.PositiveIntegerField(_("cache age in seconds"), default=60)
    position = models.BigIntegerField(default=0, editable=False)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta(Coded.Meta):
        verbose_name = _("channel view")
        verbose_name_plural = _("channel views")
        ordering: ClassVar = ["code"]
        constraints: ClassVar = [unique_code("channelview")]

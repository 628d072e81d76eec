"""What a channel asks of pictures."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from pim.models import Attribute, Channel
from pim.models.coded import Coded, unique_code

_PERCENT = [MinValueValidator(0), MaxValueValidator(100)]


class PictureRule(Coded):
    """What a channel asks of the pictures in some attributes (none named: in all). An empty field asks nothing.

    Shares are percent. A picture that breaks a rule does not fill its attribute on that channel.
    """

    channel = models.ForeignKey(
        Channel, on_delete=models.CASCADE, related_name="picture_rules", verbose_name=_("channel")
    )
    attributes = models.ManyToManyField(Attribute, blank=True, related_name="+", verbose_name=_("attributes"))
    min_width_px = models.PositiveIntegerField(_("smallest width"), null=True, blank=True)
    min_height_px = models.PositiveIntegerField(_("smallest height"), null=True, blank=True)
    aspect = models.CharField(_("aspect"), max_length=11, blank=True, help_text=_("Such as 1:1 or 4:3."))
    aspect_tolerance = models.PositiveSmallIntegerField(_("tolerance"), default=2, validators=_PERCENT)
    min_white_share = models.PositiveSmallIntegerField(
        _("white background, least share"), null=True, blank=True, validators=_PERCENT
    )
    min_subject_fill = models.PositiveSmallIntegerField(
        _("subject, least share"), null=True, blank=True, validators=_PERCENT
    )
    colour_spaces = ArrayField(
        models.CharField(max_length=20), default=list, blank=True, verbose_name=_("colour spaces")
    )
    media_types = ArrayField(models.CharField(max_length=100), default=list, blank=True, verbose_name=_("formats"))
    max_bytes = models.PositiveBigIntegerField(_("largest file"), null=True, blank=True)

    class Meta(Coded.Meta):
        verbose_name = _("picture rule")
        verbose_name_plural = _("picture rules")
        ordering: ClassVar = ["code"]
        constraints: ClassVar = [unique_code("picturerule")]

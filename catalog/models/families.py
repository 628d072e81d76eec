"""What a product of a kind is made of: its attributes, what channels require, and how it varies."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from pim.models import Attribute, Channel
from pim.models.coded import Coded, unique_code


class Family(Coded):
    """A kind of product: the attributes it has, in order, and those that each channel requires."""

    attributes = models.ManyToManyField(
        Attribute, through="catalog.FamilyAttribute", related_name="families", verbose_name=_("attributes")
    )
    label_attribute = models.ForeignKey(
        Attribute, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("label attribute")
    )
    image_attribute = models.ForeignKey(
        Attribute, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("image attribute")
    )
    requirements_epoch = models.PositiveIntegerField(default=0, editable=False)

    class Meta(Coded.Meta):
        verbose_name = _("family")
        verbose_name_plural = _("families")
        ordering: ClassVar = ["code"]
        constraints: ClassVar = [unique_code("family")]


class FamilyAttribute(models.Model):
    """An attribute's place in a family."""

    family = models.ForeignKey(Family, on_delete=models.CASCADE, related_name="placements")
    attribute = models.ForeignKey(Attribute, on_delete=models.CASCADE, related_name="family_placements")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["family", "attribute"], name="family_attribute_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.family_id}:{self.attribute_id}"


class Requirement(models.Model):
    """An attribute that products of a family must fill before they are complete on a channel."""

    family = models.ForeignKey(Family, on_delete=models.CASCADE, related_name="requirements")
    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="+")
    attribute = models.ForeignKey(Attribute, on_delete=models.CASCADE, related_name="+")
    weight = models.PositiveSmallIntegerField(default=1)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["family", "channel", "attribute"], name="requirement_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.family_id}:{self.channel_id}:{self.attribute_id}"


class FamilyVariant(Coded):
    """A way in which a family varies, in one to three levels of axes."""

    family = models.ForeignKey(Family, on_delete=models.CASCADE, related_name="variants")

    class Meta(Coded.Meta):
        verbose_name = _("family variant")
        verbose_name_plural = _("family variants")
        ordering: ClassVar = ["code"]
        constraints: ClassVar = [unique_code("familyvariant")]


class VariantPlacement(models.Model):
    """The one level at which an attribute is edited; attributes without a placement belong to the root model (level 0)."""

    family_variant = models.ForeignKey(FamilyVariant, on_delete=models.CASCADE, related_name="placements")
    attribute = models.ForeignKey(Attribute, on_delete=models.CASCADE, related_name="+")
    level = models.PositiveSmallIntegerField()
    axis_position = models.PositiveSmallIntegerField(null=True, help_text=_("Set where the attribute is an axis."))
    is_overridable = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["level", "axis_position", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["family_variant", "attribute"], name="placement_unique"),
            models.CheckConstraint(condition=models.Q(level__gte=1, level__lte=3), name="placement_level_1_to_3"),
        ]

    def __str__(self) -> str:
        return f"{self.family_variant_id}:{self.attribute_id}@{self.level}"

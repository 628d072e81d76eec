"""Asset families: what is to be known of a kind of asset."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from pim.models import Attribute
from pim.models.coded import Coded, unique_code


class AssetFamily(Coded):
    """A kind of asset: the attributes it has, in order, and those that it must fill before it is complete.

    `requires_alt` makes the alternative text of a locale one of them.
    """

    attributes = models.ManyToManyField(
        Attribute, through="assets.AssetFamilyAttribute", related_name="asset_families", verbose_name=_("attributes")
    )
    requires_alt = models.BooleanField(_("needs an alternative text"), default=True)

    class Meta(Coded.Meta):
        verbose_name = _("asset family")
        verbose_name_plural = _("asset families")
        ordering: ClassVar = ["code"]
        constraints: ClassVar = [unique_code("assetfamily")]


class AssetFamilyAttribute(models.Model):
    """An attribute's place in an asset family."""

    family = models.ForeignKey(AssetFamily, on_delete=models.CASCADE, related_name="placements")
    attribute = models.ForeignKey(Attribute, on_delete=models.PROTECT, related_name="asset_family_placements")
    position = models.PositiveSmallIntegerField(default=0)
    is_required = models.BooleanField(_("required"), default=False)

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["family", "attribute"], name="assetfamily_attribute_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.family_id}:{self.attribute_id}"

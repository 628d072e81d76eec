"""How products relate: typed associations and static groups."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models.products import Product
from pim.models import MeasurementUnit
from pim.models.coded import Coded, unique_code


class AssociationType(Coded):
    """A meaning of a link; two-way links are one row read from both sides, quantified ones carry a number."""

    is_two_way = models.BooleanField(_("two-way"), default=False)
    is_quantified = models.BooleanField(_("quantified"), default=False)

    class Meta(Coded.Meta):
        verbose_name = _("association type")
        verbose_name_plural = _("association types")
        ordering: ClassVar = ["code"]
        constraints: ClassVar = [unique_code("associationtype")]


class Group(Coded):
    """A static set of products."""

    type = models.CharField(_("type"), max_length=100, blank=True)
    products = models.ManyToManyField(Product, through="catalog.GroupMembership", related_name="groups")

    class Meta(Coded.Meta):
        verbose_name = _("product group")
        verbose_name_plural = _("product groups")
        ordering: ClassVar = ["code"]
        constraints: ClassVar = [unique_code("group")]


class GroupMembership(models.Model):
    """A product in a group."""

    pk = models.CompositePrimaryKey("product_id", "group_id")
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="group_rows", db_index=False)
    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="memberships")

    def __str__(self) -> str:
        return f"{self.product_id} in {self.group_id}"


class Association(models.Model):
    """A link from a product to a product or a group."""

    type = models.ForeignKey(AssociationType, on_delete=models.CASCADE, related_name="associations")
    owner = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="associations")
    target = models.ForeignKey(Product, null=True, on_delete=models.CASCADE, related_name="associated_from")
    target_group = models.ForeignKey(Group, null=True, on_delete=models.CASCADE, related_name="associated_from")
    quantity = models.DecimalField(max_digits=18, decimal_places=6, null=True)
    unit = models.ForeignKey(MeasurementUnit, null=True, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["position", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["owner", "type", "target"], name="association_product_unique"),
            models.UniqueConstraint(fields=["owner", "type", "target_group"], name="association_group_unique"),
            models.CheckConstraint(
                condition=models.Q(target__isnull=True) ^ models.Q(target_group__isnull=True),
                name="association_one_target",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.owner_id} –{self.type_id}→ {self.target_id or self.target_group_id}"

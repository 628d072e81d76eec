"""Products, models and variants in one narrow table, with their own values per locale and their approved copy."""

import uuid
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.choices import ProductKind
from catalog.models.families import Family, FamilyVariant
from catalog.querysets.products import LooseKey, ProductQuerySet
from pim.models import Category

FlatValues = dict[str, Any]


class Product(models.Model):
    """A thing that is sold, a model that variants share values with, or one of those variants."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sku = models.CharField(_("SKU"), max_length=255)
    sku_key = models.CharField(max_length=255, editable=False)
    kind = models.CharField(_("kind"), max_length=8, choices=ProductKind.choices)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    root = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="descendants", editable=False
    )
    family = models.ForeignKey(
        Family,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="products",
        verbose_name=_("family"),
        db_index=False,
    )
    family_variant = models.ForeignKey(
        FamilyVariant, null=True, blank=True, on_delete=models.PROTECT, related_name="products"
    )
    level = models.PositiveSmallIntegerField(default=0, editable=False)
    axis_key = models.CharField(max_length=500, null=True, editable=False)  # noqa: DJ001 - null: no axes, outside the constraint
    enabled = models.BooleanField(_("enabled"), default=True)
    stage = models.CharField(_("stage"), max_length=50, default="draft")
    revision = models.PositiveIntegerField(default=0, editable=False)
    created = models.DateTimeField(db_default=models.functions.Now(), editable=False)
    updated = models.DateTimeField(db_default=models.functions.Now(), editable=False)
    deleted_at = models.DateTimeField(null=True, editable=False)

    objects = ProductQuerySet.as_manager()

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["sku_key"], name="product_sku_unique", condition=models.Q(deleted_at__isnull=True)
            ),
            models.UniqueConstraint(
                fields=["parent", "axis_key"], name="product_axis_unique", condition=models.Q(deleted_at__isnull=True)
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["updated", "id"], name="product_updated"),
            models.Index(fields=["family", "id"], name="product_family"),
            models.Index(LooseKey("sku_key"), name="product_loose_sku", condition=models.Q(deleted_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return self.sku


class ProductValues(models.Model):
    """A product's own values of one locale (ordinal 0: those that do not vary by locale), as `{flat key: stored}`."""

    pk = models.CompositePrimaryKey("product_id", "locale")
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="value_rows", db_index=False)
    locale = models.PositiveSmallIntegerField()
    values: models.JSONField[FlatValues, FlatValues] = models.JSONField()

    def __str__(self) -> str:
        return f"values of {self.product_id} in {self.locale}"


class ProductCategory(models.Model):
    """A product's own place in a category."""

    pk = models.CompositePrimaryKey("product_id", "category_id")
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="category_rows", db_index=False)
    category = models.ForeignKey(Category, on_delete=models.CASCADE, related_name="product_rows", db_index=False)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["category", "product"], name="productcategory_category")]

    def __str__(self) -> str:
        return f"{self.product_id} in {self.category_id}"


class Edition(models.Model):
    """The approved copy of a product, kept from the moment the working copy departs from it."""

    product = models.OneToOneField(Product, primary_key=True, on_delete=models.CASCADE, related_name="edition")
    revision = models.PositiveIntegerField()
    values: models.JSONField[FlatValues, FlatValues] = models.JSONField()
    categories: models.JSONField[list[str], list[str]] = models.JSONField(default=list)
    associations: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    at = models.DateTimeField(db_default=models.functions.Now())

    class Meta:
        verbose_name = _("approved copy")
        verbose_name_plural = _("approved copies")

    def __str__(self) -> str:
        return f"approved copy of {self.product_id} at r{self.revision}"

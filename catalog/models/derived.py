"""What the write path derives from resolved values, for filters, sorting, search and completeness.

The database does not check that a derived row's product exists: the write path holds the product's row locked while it
writes them, and one check per row would take a fifth of the server's time in an import.
"""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models

from catalog.models.products import Product
from pim.models import Attribute


class ProductFacet(models.Model):
    """Index tokens of a product's resolved values (see pim.values.tokens)."""

    product = models.OneToOneField(
        Product, primary_key=True, on_delete=models.CASCADE, related_name="facet", db_constraint=False
    )
    tokens = ArrayField(models.BigIntegerField(), default=list)

    class Meta:
        indexes: ClassVar = [GinIndex(fields=["tokens"], name="productfacet_tokens")]

    def __str__(self) -> str:
        return f"tokens of {self.product_id}"


class ProductNumber(models.Model):
    """A number of a product for ranges and numeric order; `akey` packs attribute, channel, locale and currency."""

    pk = models.CompositePrimaryKey("product_id", "akey")
    product = models.ForeignKey(
        Product, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    akey = models.BigIntegerField()
    number = models.FloatField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["akey", "number", "product"], name="productnumber_range")]

    def __str__(self) -> str:
        return f"{self.akey} = {self.number}"


class ProductSort(models.Model):
    """A text key for order, normalised in Python so that every database sorts alike."""

    pk = models.CompositePrimaryKey("product_id", "akey")
    product = models.ForeignKey(
        Product, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    akey = models.BigIntegerField()
    key = models.CharField(max_length=200, db_collation="C")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["akey", "key", "product"], name="productsort_order")]

    def __str__(self) -> str:
        return f"{self.akey} = {self.key}"


class ProductText(models.Model):
    """The searchable text of a product, lowercase and without accents."""

    product = models.OneToOneField(
        Product, primary_key=True, on_delete=models.CASCADE, related_name="text", db_constraint=False
    )
    search_text = models.TextField()

    class Meta:
        indexes: ClassVar = [GinIndex(OpClass("search_text", name="gin_trgm_ops"), name="producttext_trigrams")]

    def __str__(self) -> str:
        return self.search_text[:80]


class ProductUnique(models.Model):
    """A value that no other product may have."""

    attribute = models.ForeignKey(Attribute, on_delete=models.CASCADE, related_name="+", db_index=False)
    normalised = models.CharField(max_length=255, db_collation="C")
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="+", db_constraint=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["attribute", "normalised"], name="productunique_value"),
        ]

    def __str__(self) -> str:
        return self.normalised


class ProductCompleteness(models.Model):
    """Completeness in percent by slot (see CompletenessSlot); null or short: not yet computed."""

    product = models.OneToOneField(
        Product, primary_key=True, on_delete=models.CASCADE, related_name="completeness", db_constraint=False
    )
    pct = ArrayField(models.SmallIntegerField(null=True), default=list)
    epoch = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"completeness of {self.product_id}"


class CompletenessSlot(models.Model):
    """The place in `ProductCompleteness.pct` (from 0) of a channel and locale; given once, never reused."""

    slot = models.PositiveSmallIntegerField(primary_key=True)
    channel = models.PositiveSmallIntegerField()
    locale = models.PositiveSmallIntegerField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["channel", "locale"], name="slot_unique")]

    def __str__(self) -> str:
        return f"{self.slot}: {self.channel}/{self.locale}"


class ProductAsset(models.Model):
    """That a product's own values name an asset: the index of where-used."""

    product = models.ForeignKey(
        Product, on_delete=models.CASCADE, related_name="asset_rows", db_index=False, db_constraint=False
    )
    attribute = models.ForeignKey(Attribute, on_delete=models.CASCADE, related_name="+", db_index=False)
    asset_uuid = models.UUIDField(db_index=True)
    key = models.CharField(max_length=320)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["product", "key", "asset_uuid"], name="productasset_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.product_id} shows {self.asset_uuid}"

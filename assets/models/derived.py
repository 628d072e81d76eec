"""What the write path derives from an asset, for filters and search."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models

from assets.models.assets import Asset


class AssetFacet(models.Model):
    """Index tokens of an asset (see pim.values.tokens)."""

    asset = models.OneToOneField(Asset, primary_key=True, on_delete=models.CASCADE, related_name="facet")
    tokens = ArrayField(models.BigIntegerField(), default=list)

    class Meta:
        indexes: ClassVar = [GinIndex(fields=["tokens"], name="assetfacet_tokens")]

    def __str__(self) -> str:
        return f"tokens of {self.asset_id}"


class AssetText(models.Model):
    """The searchable text of an asset, lowercase and without accents."""

    asset = models.OneToOneField(Asset, primary_key=True, on_delete=models.CASCADE, related_name="text")
    search_text = models.TextField()

    class Meta:
        indexes: ClassVar = [GinIndex(OpClass("search_text", name="gin_trgm_ops"), name="assettext_trigrams")]

    def __str__(self) -> str:
        return self.search_text[:80]


class AssetNumber(models.Model):
    """A number of an asset for ranges and numeric order; `akey` packs attribute, channel, locale and currency."""

    pk = models.CompositePrimaryKey("asset_id", "akey")
    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="+", db_index=False)
    akey = models.BigIntegerField()
    number = models.FloatField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["akey", "number", "asset"], name="assetnumber_range")]

    def __str__(self) -> str:
        return f"{self.akey} = {self.number}"


class AssetSort(models.Model):
    """A text key for order, normalised in Python so that every database sorts alike."""

    pk = models.CompositePrimaryKey("asset_id", "akey")
    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="+", db_index=False)
    akey = models.BigIntegerField()
    key = models.CharField(max_length=200, db_collation="C")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["akey", "key", "asset"], name="assetsort_order")]

    def __str__(self) -> str:
        return f"{self.akey} = {self.key}"


class AssetCompleteness(models.Model):
    """How much of what its family asks an asset has, in percent: {locale code: 0–100}; empty without a family."""

    asset = models.OneToOneField(Asset, primary_key=True, on_delete=models.CASCADE, related_name="completeness")
    pct: models.JSONField[dict[str, int], dict[str, int]] = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"completeness of {self.asset_id}"

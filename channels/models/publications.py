"""What is published in a view, what it is found by, and what waits to be published again."""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.utils.translation import gettext_lazy as _

from channels.choices import Lane, LinkSide, PublicationState
from channels.models.views import ChannelView


class Publication(models.Model):
    """A product as a view shows it, or the reasons why it does not.

    `shared` is the JSON text of what all locales share; `by_locale` is `{locale: JSON text}` of the locales that are
    live: texts, because delivery passes them on as they are. The product may be gone: a tombstone outlives it.
    `position` is 0 for what consumers have never seen. `valid_until` is when the verdict may change by itself.
    `parent` and `root` are the keys of a variant's models.
    """

    view = models.ForeignKey(ChannelView, on_delete=models.CASCADE, related_name="publications", db_index=False)
    product = models.ForeignKey(
        "catalog.Product", on_delete=models.DO_NOTHING, db_constraint=False, related_name="publications"
    )
    parent = models.BigIntegerField(null=True)
    root = models.BigIntegerField(null=True)
    uuid = models.UUIDField(editable=False)
    sku = models.CharField(_("SKU"), max_length=255, db_collation="C")
    sku_key = models.CharField(max_length=255, db_collation="C")
    state = models.CharField(_("state"), max_length=9, choices=PublicationState.choices)
    reasons: models.JSONField[list[dict[str, Any]], list[dict[str, Any]]] = models.JSONField(default=list)
    shared = models.TextField(blank=True)
    by_locale: models.JSONField[dict[str, str], dict[str, str]] = models.JSONField(default=dict)
    digest = models.CharField(max_length=32, db_collation="C")
    position = models.BigIntegerField(default=0)
    valid_until = models.DateTimeField(null=True)
    published_at = models.DateTimeField(_("published"), null=True)

    class Meta:
        verbose_name = _("publication")
        verbose_name_plural = _("publications")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["view", "product"], name="publication_product_unique"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["view", "sku", "id"], name="publication_by_sku", condition=models.Q(state="live")),
            models.Index(fields=["view", "sku_key"], name="publication_by_sku_key", condition=models.Q(state="live")),
            models.Index(fields=["uuid", "view"], name="publication_by_uuid"),
            models.Index(fields=["view", "position"], name="publication_feed", condition=models.Q(position__gt=0)),
            models.Index(fields=["valid_until"], name="publication_due", condition=models.Q(valid_until__isnull=False)),
            models.Index(
                fields=["view", "root"], name="publication_root", condition=models.Q(state="live", root__isnull=False)
            ),
            models.Index(
                fields=["view", "parent"],
                name="publication_parent",
                condition=models.Q(state="live", parent__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sku} ({self.state})"


class PublicationFacet(models.Model):
    """Index tokens of a live publication, for the fields its view lets a reader filter by."""

    publication = models.OneToOneField(Publication, primary_key=True, on_delete=models.CASCADE, related_name="facet")
    tokens = ArrayField(models.BigIntegerField(), default=list)

    class Meta:
        indexes: ClassVar = [GinIndex(fields=["tokens"], name="publicationfacet_tokens")]

    def __str__(self) -> str:
        return f"tokens of {self.publication_id}"


class PublicationNumber(models.Model):
    """A number of a live publication, for ranges and numeric order."""

    pk = models.CompositePrimaryKey("publication_id", "akey")
    publication = models.ForeignKey(Publication, on_delete=models.CASCADE, related_name="+", db_index=False)
    akey = models.BigIntegerField()
    number = models.FloatField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["akey", "number", "publication"], name="publicationnumber_range")]

    def __str__(self) -> str:
        return f"{self.akey} = {self.number}"


class PublicationSort(models.Model):
    """A text key for order of a live publication, normalised in Python so that every database sorts alike."""

    pk = models.CompositePrimaryKey("publication_id", "akey")
    publication = models.ForeignKey(Publication, on_delete=models.CASCADE, related_name="+", db_index=False)
    akey = models.BigIntegerField()
    key = models.CharField(max_length=200, db_collation="C")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["akey", "key", "publication"], name="publicationsort_order")]

    def __str__(self) -> str:
        return f"{self.akey} = {self.key}"


class PublicationText(models.Model):
    """The searchable text of a live publication, lowercase and without accents."""

    publication = models.OneToOneField(Publication, primary_key=True, on_delete=models.CASCADE, related_name="text")
    search_text = models.TextField()

    class Meta:
        indexes: ClassVar = [GinIndex(OpClass("search_text", name="gin_trgm_ops"), name="publicationtext_trigrams")]

    def __str__(self) -> str:
        return self.search_text[:80]


class PublicationLink(models.Model):
    """That a live publication names another product or a group; whether that one is live is asked when it is read.

    `type` is the key of an association type and `target` that of a product. `code` and `uuid` name what is no
    publication itself: a model, or a group. Where a model owns the association, `owner_sku` and `owner_uuid` name it.
    """

    pk = models.CompositePrimaryKey("publication_id", "number")
    publication = models.ForeignKey(Publication, on_delete=models.CASCADE, related_name="links", db_index=False)
    number = models.PositiveIntegerField()
    view = models.ForeignKey(ChannelView, on_delete=models.CASCADE, related_name="+", db_index=False)
    type = models.BigIntegerField()
    side = models.CharField(max_length=14, choices=LinkSide.choices)
    target = models.BigIntegerField(null=True)
    code = models.CharField(max_length=255, db_collation="C")
    uuid = models.UUIDField(null=True)
    quantity = models.CharField(max_length=20, blank=True)
    owner_sku = models.CharField(max_length=255, blank=True, db_collation="C")
    owner_uuid = models.UUIDField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["view", "target"], name="publicationlink_target")]

    def __str__(self) -> str:
        return f"{self.publication_id} → {self.code}"


class Dirty(models.Model):
    """That a product must be looked at again for a view; removed by the transaction that has done so."""

    view = models.ForeignKey(ChannelView, on_delete=models.CASCADE, related_name="+", db_index=False)
    product = models.BigIntegerField()
    lane = models.PositiveSmallIntegerField(choices=Lane.choices, default=Lane.INTERACTIVE)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["view", "product"], name="dirty_unique")]
        indexes: ClassVar = [models.Index(fields=["lane", "id"], name="dirty_queue")]

    def __str__(self) -> str:
        return f"{self.product} in {self.view_id}"

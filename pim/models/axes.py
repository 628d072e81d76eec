"""The axes along which values vary: locales, currencies and channels, and the ordinals that index tokens use for them."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from pim.choices import OrdinalKind
from pim.models.coded import Coded, unique_code


class Ordinal(models.Model):
    """The small number that stands for a channel, locale or currency in index tokens: given once, never reused."""

    kind = models.CharField(max_length=10, choices=OrdinalKind.choices)
    code = models.CharField(max_length=100)
    ordinal = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "code"], name="ordinal_code_unique"),
            models.UniqueConstraint(fields=["kind", "ordinal"], name="ordinal_number_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.code} = {self.ordinal}"


class Locale(Coded):
    """A language and region in which values are written, such as `de_DE`."""

    ordinal = models.PositiveSmallIntegerField(unique=True, editable=False)
    fallback = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("falls back to")
    )

    class Meta(Coded.Meta):
        verbose_name = _("locale")
        verbose_name_plural = _("locales")
        ordering: ClassVar = ["code"]
        constraints: ClassVar = [unique_code("locale")]

    def __str__(self) -> str:
        return self.code


class Currency(Coded):
    """A currency in which prices are kept, by its ISO 4217 code."""

    ordinal = models.PositiveIntegerField(unique=True, editable=False)

    class Meta(Coded.Meta):
        verbose_name = _("currency")
        verbose_name_plural = _("currencies")
        ordering: ClassVar = ["code"]
        constraints: ClassVar = [unique_code("currency")]

    def __str__(self) -> str:
        return self.code


class Channel(Coded):
    """An audience along which values vary, with the locales, currencies and category tree it speaks."""

    ordinal = models.PositiveSmallIntegerField(unique=True, editable=False)
    locales = models.ManyToManyField(Locale, related_name="channels", verbose_name=_("locales"))
    currencies = models.ManyToManyField(Currency, related_name="channels", verbose_name=_("currencies"))
    category_tree = models.ForeignKey(
        "pim.Category",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("category tree"),
    )

    class Meta(Coded.Meta):
        verbose_name = _("channel")
        verbose_name_plural = _("channels")
        ordering: ClassVar = ["code"]
        constraints: ClassVar = [unique_code("channel")]

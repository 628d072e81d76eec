"""What products and assets are described by: attributes, their groups and their options."""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from pim.models.coded import Coded, unique_code


class AttributeGroup(Coded):
    """A set of attributes that people edit together; a tab of the product form."""

    position = models.PositiveIntegerField(_("position"), default=0)

    class Meta(Coded.Meta):
        verbose_name = _("attribute group")
        verbose_name_plural = _("attribute groups")
        ordering: ClassVar = ["position", "code"]
        constraints: ClassVar = [unique_code("attributegroup")]


class Attribute(Coded):
    """One property that a product or asset may have; ids start at 1024, the smaller ones are system fields of tokens."""

    type = models.CharField(_("type"), max_length=30)
    group = models.ForeignKey(AttributeGroup, on_delete=models.PROTECT, related_name="attributes")
    localizable = models.BooleanField(_("varies by locale"), default=False)
    scopable = models.BooleanField(_("varies by channel"), default=False)
    unique = models.BooleanField(_("unique"), default=False)
    read_only = models.BooleanField(_("read only"), default=False)
    facet = models.BooleanField(_("filter"), default=False)
    sortable = models.BooleanField(_("sortable"), default=False)
    searchable = models.BooleanField(_("searchable"), default=False)
    no_review = models.BooleanField(
        _("no review"), default=False, help_text=_("Changes go out at once, without approval.")
    )
    fallback = models.BooleanField(_("uses the locale's fallback"), default=True)
    available_locales = ArrayField(models.CharField(max_length=100), default=list, blank=True)
    config: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict, blank=True)
    default: models.JSONField[Any, Any] = models.JSONField(null=True, blank=True)
    guidelines: models.JSONField[dict[str, str], dict[str, str]] = models.JSONField(default=dict, blank=True)
    position = models.PositiveIntegerField(_("position"), default=0)

    class Meta(Coded.Meta):
        verbose_name = _("attribute")
        verbose_name_plural = _("attributes")
        ordering: ClassVar = ["group__position", "position", "code"]
        constraints: ClassVar = [
            unique_code("attribute"),
            models.CheckConstraint(condition=models.Q(id__gte=1024), name="attribute_id_above_system_fields"),
        ]


class Option(Coded):
    """A choice of a select or multiselect attribute."""

    attribute = models.ForeignKey(Attribute, on_delete=models.CASCADE, related_name="options")
    position = models.PositiveIntegerField(_("position"), default=0)

    class Meta(Coded.Meta):
        verbose_name = _("option")
        verbose_name_plural = _("options")
        ordering: ClassVar = ["position", "code"]
        constraints: ClassVar = [models.UniqueConstraint("attribute", Lower("code"), name="option_code_unique")]

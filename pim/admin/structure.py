"""The pages of the kernel's structure, except the category trees."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from pim.admin.base import StructureAdmin
from pim.extensions import State
from pim.forms.attributes import FLAGS, OPTION_TYPES, AttributeForm, AttributeGroupForm, OptionForm
from pim.forms.axes import ChannelForm, CurrencyForm, LocaleForm, MeasurementFamilyForm
from pim.forms.structure import StructureForm
from pim.models import Attribute, AttributeGroup, Channel, Currency, Locale, MeasurementFamily, Option
from pim.services.snapshot import get_structure
from pim.values.types import attribute_types


@admin.register(AttributeGroup)
class AttributeGroupAdmin(StructureAdmin[AttributeGroup]):
    """Tabs of the product form."""

    kind = "attribute_group"
    form_class = AttributeGroupForm
    list_display = ("label", "code", "position", "attributes_count")

    def get_queryset(self, request: HttpRequest) -> QuerySet[AttributeGroup]:
        return super().get_queryset(request).annotate(n_attributes=Count("attributes"))

    @admin.display(description=_("Attributes"))
    def attributes_count(self, obj: Any) -> int:
        """How many attributes are in the group."""
        return int(obj.n_attributes)


class TypeFilter(admin.SimpleListFilter):
    """By attribute type."""

    title = _("type")
    parameter_name = "type"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(code, kind.label) for code, kind in attribute_types.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(type=self.value()) if self.value() else queryset


class GroupFilter(admin.SimpleListFilter):
    """By attribute group."""

    title = _("group")
    parameter_name = "group"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(group.code, group.label) for group in AttributeGroup.objects.all()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(group__code=self.value()) if self.value() else queryset


@admin.register(Attribute)
class AttributeAdmin(StructureAdmin[Attribute]):
    """Attributes; the settings offered depend on the type, which a new one is asked for first."""

    kind = "attribute"
    form_class = AttributeForm
    form_template = "pim/attribute_form.html"
    list_display = ("label", "code", "type_label", "group", "flags")
    list_filter = (TypeFilter, GroupFilter, "localizable", "scopable", "facet", "unique", "no_review")

    @admin.display(description=_("Type"), ordering="type")
    def type_label(self, obj: Attribute) -> str:
        """The type's name."""
        found = attribute_types.find(obj.type)
        return str(found.label) if found else obj.type

    @admin.display(description=_("Properties"))
    def flags(self, obj: Attribute) -> str:
        """The flags that are set, in words."""
        return ", ".join(
            str(label).lower() for name, label, _help in FLAGS if name != "fallback" and getattr(obj, name)
        )

    def form_context(self, request: HttpRequest, form: StructureForm, obj: Attribute | None) -> dict[str, Any]:
        types = [(code, kind.label) for code, kind in attribute_types.items()]
        if obj is None or obj.type not in OPTION_TYPES:
            return {"types": types}
        options = get_structure().options(obj.code)
        return {
            "types": types,
            "options": [(option.code, dict(option.labels)) for option in options[:200]],
            "options_count": len(options),
            "options_url": f"{reverse('admin:pim_option_changelist')}?attribute={obj.code}",
            "add_option_url": f"{reverse('admin:pim_option_add')}?attribute={obj.code}",
        }


class OptionAttributeFilter(admin.SimpleListFilter):
    """By attribute."""

    title = _("attribute")
    parameter_name = "attribute"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        found = Attribute.objects.filter(type__in=OPTION_TYPES).order_by("code")
        return [(attribute.code, attribute.label) for attribute in found]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(attribute__code=self.value()) if self.value() else queryset


@admin.register(Option)
class OptionAdmin(StructureAdmin[Option]):
    """Options of select attributes."""

    kind = "option"
    form_class = OptionForm
    list_display = ("label", "code", "attribute", "position")
    list_filter = (OptionAttributeFilter,)

    def new_key(self, state: State) -> str:
        """`attribute.code`."""
        return f"{state['attribute']}.{state['code']}"


@admin.register(Locale)
class LocaleAdmin(StructureAdmin[Locale]):
    """Locales and their fallbacks."""

    kind = "locale"
    form_class = LocaleForm
    list_display = ("code", "label", "fallback", "spoken_by")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Locale]:
        return super().get_queryset(request).prefetch_related("channels")

    @admin.display(description=_("Spoken by"))
    def spoken_by(self, obj: Locale) -> str:
        """The channels that use it; a locale is active through them."""
        return ", ".join(channel.code for channel in obj.channels.all())


@admin.register(Currency)
class CurrencyAdmin(StructureAdmin[Currency]):
    """Currencies."""

    kind = "currency"
    form_class = CurrencyForm
    list_display = ("code", "label")


@admin.register(Channel)
class ChannelAdmin(StructureAdmin[Channel]):
    """Channels and what they speak."""

    kind = "channel"
    form_class = ChannelForm
    list_display = ("label", "code", "locale_codes", "currency_codes", "category_tree")

    @admin.display(description=_("Locales"))
    def locale_codes(self, obj: Channel) -> str:
        """Its locales."""
        return ", ".join(sorted(locale.code for locale in obj.locales.all()))

    @admin.display(description=_("Currencies"))
    def currency_codes(self, obj: Channel) -> str:
        """Its currencies."""
        return ", ".join(sorted(currency.code for currency in obj.currencies.all()))


@admin.register(MeasurementFamily)
class MeasurementFamilyAdmin(StructureAdmin[MeasurementFamily]):
    """Measurement families and their units."""

    kind = "measurement_family"
    form_class = MeasurementFamilyForm
    list_display = ("label", "code", "standard_unit", "unit_codes")

    @admin.display(description=_("Units"))
    def unit_codes(self, obj: MeasurementFamily) -> str:
        """Its units by symbol."""
        return ", ".join(unit.symbol or unit.code for unit in obj.units.all())

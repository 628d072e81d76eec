"""Forms that make products and give them another family."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.families import CatalogStructure, FamilyVariantSpec
from catalog.services.writing.engine import Engine
from pim.forms.fields import CodeField
from pim.forms.structure import label_choices
from pim.values.labels import label_of
from pim.values.types import attribute_types

AXIS = "axis-"


class NewProductForm(forms.Form):
    """A simple product."""

    sku = forms.CharField(label=_("SKU"), max_length=255)
    family = CodeField(label=_("Family"))

    def __init__(self, data: Any = None, *, catalog: CatalogStructure, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        self.fields["family"].choices = [("", _("none")), *label_choices(catalog.families)]  # type: ignore[attr-defined]


class NewModelForm(forms.Form):
    """A product model."""

    sku = forms.CharField(label=_("Code"), max_length=255, help_text=_("Models and products share one set of codes."))
    family_variant = CodeField(label=_("Family variant"), required=True)

    def __init__(self, data: Any = None, *, catalog: CatalogStructure, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        self.fields["family_variant"].choices = sorted(  # type: ignore[attr-defined]
            (
                (
                    variant.code,
                    (
                        f"{label_of(catalog.families[variant.family].labels, variant.family)}"
                        f" · {label_of(variant.labels, variant.code)}"
                    ),
                )
                for variant in catalog.variants.values()
            ),
            key=lambda pair: pair[1],
        )


class NewVariantForm(forms.Form):
    """Something below a model: its SKU, and the axes that tell it apart."""

    sku = forms.CharField(label=_("SKU"), max_length=255)

    def __init__(
        self, data: Any = None, *, engine: Engine, variant: FamilyVariantSpec, level: int, locale: str | None
    ) -> None:
        super().__init__(data)
        attributes = engine.catalog.base.attributes
        self.axes = variant.axes[level - 1]
        for code in self.axes:
            spec = attributes[code]
            field = attribute_types.get(spec.type).form_field(spec, engine.refs, locale)
            field.label, field.required = label_of(spec.labels, code), True
            self.fields[AXIS + code] = field

    def axis_values(self) -> dict[str, Any]:
        """Stored values of the axes."""
        return {code: self.cleaned_data[AXIS + code] for code in self.axes}


class FamilyForm(forms.Form):
    """Another family."""

    family = CodeField(label=_("Family"))

    def __init__(self, data: Any = None, *, catalog: CatalogStructure, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        self.fields["family"].choices = [("", _("none")), *label_choices(catalog.families)]  # type: ignore[attr-defined]

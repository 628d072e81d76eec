"""New products, models and what stands below a model."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from catalog.choices import ProductKind
from catalog.families import CatalogStructure, FamilyVariantSpec
from catalog.forms.products import AXIS, NewModelForm, NewProductForm, NewVariantForm
from catalog.models import Product
from catalog.services.changes import ProductChange
from catalog.services.products import write_products
from catalog.services.snapshot import get_catalog_structure
from catalog.services.writing.engine import get_engine
from pim.choices import Origin
from pim.errors import Problem
from pim.values.types import attribute_types

Form = NewProductForm | NewModelForm | NewVariantForm


def run_create(request: HttpRequest, page_context: Any) -> HttpResponse:
    """The page that asks for what a new product cannot do without, then leads to its form."""
    catalog = get_catalog_structure()
    parent = _parent(request)
    variant = catalog.variants_by_id.get(parent.family_variant_id or 0) if parent else None
    if parent is not None and variant is None:
        raise Http404
    kind = request.GET.get("kind", ProductKind.SIMPLE)
    form = _form(request, catalog, parent, variant, kind)
    if request.method == "POST" and form.is_valid():
        change = _change(form, parent, variant, catalog)
        outcome = write_products([change], actor=request.user, origin=Origin.ADMIN)  # type: ignore[arg-type]
        if not outcome.refused:
            messages.success(request, _("%s is created.") % outcome.results[0].key)
            return HttpResponseRedirect(reverse("admin:catalog_product_change", args=(outcome.results[0].uuid,)))
        for problem in outcome.refused[0].problems:
            form.add_error(_field_of(form, problem), str(problem.message))
    title = _("New below %s") % parent.sku if parent else _("New product")
    context = page_context(
        request, title, form=form, kind=kind, parent=parent, list_url=reverse("admin:catalog_product_changelist")
    )
    return TemplateResponse(request, "catalog/product_add.html", context)


def _parent(request: HttpRequest) -> Product | None:
    uuid = request.GET.get("parent")
    if not uuid:
        return None
    try:
        found = Product.objects.present().filter(uuid=uuid, kind=ProductKind.MODEL).first()
    except ValidationError:
        found = None
    if found is None:
        raise Http404
    return found


def _form(
    request: HttpRequest,
    catalog: CatalogStructure,
    parent: Product | None,
    variant: FamilyVariantSpec | None,
    kind: str,
) -> Form:
    data = request.POST if request.method == "POST" else None
    if parent is not None and variant is not None:
        if parent.level >= variant.levels:
            raise PermissionDenied
        locale = next(iter(sorted(catalog.base.locales)), None)
        return NewVariantForm(data, engine=get_engine(catalog), variant=variant, level=parent.level + 1, locale=locale)
    if kind == ProductKind.MODEL:
        return NewModelForm(data, catalog=catalog)
    return NewProductForm(data, catalog=catalog, initial={"family": request.GET.get("family")})


def _change(
    form: Form, parent: Product | None, variant: FamilyVariantSpec | None, catalog: CatalogStructure
) -> ProductChange:
    change = ProductChange(form.cleaned_data["sku"], must_be_new=True)
    if isinstance(form, NewVariantForm) and parent is not None and variant is not None:
        change.parent = parent.sku
        change.kind = ProductKind.VARIANT if parent.level + 1 == variant.levels else ProductKind.MODEL
        attributes = catalog.base.attributes
        change.values = {
            code: attribute_types.get(attributes[code].type).to_api(value) for code, value in form.axis_values().items()
        }
    elif isinstance(form, NewModelForm):
        code = form.cleaned_data["family_variant"]
        change.kind, change.family_variant = ProductKind.MODEL, code
        change.family = catalog.variants[code].family
    else:
        change.family = form.cleaned_data["family"]
    return change


def _field_of(form: Form, problem: Problem) -> str | None:
    parts = problem.pointer.strip("/").split("/")
    name = AXIS + parts[1].split(":")[0] if len(parts) > 1 and parts[0] == "values" else parts[0]
    return name if name in form.fields else "sku" if parts[0] == "sku" else None

"""Products in the admin: the grid with its dialogs, and the pages of one product."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from unfold.views import ChangeList

from catalog.admin.editing.choosing import choose_assets, suggest
from catalog.admin.editing.creating import run_create
from catalog.admin.editing.views import ProductPages
from catalog.admin.grid.bulk import run_bulk
from catalog.admin.grid.changelist import ProductChangeList
from catalog.admin.grid.chips import FIELD_LABELS, attribute_label
from catalog.admin.grid.filters import add_filter, list_fields, make_form
from catalog.admin.grid.rows import make_columns, make_rows
from catalog.admin.grid.state import DEFAULT_COLUMNS, PREFERENCE, SYSTEM_COLUMNS, list_channels, read_grid
from catalog.extensions import get_stage_desk
from catalog.models import Product
from catalog.services.snapshot import get_catalog_structure
from pim.admin.keysets import read_number
from pim.errors import Refused
from pim.services.preferences import save_preference

VARIANTS = 500
"""Rows shown below a model of the grid."""


@admin.register(Product)
class ProductAdmin(ProductPages):
    """The grid and the form."""

    change_list_template = "catalog/product_grid.html"
    search_fields = ("sku",)

    def get_queryset(self, request: HttpRequest) -> Any:
        return Product.objects.present()

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """For unfold's command palette: by the beginning of the SKU."""
        from catalog.skus import sku_key

        return queryset.filter(sku_key__startswith=sku_key(search_term))[:20], False

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return ProductChangeList

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("filter/", view(self.filter_view), name="catalog_product_filter"),
            path("columns/", view(self.columns_view), name="catalog_product_columns"),
            path("bulk/", view(require_POST(self.bulk_view)), name="catalog_product_bulk"),
            path("<uuid:object_id>/variants/", view(self.variants_view), name="catalog_product_variants"),
            path("suggest/", view(self.suggest_view), name="catalog_product_suggest"),
            path("assets/", view(self.assets_view), name="catalog_product_assets"),
            *self.page_urls(),
            *super().get_urls(),
        ]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """A new product, model or variant."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        return run_create(request, self.page_context)

    def suggest_view(self, request: HttpRequest) -> HttpResponse:
        """What pickers ask."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return suggest(request)

    def assets_view(self, request: HttpRequest) -> HttpResponse:
        """The asset picker."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return choose_assets(request)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The grid."""
        desk = get_stage_desk()
        may_change = self.has_change_permission(request)
        context = {
            "title": _("Products"),
            "channels": list_channels(get_catalog_structure()) if request.method == "GET" else [],
            "may_change": may_change,
            "may_delete": self.has_delete_permission(request),
            "may_add": self.has_add_permission(request),
            "may_move": may_change and desk is not None,
            "quick_fields": [
                (name, FIELD_LABELS[name]) for name in ("family", "stage", "category", "missing", "complete")
            ],
        }
        return super().changelist_view(request, {**context, **(extra_context or {})})

    def filter_view(self, request: HttpRequest) -> HttpResponse:
        """The dialog that adds a filter, in its three steps: which field, how, done."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        state = read_grid(request, _without_dialog(request))
        name, problem = request.GET.get("field", ""), ""
        if name and "op" in request.GET:
            try:
                return HttpResponseRedirect(self.address("changelist") + add_filter(state, request.GET))
            except Refused as refusal:
                problem = str(refusal.message)
        context: dict[str, Any] = {"state": state, "carried": list(_carried(state.params)), "problem": problem}
        if name:
            form = make_form(name, state)
            if form is None:
                raise Http404
            context |= {"form": form, "values": request.GET.getlist("value")}
        else:
            context["groups"] = list_fields(state)
        if problem:
            page = self.page_context(request, _("Filter"), **context)
            return TemplateResponse(request, "catalog/filter_page.html", page)
        return TemplateResponse(request, "catalog/_filter.html", context)

    def columns_view(self, request: HttpRequest) -> HttpResponse:
        """The dialog that chooses columns; they are remembered for the person."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        user: Any = request.user
        if request.method == "POST":
            chosen = dict(user.preferences.get(PREFERENCE) or {})
            chosen["columns"] = request.POST.getlist("column") or list(DEFAULT_COLUMNS)
            save_preference(user, PREFERENCE, chosen)
            query = request.POST.get("query", "")
            return HttpResponseRedirect(f"{self.address('changelist')}?{query.lstrip('?')}")
        state = read_grid(request)
        attributes = state.catalog.base.attributes
        offered = [*SYSTEM_COLUMNS, *attributes]
        labels = {
            name: attribute_label(attributes[name]) if name in attributes else str(FIELD_LABELS[name])
            for name in offered
        }
        ordered = [*state.columns, *(name for name in offered if name not in state.columns)]
        columns = [(name, labels[name], name in state.columns) for name in ordered]
        return TemplateResponse(
            request, "catalog/_columns.html", {"columns": columns, "query": request.GET.urlencode()}
        )

    def bulk_view(self, request: HttpRequest) -> HttpResponse:
        """Something for many products."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return run_bulk(request, self.page_context)

    def variants_view(self, request: HttpRequest, object_id: Any) -> HttpResponse:
        """What is directly below a model, as rows of the grid."""
        model = self.require(request, str(object_id))
        state = read_grid(request)
        ids = list(
            Product.objects.present().filter(parent=model).order_by("axis_key", "sku_key").values_list("pk", flat=True)
        )[:VARIANTS]
        context = {
            "rows": make_rows(ids, state),
            "columns": make_columns(state),
            "depth": (read_number(request.GET.get("depth")) or 0) + 1,
            "state": state,
            "may_change": self.has_change_permission(request),
        }
        return TemplateResponse(request, "catalog/_grid_rows.html", context)


def _without_dialog(request: HttpRequest) -> Any:
    params = request.GET.copy()
    for name in ("field", "op", "value", "unit"):
        params.pop(name, None)
    return params


def _carried(params: Any) -> Any:
    for name in params:
        if name != "cursor":
            yield from ((name, value) for value in params.getlist(name))

"""Channel views: their settings, what they hold, and a live preview of any product."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from catalog.models import Product
from catalog.skus import sku_key
from channels.forms.views import ChannelViewForm
from channels.models import ChannelView, Dirty, Publication
from channels.services.explaining import explain_product
from channels.services.previewing import preview_document
from pim.admin.base import StructureAdmin
from pim.forms.structure import StructureForm


@admin.register(ChannelView)
class ChannelViewAdmin(StructureAdmin[ChannelView]):
    """One consumer's window each."""

    kind = "channel_view"
    form_class = ChannelViewForm
    form_template = "channels/view_form.html"
    list_display = ("label", "code", "channel", "position", "is_active")

    def get_urls(self) -> list[URLPattern]:
        """With the preview."""
        page = path(
            "<path:object_id>/preview/",
            self.admin_site.admin_view(self.preview_view),
            name="channels_channelview_preview",
        )
        return [page, *super().get_urls()]

    def form_context(self, request: HttpRequest, form: StructureForm, obj: ChannelView | None) -> dict[str, Any]:
        """How many products are in which state, and how many wait."""
        if obj is None:
            return {}
        counts = Publication.objects.filter(view=obj).values_list("state").annotate(n=Count("id"))
        return {
            "states": dict(counts),
            "waiting": Dirty.objects.filter(view=obj).count(),
            "preview_url": self.address("preview", obj.uuid),
            "addresses": [f"/hub/{obj.code}/{page}" for page in ("products", "changes", "graphql", "schema.json")],
        }

    def preview_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The document of one product as it would come out now, or why it would not."""
        view = self.require(request, object_id)
        sku = request.GET.get("sku", "").strip()
        product = Product.objects.with_skus([sku_key(sku)]).first() if sku else None
        context = self.page_context(
            request,
            _("Preview of %s") % view,
            original=view,
            sku=sku,
            is_unknown=bool(sku) and product is None,
            back_url=self.address("change", view.uuid),
        )
        if product is not None:
            context["answer"] = explain_product(view.code, product)
            context["document"] = preview_document(view.code, product)
        return TemplateResponse(request, "channels/view_preview.html", context)

"""The views of one product: its form, its moves, its history, its family."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from assets.services.references import asset_refs
from catalog.admin.editing.page import ProductPage, list_owner_urls
from catalog.admin.editing.panels import describe_family, describe_panels, describe_variants, write_journal_value
from catalog.admin.editing.restoring import restore_product
from catalog.admin.editing.saving import Saved, save_product
from catalog.admin.grid.state import PREFERENCE, choose_scope
from catalog.extensions import ShownStage, get_stage_desk
from catalog.forms.products import FamilyForm
from catalog.forms.values import PREFIX, ValuesForm
from catalog.models import Product
from catalog.services.changes import ProductChange
from catalog.services.deletion import delete_products
from catalog.services.locks import find_lock
from catalog.services.products import write_products
from catalog.services.showing import ShownProduct, make_reader, show_products
from catalog.services.showing_links import Links, read_links
from catalog.services.snapshot import get_catalog_structure
from catalog.services.writing.engine import get_engine, using_assets
from pim.admin.base import UuidAdmin
from pim.admin.histories import describe_entries
from pim.admin.keysets import read_number
from pim.choices import Origin
from pim.errors import DomainError
from pim.journal import history_of
from pim.services.preferences import save_preference

HISTORY = 100


class ProductPages(UuidAdmin[Product]):
    """Everything that has one product's uuid in its address."""

    def page_urls(self) -> list[URLPattern]:
        """The addresses, for `get_urls`."""
        view, post = self.admin_site.admin_view, require_POST
        return [
            path("<uuid:object_id>/move/", view(post(self.move_view)), name="catalog_product_move"),
            path("<uuid:object_id>/restore/", view(post(self.restore_view)), name="catalog_product_restore"),
            path("<uuid:object_id>/family/", view(self.family_view), name="catalog_product_family"),
        ]

    def _changeform_view(
        self, request: HttpRequest, object_id: str | None, form_url: str, extra_context: dict[str, Any] | None
    ) -> HttpResponse:
        row = self.require(request, unquote(object_id or ""))
        may_change = self.has_change_permission(request, row)
        if request.method == "POST" and not may_change:
            raise PermissionDenied
        page, links = self._load(request, row, is_brief=request.method == "POST")
        form = self._form(page, request.POST if request.method == "POST" else None)
        saved = Saved()
        if request.method == "POST":
            with using_assets(asset_refs(_posted_uuids(page, request))):
                is_valid = form.is_valid()
            if is_valid:
                saved = save_product(page.product, links, form, request.POST, actor=request.user)  # type: ignore[arg-type]
                if saved.is_done:
                    return self._after_save(request, page.product, saved)
                form = self._form_after(page, form, saved, request)
            page, links = self._load(request, row)
        context = self._page_context(request, row, page, links, form, saved, may_change=may_change)
        return TemplateResponse(request, "catalog/product_form.html", {**context, **(extra_context or {})})

    def _load(self, request: HttpRequest, row: Product, *, is_brief: bool = False) -> tuple[ProductPage, Links]:
        """The product as its page shows it; brief: as far as writing needs it."""
        catalog = get_catalog_structure()
        user: Any = request.user
        chosen = dict(user.preferences.get(PREFERENCE) or {})
        channel, locale = choose_scope(catalog, request.GET, chosen)
        if {**chosen, "channel": channel, "locale": locale} != chosen:
            save_preference(user, PREFERENCE, {**chosen, "channel": channel, "locale": locale})
        reader = make_reader(channel, locale, catalog=catalog)
        slots = [(channel, code) for code in catalog.base.channels[channel].locales] if channel else []
        product = show_products([row.pk], reader=reader, slots=slots, with_thumbnails=not is_brief, catalog=catalog)[0]
        page = ProductPage(product, get_engine(catalog), channel, locale, list_owner_urls(product))
        return page, read_links(product, reader=reader, is_brief=is_brief)

    def _form(self, page: ProductPage, data: Any) -> ValuesForm:
        return ValuesForm(
            data,
            engine=page.engine,
            specs=page.editable,
            own=page.own,
            channel=page.channel,
            locale=page.locale,
            revision=page.product.revision,
        )

    def _form_after(self, page: ProductPage, form: ValuesForm, saved: Saved, request: HttpRequest) -> ValuesForm:
        """A refused form again: after a conflict with the present values of all that the person had not touched."""
        if saved.theirs and not saved.problems:
            merged = self._form(page, None)
            merged.initial.update({PREFIX + key: value for key, value in saved.wanted.items()})
            return merged
        for problem in saved.problems:
            form.add_error(form.field_of(problem.pointer), str(problem.message))
        return form

    def _after_save(self, request: HttpRequest, product: ShownProduct, saved: Saved) -> HttpResponse:
        if saved.outcome and saved.outcome.written:
            messages.success(request, _("%s is saved.") % product.sku)
            stage = Product.objects.filter(pk=product.id).values_list("stage", flat=True).first()
            if stage != product.stage:
                messages.info(
                    request, _("It was approved: consumers see the approved copy until it is approved again.")
                )
        else:
            messages.info(request, _("%s is unchanged.") % product.sku)
        if "_close" in request.POST:
            return HttpResponseRedirect(self.address("changelist"))
        tab = request.POST.get("tab", "")
        return HttpResponseRedirect(f"{request.get_full_path()}#{tab}" if tab else request.get_full_path())

    def _page_context(
        self,
        request: HttpRequest,
        row: Product,
        page: ProductPage,
        links: Links,
        form: ValuesForm,
        saved: Saved,
        *,
        may_change: bool,
    ) -> dict[str, Any]:
        approved = links.edition.values if links.edition else None
        tabs = page.tabs(form, approved=approved, theirs=saved.theirs)
        lock = find_lock(page.product, actor=request.user) if may_change else None  # type: ignore[arg-type]
        return self.page_context(
            request,
            page.product.label,
            original=row,
            object_id=page.product.uuid,
            product=page.product,
            page=page,
            form=form,
            tabs=tabs,
            missing=page.missing_links(tabs),
            other_rows=page.other_rows(),
            links=links,
            is_conflict=bool(saved.theirs),
            may_change=may_change,
            may_edit=may_change and lock is None,
            lock=lock,
            may_delete=self.has_delete_permission(request, row),
            may_add=self.has_add_permission(request),
            variants=describe_variants(page),
            family=describe_family(page),
            **describe_panels(row, page, request.user),
        )

    def move_view(self, request: HttpRequest, object_id: Any) -> HttpResponse:
        """Take a way out of the present stage."""
        row = self.require(request, str(object_id), permission="change")
        desk = get_stage_desk()
        if desk is None:
            raise PermissionDenied
        try:
            outcome = desk.take(
                row.sku,
                request.POST.get("way", ""),
                actor=request.user,  # type: ignore[arg-type]
                comment=request.POST.get("comment", ""),
                include_ancestors=bool(request.POST.get("include_ancestors")),
                include_variants=bool(request.POST.get("include_variants")),
            )
        except DomainError as error:
            for problem in error.problems:
                messages.error(request, str(problem.message))
        else:
            messages.success(request, _describe_move(row, outcome.written, desk.stages()))
            for refusal in outcome.refused[:5]:
                messages.warning(request, f"{refusal.key}: {refusal.problems[0].message}")
        return HttpResponseRedirect(self.address("change", row.uuid))

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Who changed what, with the way back."""
        row = self.require(request, unquote(object_id))
        catalog = get_catalog_structure()
        entries = describe_entries(history_of(row.uuid, limit=HISTORY), write=write_journal_value(catalog))
        may_restore = self.has_change_permission(request, row)
        context = self.page_context(
            request,
            _("History of %s") % row.sku,
            original=row,
            object_id=str(row.uuid),
            entries=entries,
            back_url=self.address("change", row.uuid),
            revision=row.revision,
            restore_form=self.address("restore", row.uuid) if may_restore else "",
        )
        return TemplateResponse(request, "pim/history.html", {**context, **(extra_context or {})})

    def restore_view(self, request: HttpRequest, object_id: Any) -> HttpResponse:
        """Put the product back into the state it had at a revision."""
        row = self.require(request, str(object_id), permission="change")
        revision = read_number(request.POST.get("revision")) or 0
        try:
            outcome = restore_product(row, revision, actor=request.user)  # type: ignore[arg-type]
        except DomainError as error:
            messages.error(request, str(error.message))
            return HttpResponseRedirect(self.address("history", row.uuid))
        if outcome.written:
            messages.success(request, _("%(sku)s is as it was at revision %(n)s.") % {"sku": row.sku, "n": revision})
        else:
            messages.info(request, _("%s is unchanged.") % row.sku)
        return HttpResponseRedirect(self.address("change", row.uuid))

    def family_view(self, request: HttpRequest, object_id: Any) -> HttpResponse:
        """Another family: first what it would mean, then, when asked again, the change itself."""
        row = self.require(request, str(object_id), permission="change")
        page, _links = self._load(request, row)
        catalog = page.engine.catalog
        present = page.product.family.code if page.product.family else None
        form = FamilyForm(request.POST or None, catalog=catalog, initial={"family": present})
        wanted = problem = None
        if request.method == "POST" and form.is_valid():
            wanted = form.cleaned_data["family"]
            change = ProductChange(row.sku, uuid=str(row.uuid), family=wanted, must_exist=True)
            sure = bool(request.POST.get("sure"))
            outcome = write_products([change], actor=request.user, origin=Origin.ADMIN, dry_run=not sure)  # type: ignore[arg-type]
            if outcome.refused:
                problem = str(outcome.refused[0].problems[0].message)
            elif sure:
                messages.success(request, _("%s has another family.") % row.sku)
                return HttpResponseRedirect(self.address("change", row.uuid))
        spec = catalog.families.get(wanted or "")
        leaving = [code for code in page.engine.catalog.base.attributes if spec and code not in spec.members]
        held = {key.split(":")[0] for key in page.own}
        context = self.page_context(
            request,
            _("Family of %s") % row.sku,
            original=row,
            form=form,
            problem=problem,
            is_preview=wanted != present and request.method == "POST" and not problem,
            leaving=sorted(held.intersection(leaving)),
            back_url=self.address("change", row.uuid),
        )
        return TemplateResponse(request, "catalog/product_family.html", context)

    def _delete_view(self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None) -> HttpResponse:
        row = self.require(request, unquote(object_id), permission="delete")
        problem = ""
        if request.method == "POST":
            try:
                outcome = delete_products([row.sku], actor=request.user, origin=Origin.ADMIN, with_variants=True)  # type: ignore[arg-type]
                outcome.raise_first()
            except DomainError as error:
                problem = str(error.message)
            else:
                messages.success(request, _("%s is in the recycle bin.") % row.sku)
                return HttpResponseRedirect(self.address("changelist"))
        below = Product.objects.present().filter(root=row).count() if row.kind == "model" else 0
        context = self.page_context(
            request,
            _("Delete %s") % row.sku,
            original=row,
            problem=problem,
            below=below,
            back_url=self.address("change", row.uuid),
        )
        return TemplateResponse(request, "catalog/product_delete.html", {**context, **(extra_context or {})})


def _posted_uuids(page: ProductPage, request: HttpRequest) -> list[str]:
    """Every asset that a posted form names."""
    return [
        part.strip()
        for name, values in request.POST.lists()
        if name.startswith(PREFIX) and name.removeprefix(PREFIX).split(":")[0] in page.engine.asset_attributes
        for value in values
        for part in str(value).split(",")
        if part.strip()
    ]


def _describe_move(product: Product, moved: int, stages: Sequence[ShownStage]) -> str:
    """Where a product is now, and how many others went with it."""
    product.refresh_from_db(fields=["stage"])
    labels = {stage.code: stage.label for stage in stages}
    sentence = _("%(sku)s is now in %(stage)s.") % {
        "sku": product.sku,
        "stage": labels.get(product.stage, product.stage),
    }
    others = moved - 1
    if others < 1:
        return sentence
    went = ngettext("%d other product went with it.", "%d other products went with it.", others) % others
    return f"{sentence} {went}"

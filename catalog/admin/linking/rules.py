"""Naming rules, with a place to try names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from catalog.admin.linking.rows import TONES, ShownFile, ShownLink, ShownTarget, describe_place, find_products
from catalog.choices import RowState
from catalog.forms.linking import NamingRuleForm
from catalog.models import NamingRule
from catalog.services.linking.examining import NamedFile, Planned, examine
from catalog.services.linking.rules import rule_of_state
from pim.admin.base import StructureAdmin
from pim.errors import DomainError
from pim.extensions import structure_kinds
from pim.forms.structure import StructureForm
from pim.services.snapshot import get_structure

MAX_TRIED = 50
"""Names that are tried at once."""


@admin.register(NamingRule)
class NamingRuleAdmin(StructureAdmin[NamingRule]):
    """How names of files are read."""

    kind = "naming_rule"
    form_class = NamingRuleForm
    form_template = "catalog/linking/rule_form.html"
    list_display = ("label", "code", "reads", "places", "mode", "position", "is_active", "is_automatic")

    @admin.display(description=_("Names"))
    def reads(self, rule: NamingRule) -> str:
        """The template or the expression."""
        return rule.template or rule.pattern

    @admin.display(description=_("Attributes"))
    def places(self, rule: NamingRule) -> str:
        """Where the files go."""
        codes = [rule.attribute.code] if rule.attribute else []
        codes += [role["attribute"] for role in rule.roles]
        attributes = get_structure().attributes
        labels = (
            describe_place(get_structure(), code) if code in attributes else code for code in dict.fromkeys(codes)
        )
        return ", ".join(labels)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.try_view))
        return [path("try/", view, name="catalog_namingrule_try"), *super().get_urls()]

    def form_context(self, request: HttpRequest, form: StructureForm, obj: NamingRule | None) -> dict[str, Any]:
        return {"try_url": self.address("try"), "names": request.POST.get("names", "")}

    def try_view(self, request: HttpRequest) -> HttpResponse:
        """What names would come to by the rule as it is filled in; nothing is stored."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        defaults = {"code": "new_rule", **structure_kinds.get(self.kind).defaults()}
        form = NamingRuleForm(request.POST, state=defaults, is_new=True, structure=get_structure())
        names = [name.strip() for name in request.POST.get("names", "").splitlines() if name.strip()][:MAX_TRIED]
        problem, links = "", []
        try:
            rule = rule_of_state({**form.try_state(defaults), "code": "new_rule"})
        except DomainError as error:
            problem = str(error.message)
        else:
            links = show_plans(examine([NamedFile(n, "", name) for n, name in enumerate(names)], [rule]))
        context = {"problem": problem, "links": links, "names": names}
        return TemplateResponse(request, "catalog/linking/_tried.html", context)


def show_plans(plans: Sequence[Planned]) -> list[ShownLink]:
    """What would become of names that have no files yet."""
    structure = get_structure()
    products: Mapping[str, ShownTarget] = find_products(
        {plan.product.uuid for plan in plans if plan.product}
        | {each["product"] for plan in plans for each in plan.candidates}
    )

    def show(product: str, sku: str, key: str, position: int | None) -> ShownTarget:
        known = products.get(product) or ShownTarget(sku)
        place = describe_place(structure, key)
        return ShownTarget(known.sku, known.label, known.url, known.thumbnail, place, key, position)

    return [
        ShownLink(
            ShownFile(plan.file.filename, ""),
            show(plan.product.uuid if plan.product else "", plan.sku, plan.key, plan.position) if plan.sku else None,
            plan.state,
            str(RowState(plan.state).label),
            TONES.get(plan.state, ""),
            plan.message,
            candidates=[show(each["product"], each["sku"], each["key"], each["position"]) for each in plan.candidates],
        )
        for plan in plans
    ]

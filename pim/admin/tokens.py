"""API tokens: made here, shown once, switched off."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from pim.admin.base import UuidAdmin
from pim.choices import Origin
from pim.errors import DomainError
from pim.models import ApiToken, User
from pim.services.tokens import SCOPES, create_token, revoke_token


class TokenForm(forms.Form):
    """What a new token may do, where, for how long."""

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=100, help_text=gettext_lazy("Who or what will use it.")
    )
    user = forms.ModelChoiceField(User.objects.none(), label=gettext_lazy("Acts as"), to_field_name="uuid")
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("Scopes"),
        required=False,
        choices=[(scope, scope) for scope in SCOPES],
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None ticked: whatever its user may do."),
    )
    view = forms.CharField(
        label=gettext_lazy("Channel view"),
        required=False,
        max_length=100,
        help_text=gettext_lazy("Bound to this view only; empty: every view."),
    )
    may_introspect = forms.BooleanField(label=gettext_lazy("May introspect GraphQL"), required=False)
    networks = forms.CharField(
        label=gettext_lazy("IP networks"),
        required=False,
        help_text=gettext_lazy("Such as 192.0.2.0/24, with commas between them. Empty: from anywhere."),
    )
    expires = forms.DateTimeField(
        label=gettext_lazy("Expires"),
        required=False,
        widget=forms.TextInput(attrs={"type": "datetime-local"}),
        help_text=gettext_lazy("Empty: in 90 days."),
    )

    def __init__(self, *args: Any, by: Any, **kwargs: Any) -> None:
        """Nobody but a superuser makes a token that may do what others may."""
        super().__init__(*args, **kwargs)
        users: Any = self.fields["user"]
        possible = User.objects.filter(is_active=True) if by.is_superuser else User.objects.filter(pk=by.pk)
        users.queryset = possible.order_by("username")

    def clean_networks(self) -> list[str]:
        """As a list."""
        return [part for part in (text.strip() for text in self.cleaned_data["networks"].split(",")) if part]


@admin.register(ApiToken)
class ApiTokenAdmin(UuidAdmin[ApiToken]):
    """Tokens by which programs act. A secret is never stored, so it is shown on one page only."""

    list_display = ("name", "user", "ending", "scope_words", "view", "is_active", "expires", "last_used")
    list_select_related = ("user",)
    search_fields = ("name", "key")

    @admin.display(description=gettext_lazy("Ends with"))
    def ending(self, token: ApiToken) -> str:
        """Enough to recognise it by."""
        return f"…{token.last4}"

    @admin.display(description=gettext_lazy("Scopes"))
    def scope_words(self, token: ApiToken) -> str:
        """The scopes, or that there is no limit."""
        return ", ".join(token.scopes) or _("all its user may")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never: a token is switched off, so that one can see that it was there."""
        return False

    def get_urls(self) -> list[URLPattern]:
        revoke = self.admin_site.admin_view(require_POST(self.revoke_view))
        return [path("<uuid:object_id>/revoke/", revoke, name="pim_apitoken_revoke"), *super().get_urls()]

    def _changeform_view(
        self, request: HttpRequest, object_id: str | None, form_url: str, extra_context: dict[str, Any] | None
    ) -> HttpResponse:
        if object_id is not None:
            token = self.require(request, unquote(object_id))
            may_revoke = token.is_active and self.has_change_permission(request, token)
            context = self.page_context(request, str(token), token=token, may_revoke=may_revoke)
            return TemplateResponse(request, "pim/token.html", context)
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = TokenForm(request.POST or None, by=request.user, initial={"user": getattr(request.user, "uuid", None)})
        if request.method == "POST" and form.is_valid():
            try:
                token, secret = create_token(
                    form.cleaned_data["name"],
                    user=form.cleaned_data["user"],
                    actor=cast("User", request.user),
                    origin=Origin.ADMIN,
                    scopes=form.cleaned_data["scopes"],
                    view=form.cleaned_data["view"],
                    may_introspect=form.cleaned_data["may_introspect"],
                    networks=form.cleaned_data["networks"],
                    expires=form.cleaned_data["expires"],
                )
            except DomainError as error:
                for problem in error.problems:
                    name = problem.pointer.strip("/")
                    form.add_error(name if name in form.fields else None, str(problem.message))
            else:
                context = self.page_context(request, str(token), token=token, secret=secret)
                answer = TemplateResponse(request, "pim/token.html", context)
                answer.headers["Cache-Control"] = "no-store"
                return answer
        context = self.page_context(request, _("Add an API token"), form=form, list_url=self.address("changelist"))
        return TemplateResponse(request, "pim/token_form.html", {**context, **(extra_context or {})})

    def revoke_view(self, request: HttpRequest, object_id: Any) -> HttpResponse:
        """Switch it off."""
        token = self.require(request, str(object_id), permission="change")
        revoke_token(token, actor=request.user)  # type: ignore[arg-type]
        messages.success(request, _("%s works no more.") % token)
        return HttpResponseRedirect(self.address("changelist"))

"""What every page of structure shares: addresses by uuid, writes through services, refusals beside their fields."""

from __future__ import annotations

from typing import Any, ClassVar, Generic, TypeVar

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from unfold.admin import ModelAdmin
from unfold.views import ChangeList

from pim.admin.histories import ShownEntry, describe_entries
from pim.choices import Origin
from pim.errors import Conflict, DomainError, Problem
from pim.extensions import State, structure_kinds
from pim.forms.rewinding import rewind
from pim.forms.structure import StructureForm
from pim.journal import history_of
from pim.services.snapshot import get_structure
from pim.services.structure import StructureChange, write_structure

M = TypeVar("M", bound=Model)


class UuidChangeList(ChangeList):
    """A list whose rows lead to addresses with the uuid in them: primary keys never leave the house."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.full_result_count = self.result_count

    def url_for_result(self, result: Any) -> str:
        return reverse(
            f"admin:{self.opts.app_label}_{self.opts.model_name}_change",
            args=(result.uuid,),
            current_app=self.model_admin.admin_site.name,
        )


class UuidAdmin(ModelAdmin[M], Generic[M]):
    """An admin whose objects are addressed by uuid and whose history is the journal's."""

    actions = None
    list_fullwidth = True
    list_per_page = 100
    show_full_result_count = False

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return UuidChangeList

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> M | None:
        try:
            found: M | None = self.get_queryset(request).filter(uuid=object_id).first()
        except ValidationError:
            return None
        return found

    def require(self, request: HttpRequest, object_id: str, *, permission: str = "view") -> M:
        """The object of an address, for somebody who may do this to it.

        Raises:
            PermissionDenied: they may not.
            Http404: there is none.
        """
        found = self.get_object(request, unquote(object_id))
        if found is None:
            from django.http import Http404

            raise Http404
        if not getattr(self, f"has_{permission}_permission")(request, found):
            raise PermissionDenied
        return found

    def address(self, page: str, *arguments: Any) -> str:
        """The address of one of this model's pages."""
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}", args=arguments)

    def page_context(self, request: HttpRequest, title: Any, **more: Any) -> dict[str, Any]:
        """What the admin's skeleton needs, with a page's own context."""
        return {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "app_label": self.opts.app_label,
            "title": title,
            "is_popup": False,
            **more,
        }

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list, titled with what it lists."""
        title = capfirst(self.opts.verbose_name_plural)
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    def describe_history(self, found: Any) -> list[ShownEntry]:
        """The entries of an object's history; for subclasses that have words for its keys."""
        return describe_entries(history_of(found.uuid))

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The journal of one object."""
        found: Any = self.require(request, object_id)
        entries = self.describe_history(found)
        context = self.page_context(
            request,
            _("History of %s") % found,
            original=found,
            entries=entries,
            object_id=object_id,
            back_url=self.address("change", found.uuid),
        )
        return TemplateResponse(request, "pim/history.html", {**context, **(extra_context or {})})


class StructureAdmin(UuidAdmin[M], Generic[M]):
    """One kind of structure: its form shows the whole state and writes what was changed, through `write_structure`.

    Attributes:
        kind: the kind's code in the registry.
        form_class: the form over its state.
        form_template: the page; extend `pim/structure_form.html`.
    """

    kind: ClassVar[str]
    form_class: ClassVar[type[StructureForm]]
    form_template: ClassVar[str] = "pim/structure_form.html"
    search_fields = ("code", "labels")

    def get_queryset(self, request: HttpRequest) -> QuerySet[M]:
        """The rows with all that the kind serialises."""
        queryset: QuerySet[M] = structure_kinds.get(self.kind).queryset()  # type: ignore[attr-defined]
        return queryset.order_by(*self.opts.ordering) if self.opts.ordering else queryset

    def start_state(self, request: HttpRequest) -> State:
        """The state that a new one begins with; fields that are a text may be given in the address."""
        state = {"code": "", **structure_kinds.get(self.kind).defaults()}
        texts = {name for name, value in state.items() if value is None or isinstance(value, str)}
        return {**state, **{name: value for name, value in request.GET.items() if name in texts}}

    def object_key(self, obj: M) -> str:
        """The key by which the structure's door knows an object."""
        return structure_kinds.get(self.kind).key(obj)

    def new_key(self, state: State) -> str:
        """The key of a new one, from its state."""
        return str(state["code"])

    def form_context(self, request: HttpRequest, form: StructureForm, obj: M | None) -> dict[str, Any]:
        """More for the template; for subclasses."""
        return {}

    def _changeform_view(
        self, request: HttpRequest, object_id: str | None, form_url: str, extra_context: dict[str, Any] | None
    ) -> HttpResponse:
        obj: Any = None
        if object_id is not None:
            obj = self.require(request, object_id)
        elif not self.has_add_permission(request):
            raise PermissionDenied
        may_write = self.has_change_permission(request, obj) if obj is not None else True
        state = structure_kinds.get(self.kind).serialise(obj) if obj is not None else self.start_state(request)
        form = self.form_class(
            request.POST if request.method == "POST" else None,
            state=state,
            is_new=obj is None,
            structure=get_structure(),
            revision=obj.revision if obj is not None else 0,
        )
        if request.method == "POST":
            if not may_write:
                raise PermissionDenied
            if form.is_valid() and (answer := self._save(request, form, obj, state)):
                return answer
        context = self.page_context(
            request,
            str(obj) if obj is not None else _("Add %s") % self.opts.verbose_name,
            original=obj,
            object_id=str(obj.uuid) if obj is not None else None,
            form=form,
            may_write=may_write,
            may_delete=obj is not None and self.has_delete_permission(request, obj),
            list_url=self.address("changelist"),
            history_url=self.address("history", obj.uuid) if obj is not None else "",
            delete_url=self.address("delete", obj.uuid) if obj is not None else "",
            **self.form_context(request, form, obj),
        )
        return TemplateResponse(request, self.form_template, {**context, **(extra_context or {})})

    def _save(self, request: HttpRequest, form: StructureForm, obj: Any, state: State) -> HttpResponse | None:
        """Write what was changed; None when the form has to be shown again."""
        try:
            if obj is None:
                fields = form.gather()
                key = self.new_key(fields)
            else:
                seen = form.cleaned_data.get("revision")
                seen = obj.revision if seen is None else seen
                loaded = rewind(state, obj.uuid, seen=seen, now=obj.revision, prefix="@")
                fields, key = form.changes(loaded), self.object_key(obj)
                _refuse_lost_updates(fields, loaded, state)
            outcome = write_structure(
                self.kind,
                [StructureChange(key, fields)],
                actor=request.user,  # type: ignore[arg-type]
                origin=Origin.ADMIN,
                atomic=True,
            )
        except DomainError as error:
            form.add_problems(error)
            return None
        done = outcome.results[0]
        text = _("%(name)s is unchanged.") if done.kind == "unchanged" else _("%(name)s is saved.")
        messages.success(request, text % {"name": key})
        if "_continue" in request.POST:
            return HttpResponseRedirect(self.address("change", done.uuid))
        if "_addanother" in request.POST:
            return HttpResponseRedirect(request.get_full_path())
        return HttpResponseRedirect(self.address("changelist"))

    def _delete_view(self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None) -> HttpResponse:
        obj: Any = self.require(request, object_id, permission="delete")
        problem = ""
        if request.method == "POST":
            try:
                write_structure(
                    self.kind,
                    [StructureChange(self.object_key(obj), None)],
                    actor=request.user,  # type: ignore[arg-type]
                    origin=Origin.ADMIN,
                    atomic=True,
                )
            except DomainError as error:
                problem = str(error.message)
            else:
                messages.success(request, _("%s is deleted.") % obj)
                return HttpResponseRedirect(self.address("changelist"))
        context = self.page_context(
            request,
            _("Delete %s") % obj,
            original=obj,
            problem=problem,
            object_id=str(obj.uuid),
            back_url=self.address("change", obj.uuid),
        )
        return TemplateResponse(request, "pim/delete.html", {**context, **(extra_context or {})})


def _refuse_lost_updates(fields: State, loaded: State, state: State) -> None:
    """Refuse to write over what somebody else has changed since the form was opened.

    Raises:
        Conflict: with both values, beside each field.
    """
    problems = [
        Problem(
            "changed_meanwhile",
            _("Somebody changed this meanwhile to %(now)s; you wanted %(wanted)s.")
            % {"now": state.get(name), "wanted": wanted},
            f"/{name}",
        )
        for name, wanted in fields.items()
        if state.get(name) != loaded.get(name) and wanted != state.get(name)
    ]
    if problems:
        raise Conflict(problems[0].code, problems[0].message, problems[0].pointer, problems=problems)

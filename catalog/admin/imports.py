"""Importing in the admin: upload, look at what it is, map the columns, start the job; and the saved profiles."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any

from django.contrib import admin
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from catalog.forms.imports import ImportForm, ImportProfileForm, TableImportForm, UploadForm, spread_settings
from catalog.importing.akeneo.columns import write_column
from catalog.importing.akeneo.export import list_columns
from catalog.importing.mapping import FIELDS
from catalog.importing.vocabulary import Vocabulary
from catalog.models import ImportProfile
from catalog.services.importing.kinds import AKENEO, PRODUCT_RIGHTS, TABLE, start_import
from catalog.services.importing.parameters import ImportParameters
from catalog.services.importing.sources import open_files, store_upload
from catalog.services.importing.tables import DescribedTable, describe_table_of
from catalog.services.importing.uploads import inspect_upload
from catalog.services.importing.vocabulary import read_vocabulary
from pim.admin.base import StructureAdmin
from pim.choices import Origin
from pim.errors import DomainError, NotAllowed
from pim.models import Job
from pim.services.structure import StructureChange, write_structure

SALT = "catalog.imports"
RECENT = 10
MAX_AGE_S = 7 * 24 * 3600
"""How long an upload may wait for its import."""


@admin.register(ImportProfile)
class ImportProfileAdmin(StructureAdmin[ImportProfile]):
    """The import dialog is the list's own page; profiles are edited like other structure."""

    kind = "import_profile"
    form_class = ImportProfileForm

    def has_import_permission(self, request: HttpRequest) -> bool:
        """Whether this person may import at all."""
        return request.user.has_perms(PRODUCT_RIGHTS)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("prepare/<str:token>/", view(self.prepare_view), name="catalog_importprofile_prepare"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Upload a file; saved profiles and recent imports."""
        if not (self.has_view_permission(request) or self.has_import_permission(request)):
            raise PermissionDenied
        form = UploadForm(request.POST or None, request.FILES or None)
        if request.method == "POST":
            if not self.has_import_permission(request):
                raise PermissionDenied
            if form.is_valid():
                file = form.cleaned_data["file"]
                return HttpResponseRedirect(self._prepare_url(request, store_upload(file, file.name)))
        context = self.page_context(
            request,
            _("Import"),
            form=form,
            may_import=self.has_import_permission(request),
            profiles=ImportProfile.objects.order_by("code"),
            recent=Job.objects.filter(kind__in=(AKENEO, TABLE)).select_related("actor")[:RECENT],
        )
        return TemplateResponse(request, "catalog/imports/start.html", {**context, **(extra_context or {})})

    def prepare_view(self, request: HttpRequest, token: str) -> HttpResponse:
        """Show what was uploaded and ask how it is to be taken."""
        if not self.has_import_permission(request):
            raise PermissionDenied
        upload = self._read_token(request, token)
        try:
            inspection = inspect_upload(upload)
        except DomainError as error:
            return self._refuse(request, str(error.message))
        if inspection.is_catalog:
            return self._prepare_catalog(request, upload, inspection)
        names = [table.file for table in inspection.tables]
        if not names:
            return self._refuse(request, _("There is no table in this file."))
        chosen = request.GET.get("file", names[0])
        if chosen not in names:
            raise Http404
        return self._prepare_table(request, upload, chosen, names)

    def _prepare_url(self, request: HttpRequest, upload: str) -> str:
        return self.address("prepare", signing.dumps({"upload": upload, "user": request.user.pk}, salt=SALT))

    def _read_token(self, request: HttpRequest, token: str) -> str:
        """The upload of an address that this person was given."""
        try:
            said = signing.loads(token, salt=SALT, max_age=MAX_AGE_S)
        except signing.BadSignature as error:
            raise Http404 from error
        if said["user"] != request.user.pk:
            raise PermissionDenied
        return str(said["upload"])

    def _refuse(self, request: HttpRequest, problem: str) -> HttpResponse:
        context = self.page_context(request, _("Import"), problem=problem, list_url=self.address("changelist"))
        return TemplateResponse(request, "catalog/imports/refused.html", context, status=422)

    def _prepare_catalog(self, request: HttpRequest, upload: str, inspection: Any) -> HttpResponse:
        form = ImportForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            answer = self._start(request, form, ImportParameters(upload=upload, **form.cleaned_data))
            if answer is not None:
                return answer
        context = self.page_context(
            request,
            _("Import %s") % PurePosixPath(upload).name,
            form=form,
            inspection=inspection,
            list_url=self.address("changelist"),
        )
        return TemplateResponse(request, "catalog/imports/akeneo.html", context)

    def _prepare_table(self, request: HttpRequest, upload: str, file: str, names: list[str]) -> HttpResponse:
        vocabulary = read_vocabulary()
        posted = request.POST if request.method == "POST" else None
        profile = request.GET.get("profile", "")
        try:
            with open_files(ImportParameters(upload=upload)) as source:
                table = describe_table_of(source, file, profile_code=profile, settings=_file_settings(request))
        except DomainError as error:
            return self._refuse(request, str(error.message))
        initial = {**spread_settings(table.settings), "list_separator": table.settings.get("list_separator", ",")}
        data = posted if posted is not None and "look" not in posted else None
        form = TableImportForm(data, vocabulary=vocabulary, header=table.header, mapping=table.mapping, initial=initial)
        if data is not None and form.is_valid():
            answer = self._start_table(request, form, upload, file)
            if answer is not None:
                return answer
        context = self.page_context(
            request,
            _("Import %s") % file,
            form=form,
            columns=_columns(form, table),
            fields=[form[name] for name in form.fields if not name.startswith("target-")],
            table=table,
            files=names,
            chosen=file,
            profiles=ImportProfile.objects.order_by("code"),
            profile=profile,
            targets=_targets(vocabulary),
            list_url=self.address("changelist"),
        )
        return TemplateResponse(request, "catalog/imports/table.html", context)

    def _start_table(self, request: HttpRequest, form: TableImportForm, upload: str, file: str) -> HttpResponse | None:
        cleaned = form.cleaned_data
        parameters = ImportParameters(
            upload=upload,
            file=file,
            mapping=form.mapping(),
            settings=form.settings(),
            stage=cleaned["stage"],
            unknown_options=cleaned["unknown_options"],
            is_rehearsal=cleaned["is_rehearsal"],
        )
        if cleaned["save_as"]:
            if not self.has_add_permission(request):
                form.add_error("save_as", _("You may not save profiles."))
                return None
            fields = {
                "code": cleaned["save_as"],
                "mapping": form.mapping(),
                "settings": {**form.settings(), "unknown_options": cleaned["unknown_options"]},
            }
            outcome = write_structure(
                self.kind,
                [StructureChange(cleaned["save_as"], fields)],
                actor=request.user,  # type: ignore[arg-type]
                origin=Origin.ADMIN,
            )
            if outcome.refused:
                form.add_error("save_as", str(outcome.refused[0].problems[0].message))
                return None
        return self._start(request, form, parameters)

    def _start(self, request: HttpRequest, form: ImportForm, parameters: ImportParameters) -> HttpResponse | None:
        """Start the job and go to its page; None when the form has to be shown again."""
        try:
            job = start_import(parameters, actor=request.user)  # type: ignore[arg-type]
        except NotAllowed as error:
            raise PermissionDenied(str(error.message)) from error
        except DomainError as error:
            form.add_error(None, str(error.message))
            return None
        return HttpResponseRedirect(reverse("admin:pim_job_change", args=(job.uuid,)))


def _file_settings(request: HttpRequest) -> dict[str, str]:
    """How the person says the file is written."""
    return {name: request.POST[name] for name in ("encoding", "delimiter", "sheet") if request.POST.get(name)}


def _columns(form: TableImportForm, table: DescribedTable) -> list[dict[str, Any]]:
    """Each column with its field, how sure the guess is, and what stands in its first rows."""
    return [
        {
            "name": column,
            "field": form[f"target-{number}"],
            "percent": round(100 * float(str(guess.get("confidence") or 0))),
            "samples": [row[number] for row in table.samples if number < len(row)],
        }
        for number, (column, guess) in enumerate(zip(table.header, table.mapping, strict=True))
    ]


def _targets(vocabulary: Vocabulary) -> list[tuple[str, str]]:
    """What a column may be: (target, words)."""
    columns = [
        (write_column(target), label)
        for attribute in vocabulary.attributes.values()
        if attribute.code != vocabulary.identifier
        for label in [next(iter(attribute.labels.values()), attribute.code)]
        for target in list_columns(attribute, vocabulary)
    ]
    return [*((name, "") for name in sorted(FIELDS)), *columns]

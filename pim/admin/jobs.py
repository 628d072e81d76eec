"""Jobs: what runs, how far it is, what it found; stopping and undoing it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.defaultfilters import filesizeformat
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from unfold.views import ChangeList

from pim.admin.base import UuidAdmin
from pim.admin.keysets import NewestFirst, read_number
from pim.choices import JobState
from pim.errors import DomainError
from pim.extensions import job_kinds
from pim.models import Job, JobIssue
from pim.services.jobs import cancel_job
from pim.services.undo import check_undo, undo_job

ISSUES = 100
ENDED = frozenset({JobState.DONE, JobState.FAILED, JobState.CANCELLED})
TONES = {JobState.DONE: "is-good", JobState.FAILED: "is-bad", JobState.RUNNING: "is-accent"}


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job is. `rate` is rows a second, `eta_s` seconds to go; None while nobody can tell."""

    percent: int | None
    rate: float | None
    eta_s: int | None
    seconds: int

    @classmethod
    def of(cls, job: Job) -> Progress:
        """From the row's counters and times."""
        end = job.finished or timezone.now()
        seconds = max((end - job.started).total_seconds(), 0.0) if job.started else 0.0
        rate = job.done / seconds if seconds >= 1 and job.done else None
        percent = min(100, job.done * 100 // job.total) if job.total else (100 if job.state == JobState.DONE else None)
        left = (job.total or 0) - job.done
        eta = int(left / rate) if rate and left > 0 and job.state == JobState.RUNNING else None
        return cls(percent, rate, eta, int(seconds))

    @property
    def eta(self) -> timedelta | None:
        """The time to go."""
        return timedelta(seconds=self.eta_s) if self.eta_s is not None else None

    @property
    def duration(self) -> timedelta:
        """The time it took so far."""
        return timedelta(seconds=self.seconds)


@admin.register(Job)
class JobAdmin(UuidAdmin[Job]):
    """Jobs are read here, stopped and undone; they are started where their work is."""

    change_list_template = "pim/newest_first.html"
    list_display = ("kind_label", "state_badge", "progress", "actor", "created", "duration")
    list_display_links = ("kind_label",)
    list_filter = ("state",)
    list_select_related = ("actor",)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return NewestFirst

    def row_url(self, job: Job) -> str:
        """A job's page."""
        return self.address("change", job.uuid)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Job]:
        return Job.objects.select_related("actor", "undo_of").defer("checkpoint", "parameters", "result")

    @admin.display(description=gettext_lazy("Job"))
    def kind_label(self, job: Job) -> str:
        """The kind's name."""
        found = job_kinds.find(job.kind)
        return str(found.label) if found else job.kind

    @admin.display(description=gettext_lazy("State"))
    def state_badge(self, job: Job) -> str:
        """The state, coloured."""
        tone = TONES.get(JobState(job.state), "")
        return format_html('<span class="vt-badge {}">{}</span>', tone, job.get_state_display())

    @admin.display(description=gettext_lazy("Progress"))
    def progress(self, job: Job) -> str:
        """Rows done of all."""
        return f"{job.done:,} / {job.total:,}" if job.total else f"{job.done:,}"

    @admin.display(description=gettext_lazy("Took"))
    def duration(self, job: Job) -> str:
        """The time it took so far."""
        return str(Progress.of(job).duration) if job.started else "–"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("<uuid:object_id>/progress/", view(self.progress_view), name="pim_job_progress"),
            path("<uuid:object_id>/cancel/", view(require_POST(self.cancel_view)), name="pim_job_cancel"),
            path("<uuid:object_id>/undo/", view(require_POST(self.undo_view)), name="pim_job_undo"),
            *super().get_urls(),
        ]

    def _changeform_view(
        self, request: HttpRequest, object_id: str | None, form_url: str, extra_context: dict[str, Any] | None
    ) -> HttpResponse:
        job = self.require(request, unquote(object_id or ""))
        context = self.page_context(request, self.kind_label(job), **self._job_context(request, job))
        return TemplateResponse(request, "pim/job.html", {**context, **(extra_context or {})})

    def progress_view(self, request: HttpRequest, object_id: Any) -> HttpResponse:
        """The moving part of a job's page."""
        job = self.require(request, str(object_id))
        return TemplateResponse(request, "pim/_job_progress.html", self._job_context(request, job))

    def cancel_view(self, request: HttpRequest, object_id: Any) -> HttpResponse:
        """Ask a job to stop."""
        job = self.require(request, str(object_id), permission="change")
        try:
            cancel_job(job, actor=request.user)  # type: ignore[arg-type]
            messages.info(request, _("The job stops at its next checkpoint."))
        except DomainError as error:
            messages.error(request, str(error.message))
        return HttpResponseRedirect(self.row_url(job))

    def undo_view(self, request: HttpRequest, object_id: Any) -> HttpResponse:
        """Start the job that takes everything back."""
        job = self.require(request, str(object_id), permission="change")
        try:
            undoing = undo_job(job, actor=request.user, is_forced=bool(request.POST.get("force")))  # type: ignore[arg-type]
        except DomainError as error:
            messages.error(request, str(error.message))
            return HttpResponseRedirect(self.row_url(job))
        return HttpResponseRedirect(self.row_url(undoing))

    def _job_context(self, request: HttpRequest, job: Job) -> dict[str, Any]:
        level = request.GET.get("level", "")
        issues = JobIssue.objects.filter(job=job)
        if level:
            issues = issues.filter(level=level)
        if (after := read_number(request.GET.get("after"))) is not None:
            issues = issues.filter(pk__gt=after)
        found = list(issues.order_by("pk")[: ISSUES + 1])
        may_change = self.has_change_permission(request, job)
        return {
            "job": job,
            "job_label": self.kind_label(job),
            "undone_label": self.kind_label(job.undo_of) if job.undo_of else "",
            "tone": TONES.get(JobState(job.state), ""),
            "state_label": job.get_state_display(),
            "progress": Progress.of(job),
            "is_over": job.state in ENDED,
            "counters": _flat(job.result or job.counters),
            "issues": found[:ISSUES],
            "issues_after": found[ISSUES - 1].pk if len(found) > ISSUES else None,
            "issue_levels": list(
                JobIssue.objects.filter(job=job).values("level").annotate(n=Count("pk")).order_by("level")
            ),
            "level": level,
            "may_cancel": may_change and job.state not in ENDED and not job.is_cancel_requested,
            "may_undo": may_change and _can_undo(job),
            "base_url": self.row_url(job).removesuffix("change/"),
        }


def _can_undo(job: Job) -> bool:
    try:
        check_undo(job)
    except DomainError:
        return False
    return True


def _flat(counters: Any) -> dict[str, Any]:
    """Counters one level deep, for a table: {"entities": {"products": {...}}} becomes rows of figures."""
    figures: dict[str, Any] = {}
    for name, value in (counters or {}).items():
        if isinstance(value, dict) and value and all(isinstance(part, dict) for part in value.values()):
            figures.update(value)
        elif not isinstance(value, list) and value != {}:
            figures[name] = value
    return {name.replace("_", " "): _write_figure(name, value) for name, value in figures.items()}


def _write_figure(name: str, value: Any) -> Any:
    return filesizeformat(value) if name.endswith("_bytes") and isinstance(value, int) else value

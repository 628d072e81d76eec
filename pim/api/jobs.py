"""Jobs over REST: watch, cancel, undo, and read what they found."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django.db import connection
from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from pim.api.filters import LIST_PARAMETERS, hash_list, read_filter
from pim.api.openapi import Operation, page_of
from pim.api.pagination import page_response, read_page_query
from pim.api.rendering import FastJSONRenderer, NDJSONRenderer, answer_lines, wanted_lines
from pim.api.requests import read_flag, read_object, refuse_unknown_parameters
from pim.api.shapes import ISSUE, JOB, UNDO
from pim.api.viewsets import ManagementViewSet
from pim.errors import NotFound
from pim.models import Job, JobIssue
from pim.querying.conditions import Fragment, Sql
from pim.querysets.pages import count_capped
from pim.services.jobs import cancel_job
from pim.services.listing import TableList, count_matches
from pim.services.undo import undo_job

JOBS = TableList(Job, ("uuid", "kind", "state", "created", "finished", "done", "total"), newest_first=True)
ISSUES = TableList(JobIssue, ("level", "code", "file", "line", "key"))
LINES_LIMIT = 100_000


def describe_job(job: Job) -> dict[str, Any]:
    """A job as programs see it."""
    return {
        "uuid": str(job.uuid),
        "kind": job.kind,
        "state": job.state,
        "actor": job.actor.get_username() if job.actor else None,
        "done": job.done,
        "total": job.total,
        "counters": job.counters,
        "result": job.result,
        "error": job.error,
        "undo_of": str(job.undo_of.uuid) if job.undo_of else None,
        "is_cancel_requested": job.is_cancel_requested,
        "created": job.created,
        "started": job.started,
        "finished": job.finished,
    }


def describe_issue(issue: JobIssue) -> dict[str, Any]:
    """A finding as programs see it."""
    return {
        "level": issue.level,
        "code": issue.code,
        "message": issue.message,
        "file": issue.file,
        "line": issue.line,
        "column": issue.column,
        "key": issue.key,
    }


class JobViewSet(ManagementViewSet):
    """Long work: imports, mass edits, undo."""

    scope = "jobs"
    model = Job
    permission_model = "pim.job"
    lookup_field = "uuid"
    verbs: ClassVar = {"cancel": ("change",), "undo": ("add",), "issues": ("view",)}

    def describe_operations(self) -> dict[str, Operation]:
        """For OpenAPI."""
        return {
            "list": Operation({200: page_of(JOB)}, parameters=LIST_PARAMETERS),
            "retrieve": Operation({200: JOB}),
            "cancel": Operation({200: JOB}),
            "undo": Operation({202: JOB}, UNDO),
            "issues": Operation({200: page_of(ISSUE)}, parameters=LIST_PARAMETERS),
        }

    def list(self, request: Request) -> Response:
        """A page of jobs, newest first."""
        node = read_filter(request, JOBS.get_fields())
        query = read_page_query(request, query_hash=hash_list(request, node), endpoint="jobs")
        where = JOBS.select(node)
        page = JOBS.page(
            where,
            sort=request.query_params.get("sort", ""),
            after=query.after,
            limit=query.limit,
            backwards=query.backwards,
        )
        found = Job.objects.select_related("actor", "undo_of").in_bulk(page.ids)
        return page_response(
            request,
            query,
            [describe_job(found[pk]) for pk in page.ids if pk in found],
            next_values=page.next_values,
            previous_values=page.previous_values,
            count=count_matches(where, query.count),
        )

    def retrieve(self, request: Request, uuid: str) -> Response:
        """One job, with its progress."""
        refuse_unknown_parameters(request, ())
        return Response(describe_job(find_job(uuid)))

    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, uuid: str) -> Response:
        """Ask a job to stop; a running one does at its next checkpoint."""
        refuse_unknown_parameters(request, ())
        return Response(describe_job(cancel_job(find_job(uuid), actor=self.actor)))

    @action(detail=True, methods=["post"])
    def undo(self, request: Request, uuid: str) -> Response:
        """Start the job that undoes this one; `{"force": true}` also puts back what was changed since."""
        refuse_unknown_parameters(request, {"force"})
        is_forced = read_object(request).get("force") is True or read_flag(request, "force")
        job = undo_job(find_job(uuid), actor=self.actor, is_forced=is_forced)
        return Response(describe_job(job), status=202)

    @action(detail=True, methods=["get"], renderer_classes=[FastJSONRenderer, NDJSONRenderer])
    def issues(self, request: Request, uuid: str) -> HttpResponseBase:
        """What a job found; with `Accept: application/x-ndjson` all of it, one finding a line."""
        job = find_job(uuid)
        node = read_filter(request, ISSUES.get_fields())
        where = ISSUES.select(node, Fragment(Sql("o.job_id = %s::bigint", (job.pk,)), indexed=True, exact=True))
        if media_type := wanted_lines(request):
            ids = ISSUES.page(where, limit=1_000)
            return answer_lines(_all_issues(where, ids.ids, ids.next_values), media_type=media_type)
        query = read_page_query(request, query_hash=hash_list(request, node), endpoint=f"issues:{uuid}")
        page = ISSUES.page(where, after=query.after, limit=query.limit, backwards=query.backwards)
        found = JobIssue.objects.in_bulk(page.ids)
        return page_response(
            request,
            query,
            [describe_issue(found[pk]) for pk in page.ids if pk in found],
            next_values=page.next_values,
            previous_values=page.previous_values,
            count=count_capped(connection, where) if query.count else None,
        )


def _all_issues(where: Any, ids: tuple[int, ...], after: Any) -> Any:
    written = 0
    while ids and written < LINES_LIMIT:
        found = JobIssue.objects.in_bulk(ids)
        yield from (describe_issue(found[pk]) for pk in ids if pk in found)
        written += len(ids)
        if after is None:
            return
        page = ISSUES.page(where, after=after, limit=1_000)
        ids, after = page.ids, page.next_values


def find_job(uuid: str) -> Job:
    """A job by its uuid.

    Raises:
        NotFound: `not_found`.
    """
    try:
        key = UUID(uuid)
    except ValueError:
        key = None
    job = Job.objects.select_related("actor", "undo_of").filter(uuid=key).first() if key else None
    if job is None:
        raise NotFound("not_found", _("There is no job %s.") % uuid)
    return job

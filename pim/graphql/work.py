"""People, jobs and the journal as object types."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import graphene

from pim import journal
from pim.graphql.access import require
from pim.graphql.connections import connection_field, make_connection, make_page, read_page_arguments
from pim.graphql.nodes import Node, make_id, node_loaders
from pim.graphql.scalars import JSON
from pim.graphql.where import read_where
from pim.models import Entry, Job, User
from pim.querysets.pages import Count
from pim.services.listing import TableList, count_matches

JOBS = TableList(Job, ("uuid", "kind", "state", "created", "finished", "done", "total"), newest_first=True)
ENTRIES = TableList(Entry, ("subject_uuid", "subject_type", "kind", "origin", "job", "request_id"), newest_first=True)


class UserType(graphene.ObjectType):
    """A person, or a program's account."""

    class Meta:
        name = "User"

    id = graphene.ID(required=True)
    username = graphene.String(required=True)
    name = graphene.String(required=True)

    @staticmethod
    def resolve_id(user: User, _info: graphene.ResolveInfo) -> str:
        """The global id; `node` does not find people."""
        return make_id("User", user.uuid)

    @staticmethod
    def resolve_name(user: User, _info: graphene.ResolveInfo) -> str:
        """First and last name."""
        return user.get_full_name()


class JobType(graphene.ObjectType):
    """One piece of long work."""

    class Meta:
        name = "Job"
        interfaces = (Node,)

    model = Job
    uuid = graphene.UUID(required=True)
    kind = graphene.String(required=True)
    state = graphene.String(required=True)
    actor = graphene.Field(UserType)
    done = graphene.Int(required=True)
    total = graphene.Int()
    counters = JSON(required=True)
    result = JSON(required=True)
    error = graphene.String(required=True)
    created = graphene.DateTime(required=True)
    started = graphene.DateTime()
    finished = graphene.DateTime()

    @staticmethod
    def resolve_id(job: Job, _info: graphene.ResolveInfo) -> str:
        """The global id."""
        return make_id("Job", job.uuid)

    @classmethod
    def is_type_of(cls, root: Any, _info: graphene.ResolveInfo) -> bool:
        """Jobs are rows."""
        return isinstance(root, Job)


class EntryType(graphene.ObjectType):
    """One change of one subject."""

    class Meta:
        name = "Entry"

    model = Entry
    at = graphene.DateTime(required=True)
    actor = graphene.Field(UserType)
    origin = graphene.String(required=True)
    job = graphene.Field(JobType)
    request_id = graphene.String(required=True)
    message = graphene.String(required=True)
    subject_type = graphene.String(required=True)
    subject_uuid = graphene.UUID(required=True)
    key = graphene.String(required=True)
    kind = graphene.String(required=True)
    revision = graphene.Int(required=True)
    delta = JSON(required=True, description="{key: [before, after]}; what is not a value starts with @.")


def _page(table: TableList, arguments: Mapping[str, Any], endpoint: str, read: Any) -> Any:
    node = read_where(arguments.get("where"), table.get_fields())
    asked = read_page_arguments(dict(arguments), node, endpoint)
    where = table.select(node)
    page = table.page(
        where, sort=arguments.get("sort") or "", after=asked.after, limit=asked.first, backwards=asked.backwards
    )
    return make_page(asked, page, read(page.ids), lambda: count_matches(where, "estimate") or Count(0, is_exact=True))


def _read_jobs(ids: Sequence[int]) -> list[Job]:
    found = Job.objects.select_related("actor").in_bulk(ids)
    return [found[pk] for pk in ids]


class WorkQuery:
    """The caller, jobs, and history."""

    me = graphene.Field(UserType, required=True)
    job = graphene.Field(JobType, uuid=graphene.UUID(required=True))
    jobs = connection_field(make_connection(JobType))
    entries = connection_field(make_connection(EntryType))

    @staticmethod
    def resolve_me(_root: None, info: graphene.ResolveInfo) -> Any:
        """The account behind the session or token."""
        return info.context.user

    @staticmethod
    def resolve_job(_root: None, info: graphene.ResolveInfo, uuid: Any) -> Job | None:
        """One job."""
        return load_job(info, str(uuid))

    @staticmethod
    def resolve_jobs(_root: None, info: graphene.ResolveInfo, **arguments: Any) -> Any:
        """Jobs, newest first."""
        require(info, "jobs:read", "pim.job")
        return _page(JOBS, arguments, "jobs", _read_jobs)

    @staticmethod
    def resolve_entries(_root: None, info: graphene.ResolveInfo, **arguments: Any) -> Any:
        """History, newest first."""
        require(info, "structure:read", "pim.entry")
        return _page(ENTRIES, arguments, "entries", journal.read_entries)


def load_job(info: graphene.ResolveInfo, uuid: str) -> Job | None:
    """A job by its uuid, for `node` and `job`."""
    require(info, "jobs:read", "pim.job")
    return Job.objects.select_related("actor").filter(uuid=uuid).first()


node_loaders.register("Job", load_job)

"""The journal over REST: who changed what, when, from what to what."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from pim import journal
from pim.api.filters import LIST_PARAMETERS, hash_list, read_filter
from pim.api.openapi import Operation, page_of
from pim.api.pagination import page_response, read_page_query
from pim.api.shapes import ENTRY
from pim.api.viewsets import ManagementViewSet
from pim.models import Entry
from pim.services.listing import TableList

ENTRIES = TableList(Entry, ("subject_uuid", "subject_type", "kind", "origin", "job", "request_id"), newest_first=True)


def describe_entry(entry: Entry) -> dict[str, Any]:
    """An entry as programs see it."""
    return {
        "at": entry.at,
        "actor": entry.actor.get_username() if entry.actor else None,
        "origin": entry.origin,
        "job": str(entry.job.uuid) if entry.job else None,
        "request_id": entry.request_id,
        "message": entry.message,
        "subject_type": entry.subject_type,
        "subject_uuid": str(entry.subject_uuid),
        "key": entry.key,
        "kind": entry.kind,
        "revision": entry.revision,
        "delta": entry.delta,
    }


class EntryViewSet(ManagementViewSet):
    """The history of everything; `?subject_uuid=` for the history of one thing."""

    scope = "structure"
    model = Entry
    permission_model = "pim.entry"

    def describe_operations(self) -> dict[str, Operation]:
        """For OpenAPI."""
        return {"list": Operation({200: page_of(ENTRY)}, parameters=LIST_PARAMETERS)}

    def list(self, request: Request) -> Response:
        """A page of entries, newest first."""
        node = read_filter(request, ENTRIES.get_fields())
        query = read_page_query(request, query_hash=hash_list(request, node), endpoint="entries")
        page = ENTRIES.page(ENTRIES.select(node), after=query.after, limit=query.limit, backwards=query.backwards)
        entries = journal.read_entries(page.ids)
        return page_response(
            request,
            query,
            [describe_entry(entry) for entry in entries],
            next_values=page.next_values,
            previous_values=page.previous_values,
        )

"""Long lists newest first, walked by key: no page is ever skipped to, so none is ever counted to."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from unfold.views import ChangeList

AFTER = "after"


def read_number(text: str | None) -> int | None:
    """A whole number from 0 that somebody wrote into an address or a form; None for anything else."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None


class NewestFirst(ChangeList):
    """Rows by descending key; `?after=` is the key of the last row seen.

    Keys of the journal and of jobs say nothing that their lists do not show.
    """

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        self.after = request.GET.get(AFTER, "")
        self.next_after: int | None = None
        super().__init__(request, *args, **kwargs)

    def get_filters_params(self, params: Any = None) -> Any:
        found = super().get_filters_params(params)
        found.pop(AFTER, None)
        return found

    def get_results(self, request: HttpRequest) -> None:
        queryset = self.queryset.order_by("-pk")
        if (after := read_number(self.after)) is not None:
            queryset = queryset.filter(pk__lt=after)
        rows = list(queryset[: self.list_per_page + 1])
        if len(rows) > self.list_per_page:
            rows.pop()
            self.next_after = rows[-1].pk
        self.result_list = rows
        self.result_count = self.full_result_count = len(rows)
        self.show_full_result_count = False
        self.show_admin_actions = False
        self.can_show_all = self.multi_page = False
        self.paginator = self.model_admin.get_paginator(request, queryset.none(), self.list_per_page)

    @property
    def next_url(self) -> str:
        """The page of older rows; empty on the last."""
        return self.get_query_string({AFTER: self.next_after}) if self.next_after else ""

    @property
    def first_url(self) -> str:
        """The newest page; empty when it is this one."""
        return self.get_query_string(remove=[AFTER]) if self.after else ""

    def url_for_result(self, result: Any) -> str:
        return str(getattr(self.model_admin, "row_url")(result))  # noqa: B009 - the admins that use this list have one

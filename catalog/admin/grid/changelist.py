"""The product grid as a ChangeList: ids by keyset first, documents second, never OFFSET."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.views import ChangeList

from catalog.admin.grid.chips import make_chips
from catalog.admin.grid.rows import make_columns, make_rows, sku_column
from catalog.admin.grid.state import GridState, read_grid
from catalog.models import Product
from catalog.services.grouping import select_grouped
from catalog.services.listing import order_products, select_products
from pim.errors import Refused
from pim.querying.cursor import Cursor, hash_query, read_cursor, write_cursor
from pim.querying.pages import PageRequest
from pim.querying.tree import dump_filter
from pim.querysets.pages import Count, Page, count_capped, fetch_ids

PAGE = 50
ENDPOINT = "admin:products"
EMPTY = Page((), None, None)


class ProductChangeList(ChangeList):
    """Reads its filters from the address in the filter language, not as lookups of the ORM."""

    state: GridState

    def get_filters(self, request: HttpRequest) -> Any:
        return [], False, {}, False, False

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet[Product]:
        found: QuerySet[Product] = Product.objects.none()
        return found

    def get_results(self, request: HttpRequest) -> None:
        self.state = state = read_grid(request)
        self.problems = state.problems
        page, self.count = EMPTY, Count(0, is_exact=True)
        if not self.problems:
            try:
                page = self._fetch(state)
            except Refused as refusal:
                self.problems = [str(refusal.message)]
        self.rows = make_rows(page.ids, state)
        self.next_url = self._page_url(page.next_values, backwards=False)
        self.previous_url = self._page_url(page.previous_values, backwards=True)
        self.columns, self.sku_column, self.chips = make_columns(state), sku_column(state), make_chips(state)
        self.result_list = self.rows
        self.result_count = self.full_result_count = self.count.value
        self.show_full_result_count = False
        self.show_admin_actions = self.can_show_all = self.multi_page = False
        self.paginator = self.model_admin.get_paginator(request, self.queryset, PAGE)

    def _fetch(self, state: GridState) -> Page:
        where = select_grouped(state.node) if state.is_grouped else select_products(state.node)
        order = order_products(state.sort)
        cursor = None
        if state.cursor:
            cursor = read_cursor(state.cursor, key=_key(), query_hash=self._hash(state), endpoint=ENDPOINT)
        request = PageRequest(
            where, order, cursor.values if cursor else None, PAGE, backwards=cursor.backwards if cursor else False
        )
        # Without a filter the walk along the order's index fills a page at once.
        is_plain = state.node is None and not state.is_grouped
        page = fetch_ids(connection, request, fenced=False if is_plain else None)
        self.count = count_capped(connection, where)
        return page

    def _page_url(self, values: Any, *, backwards: bool) -> str:
        if values is None:
            return ""
        cursor = Cursor(values, backwards)
        text = write_cursor(cursor, key=_key(), query_hash=self._hash(self.state), endpoint=ENDPOINT)
        return self.state.query({"cursor": text})

    @staticmethod
    def _hash(state: GridState) -> str:
        return hash_query(dump_filter(state.node), state.sort, state.is_grouped)


def _key() -> bytes:
    return settings.SECRET_KEY.encode()

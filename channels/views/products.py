"""`/hub/<view>/products`: lists, searches, filters; and one product."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from catalog.models import Product
from catalog.skus import sku_key
from channels.mapping.projections import find_unknown, make_projection
from channels.mapping.texts import add_facts, add_locales, merge_locale, write_associations
from channels.services.explaining import explain_product
from channels.services.reading import MAX_LIMIT, Page, Query, Reader, Row
from channels.views.access import Access, delivered, open_view
from channels.views.caching import JSON, make_etag, not_modified, with_caching
from pim.errors import NotFound, Refused

DEFAULT_LIMIT = 25
SHAPING = frozenset({"locale", "locales", "fields", "omit"})
LISTING = frozenset({"limit", "cursor", "sort", "filter", "count", "live_in"})


@dataclass(frozen=True, slots=True)
class Form:
    """The shape in which a consumer wants documents: one locale merged in, or several beside one another."""

    locale: str | None
    locales: tuple[str, ...]
    project: Callable[[dict[str, Any]], dict[str, Any]] | None
    shows_associations: bool

    @property
    def parts(self) -> Sequence[str] | None:
        """The locales whose texts are read; None: all."""
        if self.locale is not None:
            return (self.locale,)
        return self.locales or None

    def write_all(self, rows: Sequence[Row], reader: Reader) -> list[str]:
        """Publications as JSON texts, each with its associations."""
        found = reader.associations(rows) if self.shows_associations else {}
        return [self._write(row, write_associations(found[row.id]) if row.id in found else "{}") for row in rows]

    def _write(self, row: Row, associations: str) -> str:
        if self.locale is not None:
            document = merge_locale(row.shared, row.parts[self.locale])
        else:
            document = add_locales(row.shared, row.parts)
        document = add_facts(document, position=row.position, published_at=row.published_at, associations=associations)
        return orjson.dumps(self.project(orjson.loads(document))).decode() if self.project else document


@delivered("GET", "HEAD")
def products(request: HttpRequest, view: str) -> HttpResponse:
    """A page of live products."""
    access = open_view(request, view)
    form = read_form(request, access)
    query = _read_query(request, access, form)
    limit = read_limit(request, min(MAX_LIMIT, access.view.page_limit), DEFAULT_LIMIT)
    etag = make_etag(request, access)
    unchanged = not_modified(request, access, etag)
    if unchanged:
        return unchanged
    page = access.reader.page(query, limit=limit, cursor=_one(request, "cursor"), parts=form.parts)
    return with_caching(_answer_page(request, access, form, query, page), access, etag)


@delivered("GET", "HEAD")
def product(request: HttpRequest, view: str, sku: str) -> HttpResponse:
    """One live product, or with `explain=1` why it is not live."""
    access = open_view(request, view)
    if _one(request, "explain") in {"1", "true"}:
        return _explain(access, sku)
    _refuse_unknown(request, SHAPING | {"explain"})
    form = read_form(request, access)
    row = access.reader.one(sku_key=sku_key(sku), parts=form.parts)
    if row is None or (form.locale is not None and form.locale not in row.parts):
        raise NotFound("not_found", _("No such product is live here. Add explain=1 to learn why."))
    (text,) = form.write_all([row], access.reader)
    etag = make_etag(request, access, position=row.position, content=text)
    unchanged = not_modified(request, access, etag)
    return unchanged or with_caching(HttpResponse(text, content_type=JSON), access, etag)


def read_form(request: HttpRequest, access: Access) -> Form:
    """Read `locale`, `locales`, `fields` and `omit`.

    Raises:
        Refused: a locale that the view does not have, both at once, or a member that no document has.
    """
    locale = _one(request, "locale")
    access.reader.check_locale(locale, "/locale")
    locales = _words(request, "locales")
    for code in locales:
        access.reader.check_locale(code, "/locales")
    if locale and locales:
        raise Refused("contradiction", _("Ask for one locale or for several, not both."), "/locales")
    fields, omit = _words(request, "fields"), _words(request, "omit")
    for parameter, names in (("fields", fields), ("omit", omit)):
        unknown = find_unknown(names, access.reader.structure.catalog.base.attributes)
        if unknown is not None:
            raise Refused(
                "unknown_field", _("No product has a member “%(name)s”.") % {"name": unknown}, f"/{parameter}"
            )
    shows_associations = "associations" not in omit and (not fields or "associations" in fields)
    return Form(locale, locales, make_projection(fields, omit) if fields or omit else None, shows_associations)


def read_limit(request: HttpRequest, most: int, default: int) -> int:
    """Read `limit`.

    Raises:
        Refused: `invalid_limit`.
    """
    text = _one(request, "limit")
    if text is None:
        return min(default, most)
    if not (text.isascii() and text.isdigit() and len(text) < 6 and 1 <= int(text) <= most):
        raise Refused("invalid_limit", _("A page has 1 to %(most)d products.") % {"most": most}, "/limit")
    return int(text)


def _read_query(request: HttpRequest, access: Access, form: Form) -> Query:
    filters = {name: values for name, values in request.GET.lists() if name not in SHAPING and name not in LISTING}
    tree = None
    text = _one(request, "filter")
    if text:
        try:
            tree = orjson.loads(text)
        except orjson.JSONDecodeError:
            raise Refused("invalid_filter", _("This is not valid JSON."), "/filter") from None
    live_in = _one(request, "live_in") or form.locale
    sort = _one(request, "sort") or ""
    return access.reader.query(params=filters, tree=tree, sort=sort, live_in=live_in, locale=form.locale)


def _answer_page(request: HttpRequest, access: Access, form: Form, query: Query, page: Page) -> HttpResponse:
    links = {
        name: _link(request, cursor) for name, cursor in (("next", page.next), ("previous", page.previous)) if cursor
    }
    envelope: dict[str, Any] = {
        "next": links.get("next"),
        "previous": links.get("previous"),
        "position": access.reader.position,
    }
    asked = _one(request, "count")
    if asked is not None:
        envelope |= _count(access, query, asked)
    lines = ",".join(form.write_all(page.rows, access.reader))
    body = f'{{"results":[{lines}],{orjson.dumps(envelope).decode()[1:]}'
    response = HttpResponse(body, content_type=JSON)
    if links:
        response["Link"] = ", ".join(
            f'<{url}>; rel="{"prev" if name == "previous" else name}"' for name, url in links.items()
        )
    return response


def _count(access: Access, query: Query, asked: str) -> Mapping[str, Any]:
    if asked not in {"exact", "estimate"}:
        raise Refused("invalid_value", _("Possible: exact, estimate."), "/count")
    value, is_exact = access.reader.count(query)
    return {"count": value, "count_is_exact": is_exact}


def _explain(access: Access, sku: str) -> HttpResponse:
    found = Product.objects.with_skus([sku_key(sku)]).first()
    if found is None:
        raise NotFound("not_found", _("There is no such product."))
    answer = explain_product(access.view.terms.code, found)
    return JsonResponse(
        {
            "view": answer.view,
            "sku": answer.sku,
            "state": answer.state,
            "live_in": list(answer.locales),
            "position": answer.position,
            "is_current": answer.is_current,
            "reasons": [{"code": reason.code, "message": reason.message, **reason.about} for reason in answer.reasons],
        }
    )


def _link(request: HttpRequest, cursor: str) -> str:
    parameters = request.GET.copy()
    parameters["cursor"] = cursor
    return request.build_absolute_uri(f"{request.path}?{parameters.urlencode()}")


def _one(request: HttpRequest, name: str) -> str | None:
    values = request.GET.getlist(name)
    if len(values) > 1:
        raise Refused("repeated", _("Give this parameter once."), f"/{name}")
    return values[0] if values else None


def _words(request: HttpRequest, name: str) -> tuple[str, ...]:
    return tuple(filter(None, (word.strip() for word in (_one(request, name) or "").split(","))))


def _refuse_unknown(request: HttpRequest, known: frozenset[str]) -> None:
    for name in request.GET:
        if name not in known:
            raise Refused(
                "unknown_parameter", _("There is no parameter “%(name)s”.") % {"name": name[:100]}, f"/{name}"
            )


one_parameter, refuse_unknown = _one, _refuse_unknown

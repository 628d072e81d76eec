"""Products, variants and product models over REST."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from django.db import transaction
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.shapes import PRODUCT, PRODUCT_WRITTEN
from catalog.families import CatalogStructure
from catalog.models import Product
from catalog.services.documents import (
    DocumentRow,
    ProductDocument,
    Resource,
    WriteMode,
    delete_documents,
    describe_products,
    find_product,
    write_document,
    write_documents,
)
from catalog.services.listing import open_list
from catalog.services.snapshot import get_catalog_structure
from pim.api.bulk import BulkViewSet
from pim.api.etags import check_match, has_precondition, is_unchanged, make_etag, must_be_new
from pim.api.filters import hash_list, read_filter
from pim.api.openapi import UPSERT, Operation, bulk_operation, resource_operations
from pim.api.pagination import page_response, read_page_query
from pim.api.requests import (
    WRITE_PARAMETERS,
    read_choice,
    read_flag,
    read_message,
    read_object,
    refuse_unknown_parameters,
)
from pim.api.viewsets import ManagementViewSet, locate
from pim.choices import Origin
from pim.errors import Conflict, NotFound, Outcome, Refusal, Refused
from pim.services.access import check_permission
from pim.services.listing import count_matches

READ_PARAMETERS = frozenset({"resolved", "attributes", "locales"})
KINDS: Mapping[Resource, Any] = {"products": "sellable", "models": "models"}


class ProductResource:
    """What products and product models share."""

    scope: ClassVar[str] = "catalog"
    permission_model: ClassVar[str] = "catalog.product"
    resource: ClassVar[Resource] = "products"
    model = Product
    parameters: ClassVar = (
        OpenApiParameter("resolved", OpenApiTypes.BOOL, description="Add inherited values and completeness."),
        OpenApiParameter("attributes", OpenApiTypes.STR, description="Only values of these attributes, by commas."),
        OpenApiParameter("locales", OpenApiTypes.STR, description="Only values of these locales, by commas."),
    )


class ProductViewSet(ProductResource, ManagementViewSet):
    """Simple products and variants, by SKU."""

    lookup_field = "sku"

    def describe_operations(self) -> dict[str, Operation]:
        """For OpenAPI."""
        operations = resource_operations(PRODUCT, PRODUCT_WRITTEN, extra=self.parameters)
        destroy = operations["destroy"]
        with_variants = OpenApiParameter("with_variants", OpenApiTypes.BOOL, description="What is below goes too.")
        return operations | {"destroy": replace(destroy, parameters=(*destroy.parameters, with_variants))}

    def list(self, request: Request) -> Response:
        """A page of products, by SKU unless sorted otherwise. Every attribute is a filter, see the filter language."""
        products = open_list()
        shape = _read_shape(request, products.catalog)
        node = read_filter(request, products.fields, own=READ_PARAMETERS)
        query = read_page_query(request, query_hash=hash_list(request, node), endpoint=self.resource)
        where, page = products.page(
            node,
            kinds=KINDS[self.resource],
            sort=request.query_params.get("sort", ""),
            after=query.after,
            limit=query.limit,
            backwards=query.backwards,
        )
        results = [document.body for document in describe_products(page.ids, catalog=products.catalog, **shape)]
        return page_response(
            request,
            query,
            results,
            next_values=page.next_values,
            previous_values=page.previous_values,
            count=count_matches(where, query.count),
        )

    def retrieve(self, request: Request, sku: str) -> Response:
        """One, by SKU or with `?by=uuid`; `?resolved=1` adds inherited values and completeness."""
        refuse_unknown_parameters(request, READ_PARAMETERS | {"by"})
        catalog = get_catalog_structure()
        shape = _read_shape(request, catalog)
        document = self._find(request, sku, catalog=catalog, **shape)
        etag = _tag(document, shape, catalog)
        if is_unchanged(request, etag):
            return Response(status=304, headers={"ETag": etag})
        return Response(document.body, headers={"ETag": etag})

    def create(self, request: Request) -> Response:
        """Create one; a SKU that exists is a conflict."""
        refuse_unknown_parameters(request, WRITE_PARAMETERS)
        return self._write(request, None, "merge", must_be_new=True)

    def update(self, request: Request, sku: str) -> Response:
        """Put this in its place: values, categories, groups and associations that are not named go.

        Where it hangs (kind, parent, family variant), its stage, and read-only attributes stay.
        """
        return self._change(request, sku, "replace")

    def partial_update(self, request: Request, sku: str) -> Response:
        """Merge (RFC 7396); values are merged by attribute, channel and locale.

        `data: null` clears one value, `values.<attribute>: null` all of an attribute. `add_categories` and
        `remove_categories` change the list without naming the rest. 404 where there is none, unless `?upsert=true`.
        """
        return self._change(request, sku, "merge")

    def destroy(self, request: Request, sku: str) -> Response:
        """Move it to the recycle bin; a model that has variants needs `?with_variants=1`."""
        refuse_unknown_parameters(request, WRITE_PARAMETERS | {"by", "with_variants"})
        with transaction.atomic():
            document = self._find(request, sku, lock=True)
            check_match(request, document.revision, _tag(document))
            outcome = delete_documents(
                [document.sku],
                actor=self.actor,
                origin=Origin.API,
                message=read_message(request),
                with_variants=read_flag(request, "with_variants"),
                dry_run=read_flag(request, "validate_only"),
            )
        return _tried(outcome) if outcome.dry_run else Response(status=204)

    def _change(self, request: Request, key: str, mode: WriteMode) -> Response:
        refuse_unknown_parameters(request, WRITE_PARAMETERS | {"by", "upsert"})
        if has_precondition(request):
            with transaction.atomic():
                document = self._find(request, key, lock=True)
                check_match(request, document.revision, _tag(document))
                return self._write(request, document.sku, mode, must_exist=True)
        try:
            document = self._find(request, key)
        except NotFound:
            may_create = read_flag(request, "upsert") or must_be_new(request)
            if not may_create or read_choice(request, "by", ("sku", "uuid")) == "uuid":
                raise
            check_permission(request.user, self.permission_model, ("add",))
            return self._write(request, key, mode)
        if must_be_new(request):
            raise Conflict("precondition_failed", _("“%s” exists already.") % document.sku)
        return self._write(request, document.sku, mode, must_exist=True)

    def _write(
        self, request: Request, sku: str | None, mode: WriteMode, *, must_exist: bool = False, must_be_new: bool = False
    ) -> Response:
        body = read_object(request)
        outcome = write_document(
            DocumentRow(0, {name: value for name, value in body.items() if name != "changelog_message"}, sku),
            resource=self.resource,
            actor=self.actor,
            origin=Origin.API,
            mode=mode,
            must_exist=must_exist,
            must_be_new=must_be_new,
            message=read_message(request, body),
            dry_run=read_flag(request, "validate_only"),
        )
        if outcome.dry_run:
            return _tried(outcome)
        written = outcome.results[0].key
        document = describe_products([find_product(written)])[0]
        answer = Response(document.body, headers={"ETag": _tag(document)})
        if outcome.created:
            answer.status_code = 201
            answer["Location"] = locate(request, self.basename or "", written)
        return answer

    def _find(self, request: Request, key: str, *, lock: bool = False, **shape: Any) -> ProductDocument:
        by_uuid = read_choice(request, "by", ("sku", "uuid")) == "uuid"
        found = describe_products([find_product(key, self.resource, by_uuid=by_uuid, lock=lock)], **shape)
        if not found:
            raise NotFound("not_found", _("There is no product “%s”.") % key)
        return found[0]


class ProductModelViewSet(ProductViewSet):
    """Product models, by code; what variants share."""

    resource = "models"


class BulkProductViewSet(ProductResource, BulkViewSet):
    """Upserts of up to 1,000 products by SKU, merged; a row may carry `_etag` to be written only if it matches."""

    key_name = "sku"
    extra_parameters = frozenset({"upsert"})
    verbs: ClassVar = {"bulk": ("change",)}

    def describe_operations(self) -> dict[str, Operation]:
        """For OpenAPI."""
        operation = bulk_operation(PRODUCT_WRITTEN)
        return {"bulk": replace(operation, parameters=(*operation.parameters, UPSERT))}

    def write_rows(
        self, rows: Sequence[tuple[int, dict[str, Any]]], *, dry_run: bool, atomic: bool, message: str
    ) -> Outcome:
        """See `BulkViewSet`; `?upsert=false` refuses what is new."""
        refused: list[Refusal] = []
        documents: list[DocumentRow] = []
        for number, body in rows:
            try:
                revision = _read_row_tag(body)
            except Refused as error:
                refused.append(Refusal.of(str(body.get("sku", "")), error, number))
                continue
            fields = {name: value for name, value in body.items() if name != "_etag"}
            documents.append(DocumentRow(number, fields, revision=revision))
        is_upsert = "upsert" not in self.request.query_params or read_flag(self.request, "upsert")
        outcome = write_documents(
            documents,
            resource=self.resource,
            actor=self.actor,
            origin=Origin.API,
            must_exist=not is_upsert,
            message=message,
            dry_run=dry_run or (atomic and bool(refused)),
            atomic=atomic,
        )
        outcome.refused.extend(refused)
        return outcome


class BulkProductModelViewSet(BulkProductViewSet):
    """Upserts of up to 1,000 product models."""

    resource = "models"


def _read_shape(request: Request, catalog: CatalogStructure) -> dict[str, Any]:
    """What of the values is wanted: `resolved`, `attributes=`, `locales=`.

    Raises:
        Refused: `unknown_attribute`, `unknown_locale`, `invalid_parameter`.
    """
    base = catalog.base
    shape: dict[str, Any] = {"with_resolved": read_flag(request, "resolved")}
    if "attributes" in request.query_params:
        chosen = set()
        for code in filter(None, request.query_params["attributes"].split(",")):
            spec = base.attribute(code)
            if spec is None:
                raise Refused("unknown_attribute", _("There is no attribute “%s”.") % code[:120], "/attributes")
            chosen.add(spec.code)
        shape["attributes"] = chosen
    if "locales" in request.query_params:
        locales = set(filter(None, request.query_params["locales"].split(",")))
        if unknown := sorted(locales - set(base.locales)):
            raise Refused("unknown_locale", _("There is no locale “%s”.") % unknown[0][:120], "/locales")
        shape["locales"] = locales
    return shape


def _tag(
    document: ProductDocument, shape: Mapping[str, Any] | None = None, catalog: CatalogStructure | None = None
) -> str:
    """The tag of a document in a shape; what is resolved also changes with the structure."""
    shape = shape or {}
    marks = [f"r{catalog.epoch}"] if catalog and shape.get("with_resolved") else []
    marks += [f"{name[0]}{'.'.join(sorted(shape[name]))}" for name in ("attributes", "locales") if name in shape]
    return make_etag(document.revision, document.above, variant="-".join(marks))


def _read_row_tag(body: Mapping[str, Any]) -> int | None:
    """The own revision in a row's `_etag`.

    Raises:
        Refused: `invalid_etag`.
    """
    if "_etag" not in body:
        return None
    own = str(body["_etag"]).strip('"').partition("-")[0]
    if not (own.isascii() and own.isdigit() and len(own) < 10):
        raise Refused("invalid_etag", _("This is not a tag of ours."), "/_etag")
    return int(own)


def _tried(outcome: Outcome) -> Response:
    """What `?validate_only=1` answers."""
    result = outcome.results[0]
    return Response({"validate_only": True, "result": result.kind, "key": result.key})

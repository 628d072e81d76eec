"""Assets over REST: listed, uploaded, changed, replaced, downloaded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.db import transaction
from django.http import FileResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from assets.api.rights import VerdictActions
from assets.api.shapes import AssetPageShape, AssetPatchShape, AssetShape, RenditionShape, UploadShape, VersionShape
from assets.models import Asset
from assets.services.deletion import delete_assets
from assets.services.documents import describe_assets, describe_version
from assets.services.finding import find_asset
from assets.services.ingest import replace_file, upload_asset
from assets.services.originals import ORIGINAL_HEADERS, open_original
from assets.services.renditions import rebuild_renditions
from assets.services.searching.listing import get_fields, list_assets, select_assets
from assets.services.writing import AssetChange, patch_change, write_assets
from pim.api.bulk import BulkViewSet
from pim.api.etags import check_match, is_unchanged, make_etag
from pim.api.filters import LIST_PARAMETERS, hash_list, read_filter
from pim.api.pagination import page_response, read_page_query
from pim.api.requests import WRITE_PARAMETERS, read_flag, read_message, read_object, refuse_unknown_parameters
from pim.api.viewsets import ManagementViewSet, locate
from pim.choices import Origin
from pim.errors import NotFound, Outcome, Refusal, Refused
from pim.services.listing import count_matches


class AssetViewSet(VerdictActions, ManagementViewSet):
    """Assets, by uuid or code. New ones are uploaded; the stage moves by transitions."""

    scope = "assets"
    permission_model = "assets.asset"
    model = Asset
    lookup_field = "key"
    verbs: ClassVar[Mapping[str, Sequence[str]]] = {
        "replace": ("change",),
        "redraw": ("change",),
        "content": ("view",),
        "verdict": ("view",),
    }

    def get_parsers(self) -> list[Any]:
        """Files come as multipart, everything else as JSON."""
        return [*super().get_parsers(), MultiPartParser()]

    @extend_schema(operation_id="assets_list", parameters=LIST_PARAMETERS, responses=AssetPageShape)
    def list(self, request: Request) -> Response:
        """A page, newest first unless sorted otherwise."""
        node = read_filter(request, get_fields())
        query = read_page_query(request, query_hash=hash_list(request, node), endpoint="assets")
        where = select_assets(node)
        found = list_assets(
            where,
            sort=request.query_params.get("sort", ""),
            after=query.after,
            limit=query.limit,
            backwards=query.backwards,
        )
        return page_response(
            request,
            query,
            describe_assets(found.assets),
            next_values=found.page.next_values,
            previous_values=found.page.previous_values,
            count=count_matches(where, query.count),
        )

    @extend_schema(request={"multipart/form-data": UploadShape}, responses={201: AssetShape, 200: AssetShape})
    def create(self, request: Request) -> Response:
        """Upload a file. 201: it waits to be checked; 200: the house has it already, as this asset."""
        refuse_unknown_parameters(request, ())
        file = _read_file(request)
        upload = upload_asset(file, file.name or "", actor=self.actor, origin=Origin.API)
        answer = self._answer(find_asset(str(upload.asset.uuid)))
        if not upload.is_duplicate:
            answer.status_code = 201
            answer["Location"] = locate(request, self.basename, str(upload.asset.uuid))
        return answer

    @extend_schema(responses=AssetShape)
    def retrieve(self, request: Request, key: str) -> Response:
        """One, by uuid or code."""
        refuse_unknown_parameters(request, ())
        asset = find_asset(key)
        etag = make_etag(asset.revision)
        if is_unchanged(request, etag):
            return Response(status=304, headers={"ETag": etag})
        return self._answer(asset)

    @extend_schema(request=AssetPatchShape, responses=AssetShape)
    def partial_update(self, request: Request, key: str) -> Response:
        """Merge (RFC 7396): texts, licence, focal rectangle, the version that is shown."""
        refuse_unknown_parameters(request, WRITE_PARAMETERS)
        body = read_object(request)
        with transaction.atomic():
            asset = find_asset(key, lock=True)
            check_match(request, asset.revision, make_etag(asset.revision))
            outcome = write_assets(
                [patch_change(str(asset.uuid), body)],
                actor=self.actor,
                origin=Origin.API,
                message=read_message(request, body),
                dry_run=read_flag(request, "validate_only"),
            )
            outcome.raise_first()
        if outcome.dry_run:
            return Response({"validate_only": True, "result": outcome.results[0].kind, "key": asset.code})
        return self._answer(find_asset(key))

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, key: str) -> Response:
        """Delete it with all its files; refused while something uses it."""
        refuse_unknown_parameters(request, {"changelog_message"})
        with transaction.atomic():
            asset = find_asset(key, lock=True)
            check_match(request, asset.revision, make_etag(asset.revision))
            outcome = delete_assets([asset.uuid], actor=self.actor, origin=Origin.API, message=read_message(request))
            outcome.raise_first()
        return Response(status=204)

    @extend_schema(responses=VersionShape(many=True))
    @action(detail=True, methods=["get"])
    def versions(self, request: Request, key: str) -> Response:
        """All files it has had, newest first."""
        return Response({"results": [describe_version(version) for version in find_asset(key).versions.all()]})

    @extend_schema(request={"multipart/form-data": UploadShape}, responses={202: AssetShape, 200: AssetShape})
    @versions.mapping.post
    def replace(self, request: Request, key: str) -> Response:
        """Upload a new version; the old one is shown until the new one has been checked."""
        asset = find_asset(key)
        check_match(request, asset.revision, make_etag(asset.revision))
        file = _read_file(request)
        upload = replace_file(asset, file, file.name or "", actor=self.actor, origin=Origin.API)
        answer = self._answer(find_asset(str(asset.uuid)))
        answer.status_code = 200 if upload.is_duplicate else 202
        return answer

    @extend_schema(responses=RenditionShape(many=True))
    @action(detail=True, methods=["get"])
    def renditions(self, request: Request, key: str) -> Response:
        """Addresses of its renditions; none while its licence forbids its use."""
        return Response({"results": describe_assets([find_asset(key)])[0]["renditions"]})

    @extend_schema(request=None, responses=RenditionShape(many=True))
    @renditions.mapping.post
    def redraw(self, request: Request, key: str) -> Response:
        """Draw all renditions anew, also those that failed."""
        asset = find_asset(key)
        rebuild_renditions(asset)
        return Response({"results": describe_assets([asset])[0]["renditions"]})

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    @action(detail=True, methods=["get"])
    def content(self, request: Request, key: str) -> HttpResponseBase:
        """The original, for those who may download it; `?version=` for an earlier one."""
        refuse_unknown_parameters(request, {"version"})
        asset = find_asset(key)
        number = request.query_params.get("version", str(asset.version.number if asset.version else 0))
        if not number.isdecimal() or len(number) > 8:
            raise NotFound("not_found", _("There is no such version."))
        file, version = open_original(asset.uuid, int(number), actor=self.actor)
        return FileResponse(
            file,
            as_attachment=True,
            filename=version.filename,
            content_type=version.media_type,
            headers=ORIGINAL_HEADERS,
        )

    def _answer(self, asset: Asset) -> Response:
        return Response(describe_assets([asset])[0], headers={"ETag": make_etag(asset.revision)})


class BulkAssetViewSet(BulkViewSet):
    """Changes to many assets, by uuid or code; new ones need a file, so they are uploaded one by one."""

    scope = "assets"
    permission_model = "assets.asset"
    verbs: ClassVar[Mapping[str, Sequence[str]]] = {"bulk": ("change",)}

    def write_rows(
        self, rows: Sequence[tuple[int, dict[str, Any]]], *, dry_run: bool, atomic: bool, message: str
    ) -> Outcome:
        """See `BulkViewSet`."""
        changes: list[AssetChange] = []
        refused: list[Refusal] = []
        for number, body in rows:
            key = body.get("uuid") or body.get("code")
            try:
                if not isinstance(key, str) or not key:
                    raise Refused("code_missing", _("A code or uuid is needed."), "/code")
                fields = {name: value for name, value in body.items() if name not in {"uuid", "code"}}
                changes.append(patch_change(key, fields, row=number))
            except Refused as error:
                refused.append(Refusal.of(str(key or ""), error, number))
        with transaction.atomic():
            outcome = write_assets(changes, actor=self.actor, origin=Origin.API, message=message, dry_run=dry_run)
            outcome.refused.extend(refused)
            if atomic and outcome.refused and not dry_run:
                transaction.set_rollback(True)
        return outcome


def _read_file(request: Request) -> Any:
    file = request.FILES.get("file")
    if file is None:
        raise Refused("file_missing", _("Send the file as multipart/form-data, in the part “file”."), "/file")
    return file

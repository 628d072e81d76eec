"""Uploads over REST: begun, sent by parts, resumed, completed; the library's own uploader speaks this too."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.db import transaction
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response

from assets.api.upload_shapes import (
    AnnounceShape,
    BatchShape,
    BeginBatchShape,
    BegunListShape,
    CompleteShape,
    ImportUrlShape,
    OpenBatchesShape,
    PartsShape,
    PartUrlsShape,
    ReceivedFileShape,
    UploadFileShape,
)
from assets.models import Upload, UploadBatch
from assets.services.uploads import (
    MAX_FILES_AT_ONCE,
    Announced,
    begin_batch,
    begin_upload,
    cancel_batch,
    cancel_upload,
    complete_upload,
    describe_batch,
    describe_batches,
    describe_uploads,
    find_batch,
    find_upload,
    import_urls,
    list_batches,
    make_part_urls,
    received_parts,
    write_upload_part,
)
from pim.api.requests import read_object, refuse_unknown_parameters
from pim.api.viewsets import ManagementViewSet, locate
from pim.choices import Origin
from pim.errors import DomainError, Refused

MAX_PARTS_AT_ONCE = 100


class PartParser(BaseParser):
    """Raw bytes, not read: the view copies them where they belong."""

    media_type = "application/octet-stream"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        """The stream itself."""
        return stream


class UploadViewSet(ManagementViewSet):
    """Uploads: batches of files, the caller's own."""

    scope = "assets"
    permission_model = "assets.asset"
    model = UploadBatch
    lookup_field = "uuid"
    verbs: ClassVar[Mapping[str, Sequence[str]]] = {
        "list": ("add",),
        "retrieve": ("add",),
        "destroy": ("add",),
        "files": ("add",),
    }

    @extend_schema(operation_id="uploads_list", responses=OpenBatchesShape)
    def list(self, request: Request) -> Response:
        """Those whose files have not all arrived, newest first: what a closed tab has left behind."""
        refuse_unknown_parameters(request, ())
        return Response({"results": describe_batches(list_batches(actor=self.actor))})

    @extend_schema(request=BeginBatchShape, responses={201: BatchShape})
    def create(self, request: Request) -> Response:
        """Begin an upload; what it sets is checked now, before a byte is sent."""
        refuse_unknown_parameters(request, ())
        body = read_object(request)
        _refuse_unknown(body, {"fields", "keeps_paths", "unpacks"})
        batch = begin_batch(
            _read_fields(body),
            actor=self.actor,
            origin=_origin(request),
            keeps_paths=_read_flag(body, "keeps_paths"),
            unpacks=_read_flag(body, "unpacks"),
        )
        location = locate(request, self.basename, str(batch.uuid))
        return Response(describe_batch(batch, []), status=201, headers={"Location": location})

    @extend_schema(responses=BatchShape)
    def retrieve(self, request: Request, uuid: str) -> Response:
        """One, with what became of each file."""
        refuse_unknown_parameters(request, ())
        return Response(describe_batch(find_batch(uuid, actor=self.actor)))

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, uuid: str) -> Response:
        """Cancel what is still being sent; what has arrived stays."""
        refuse_unknown_parameters(request, ())
        cancel_batch(find_batch(uuid, actor=self.actor))
        return Response(status=204)

    @extend_schema(request=AnnounceShape, responses=BegunListShape)
    @action(detail=True, methods=["post"])
    def files(self, request: Request, uuid: str) -> Response:
        """Announce files; each is answered for itself: known already, begun, gone on with, or refused."""
        refuse_unknown_parameters(request, ())
        batch = find_batch(uuid, actor=self.actor)
        rows = read_object(request).get("files")
        if not isinstance(rows, list) or not 1 <= len(rows) <= MAX_FILES_AT_ONCE:
            raise Refused("invalid_files", _("Name from 1 to %d files.") % MAX_FILES_AT_ONCE, "/files")
        return Response({"results": [self._begin(batch, row) for row in rows]})

    def _begin(self, batch: UploadBatch, row: object) -> dict[str, Any]:
        answer: dict[str, Any] = {"file": None, "received": [], "urls": {}, "error": None}
        try:
            with transaction.atomic():
                upload = begin_upload(batch, _read_announced(row), actor=self.actor)
            answer["file"] = describe_uploads([upload])[0]
            if upload.multipart_id:
                answer["received"] = received_parts(upload)
                wanted = sorted(set(range(1, answer["file"]["part_count"] + 1)) - set(answer["received"]))
                answer["urls"] = make_part_urls(upload, wanted[:MAX_PARTS_AT_ONCE])
        except DomainError as error:
            answer["error"] = {"code": error.code, "detail": str(error.message), "pointer": error.pointer}
        return answer


class UploadFileViewSet(ManagementViewSet):
    """Files of uploads, the caller's own."""

    scope = "assets"
    permission_model = "assets.asset"
    model = Upload
    lookup_field = "uuid"
    verbs: ClassVar[Mapping[str, Sequence[str]]] = dict.fromkeys(
        ("retrieve", "destroy", "urls", "part", "complete"), ("add",)
    )

    @extend_schema(responses=ReceivedFileShape)
    def retrieve(self, request: Request, uuid: str) -> Response:
        """One file: which of its parts have arrived, or what became of it."""
        refuse_unknown_parameters(request, ())
        upload = find_upload(uuid, actor=self.actor)
        is_open = bool(upload.multipart_id) and upload.state == "open"
        return Response({**describe_uploads([upload])[0], "received": received_parts(upload) if is_open else None})

    @extend_schema(responses=UploadFileShape)
    def destroy(self, request: Request, uuid: str) -> Response:
        """Cancel it and delete what has arrived."""
        refuse_unknown_parameters(request, ())
        cancel_upload(find_upload(uuid, actor=self.actor))
        return Response(status=204)

    @extend_schema(request=PartsShape, responses=PartUrlsShape)
    @action(detail=True, methods=["post"])
    def urls(self, request: Request, uuid: str) -> Response:
        """Addresses of the bucket for some parts."""
        refuse_unknown_parameters(request, ())
        upload, parts = find_upload(uuid, actor=self.actor), read_object(request).get("parts")
        if not isinstance(parts, list) or not 1 <= len(parts) <= MAX_PARTS_AT_ONCE or not all(map(_is_number, parts)):
            raise Refused("invalid_parts", _("Name from 1 to %d parts.") % MAX_PARTS_AT_ONCE, "/parts")
        return Response({"urls": make_part_urls(upload, parts)})

    @extend_schema(
        operation_id="upload_files_part",
        parameters=[OpenApiParameter("number", OpenApiTypes.INT, OpenApiParameter.PATH, description="From 1.")],
        request={"application/octet-stream": OpenApiTypes.BINARY},
        responses={204: None},
    )
    @action(detail=True, methods=["put"], url_path=r"parts/(?P<number>[0-9]{1,5})", parser_classes=[PartParser])
    def part(self, request: Request, uuid: str, number: str) -> Response:
        """Send one part through the app, as raw bytes; sending it again is no error."""
        refuse_unknown_parameters(request, ())
        # Of an empty body no parser is asked.
        body: Any = request.data
        content = body if hasattr(body, "read") else io.BytesIO()
        write_upload_part(find_upload(uuid, actor=self.actor), int(number), content)
        return Response(status=204)

    @extend_schema(request=CompleteShape, responses=UploadFileShape)
    @action(detail=True, methods=["post"])
    def complete(self, request: Request, uuid: str) -> Response:
        """Say that all parts are there: the file goes to quarantine, and a worker looks at it."""
        refuse_unknown_parameters(request, ())
        body = read_object(request)
        _refuse_unknown(body, {"sha256"})
        upload = find_upload(uuid, actor=self.actor)
        done = complete_upload(upload, actor=self.actor, origin=_origin(request), sha256=_read_text(body, "sha256"))
        return Response(describe_uploads([done])[0])


class ImportUrlViewSet(ManagementViewSet):
    """Files fetched from addresses."""

    scope = "assets"
    permission_model = "assets.asset"
    model = UploadBatch

    @extend_schema(operation_id="assets_import_url", request=ImportUrlShape, responses={202: BatchShape})
    def create(self, request: Request) -> Response:
        """Start to fetch files from public addresses; the answer is the upload to watch."""
        refuse_unknown_parameters(request, ())
        body = read_object(request)
        _refuse_unknown(body, {"url", "urls", "fields"})
        urls = body.get("urls", [body["url"]] if "url" in body else [])
        if not isinstance(urls, list) or not all(isinstance(url, str) for url in urls):
            raise Refused("invalid_url", _("Write a list of addresses."), "/urls")
        batch = import_urls(urls, _read_fields(body), actor=self.actor, origin=_origin(request))
        location = locate(request, "api-uploads", str(batch.uuid))
        return Response(describe_batch(batch), status=202, headers={"Location": location})


def _origin(request: Request) -> Origin:
    """A session is a person at the library; a token is a program."""
    return Origin.ADMIN if request.auth is None else Origin.API


def _read_announced(row: object) -> Announced:
    if not isinstance(row, dict):
        raise Refused("not_an_object", _("A file is written as an object."))
    _refuse_unknown(row, {"filename", "size_bytes", "path", "sha256"})
    filename, size = _read_text(row, "filename"), row.get("size_bytes")
    if not filename:
        raise Refused("filename_missing", _("A file has a name."), "/filename")
    if not isinstance(size, int) or isinstance(size, bool) or size > 1 << 50:
        raise Refused("invalid_size", _("The size is a number of bytes."), "/size_bytes")
    return Announced(filename, size, _read_text(row, "path"), _read_text(row, "sha256"))


def _read_fields(body: Mapping[str, Any]) -> Mapping[str, Any]:
    fields = body.get("fields") or {}
    if not isinstance(fields, dict):
        raise Refused("invalid_fields", _("Fields are written as an object."), "/fields")
    return fields


def _read_text(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name) or ""
    if not isinstance(value, str) or len(value) > 4_000:
        raise Refused("invalid_text", _("“%s” is a text.") % name, f"/{name}")
    return value


def _read_flag(body: Mapping[str, Any], name: str) -> bool:
    value = body.get(name, False)
    if not isinstance(value, bool):
        raise Refused("invalid_flag", _("“%s” is true or false.") % name, f"/{name}")
    return value


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _refuse_unknown(body: Mapping[str, Any], known: set[str]) -> None:
    for name in sorted(set(body) - known):
        raise Refused("unknown_field", _("“%s” is not a field of an upload.") % name[:120], f"/{name[:120]}")

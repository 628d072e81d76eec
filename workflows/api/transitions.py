"""Transitions over REST: of one product, model or asset beside its own address, and of thousands as a job."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from assets.models import Asset
from catalog.models import Product
from pim.api.problems import findings_of
from pim.api.requests import (
    WRITE_PARAMETERS,
    read_choice,
    read_flag,
    read_message,
    read_object,
    refuse_unknown_parameters,
)
from pim.api.viewsets import ManagementViewSet
from pim.choices import Origin
from pim.errors import Outcome, Refused
from pim.services.access import check_scope
from workflows.api.shapes import (
    JobRequestShape,
    JobShape,
    OutcomeShape,
    ProductTransitionShape,
    TransitionShape,
    WaysShape,
)
from workflows.choices import SubjectType
from workflows.services import available_transitions, raise_refusal, transition_assets, transition_products
from workflows.services.jobs import start_transition_job
from workflows.services.lookups import find_asset, find_product

SCOPES = {SubjectType.PRODUCT.value: "catalog:write", SubjectType.ASSET.value: "assets:write"}
MAX_COMMENT = 1_000


class ProductTransitions(ManagementViewSet):
    """The ways of one product of any kind; what a person may is the workflow's to say, beyond seeing the product."""

    scope: ClassVar[str] = "catalog"
    permission_model: ClassVar[str] = "catalog.product"
    verbs: ClassVar = {"transitions": ("view",), "take": ("view",)}
    only_models: ClassVar[bool] = False
    lookup_field = "sku"
    queryset = Product.objects.all()

    @extend_schema(responses=WaysShape, summary="Where this product can go from its stage")
    @action(detail=True, methods=["get"])
    def transitions(self, request: Request, sku: str) -> Response:
        """The ways out of the present stage, each with what blocks it for this caller."""
        refuse_unknown_parameters(request, {"by"})
        return Response(_describe_ways(self._find(request, sku), self.actor))

    @extend_schema(
        request=ProductTransitionShape, responses=OutcomeShape, summary="Take a product through a transition"
    )
    @transitions.mapping.post
    def take(self, request: Request, sku: str) -> Response:
        """Move it, and on request the models above it and the variants below."""
        refuse_unknown_parameters(request, WRITE_PARAMETERS | {"by"})
        body = _read_body(request, {"transition", "comment", "include_ancestors", "include_variants"})
        product = self._find(request, sku)
        outcome = transition_products(
            [product.sku],
            _read_code(body),
            actor=self.actor,
            origin=Origin.API,
            comment=_read_comment(request, body),
            include_ancestors=_read_bool(body, "include_ancestors"),
            include_variants=_read_bool(body, "include_variants"),
            dry_run=read_flag(request, "validate_only"),
        )
        _raise_own_refusal(outcome, product.sku)
        product.refresh_from_db(fields=["stage"])
        return Response(_describe_outcome(outcome, product.stage))

    def _find(self, request: Request, key: str) -> Product:
        by_uuid = read_choice(request, "by", ("uuid",)) is not None
        return find_product(key, by_uuid=by_uuid, only_models=self.only_models)


class ModelTransitions(ProductTransitions):
    """The ways of one product model."""

    only_models: ClassVar[bool] = True


class AssetTransitions(ManagementViewSet):
    """The ways of one asset, by uuid or code."""

    scope: ClassVar[str] = "assets"
    permission_model: ClassVar[str] = "assets.asset"
    verbs: ClassVar = {"transitions": ("view",), "take": ("view",)}
    lookup_field = "key"
    queryset = Asset.objects.all()

    @extend_schema(responses=WaysShape, summary="Where this asset can go from its stage")
    @action(detail=True, methods=["get"])
    def transitions(self, request: Request, key: str) -> Response:
        """The ways out of the present stage, each with what blocks it for this caller."""
        refuse_unknown_parameters(request, {"by"})
        return Response(_describe_ways(find_asset(key), self.actor))

    @extend_schema(request=TransitionShape, responses=OutcomeShape, summary="Take an asset through a transition")
    @transitions.mapping.post
    def take(self, request: Request, key: str) -> Response:
        """Move it."""
        refuse_unknown_parameters(request, WRITE_PARAMETERS | {"by"})
        body = _read_body(request, {"transition", "comment"})
        asset = find_asset(key)
        outcome = transition_assets(
            [str(asset.uuid)],
            _read_code(body),
            actor=self.actor,
            origin=Origin.API,
            comment=_read_comment(request, body),
            dry_run=read_flag(request, "validate_only"),
        )
        raise_refusal(outcome)
        asset.refresh_from_db(fields=["stage"])
        return Response(_describe_outcome(outcome, asset.stage))


class TransitionJobs(ManagementViewSet):
    """Thousands of subjects through one transition."""

    scope: ClassVar[str] = ""

    @extend_schema(
        request=JobRequestShape, responses={202: JobShape}, summary="Take many subjects through a transition"
    )
    def create(self, request: Request) -> Response:
        """Start the job; it is refused at once where the caller may not take the transition at all."""
        refuse_unknown_parameters(request, WRITE_PARAMETERS - {"validate_only"})
        names = {"subject_type", "transition", "comment", "keys", "filter", "include_ancestors", "include_variants"}
        body = _read_body(request, names)
        subject_type = body.get("subject_type", SubjectType.PRODUCT.value)
        if subject_type not in SCOPES:
            message = _("A workflow governs one of: %s.") % ", ".join(SCOPES)
            raise Refused("invalid_subject_type", message, "/subject_type")
        check_scope(request.auth, SCOPES[subject_type])  # type: ignore[arg-type]
        job = start_transition_job(
            subject_type,
            _read_code(body),
            actor=self.actor,
            origin=Origin.API,
            keys=_read_keys(body),
            filter=body.get("filter"),
            comment=_read_comment(request, body),
            include_ancestors=_read_bool(body, "include_ancestors"),
            include_variants=_read_bool(body, "include_variants"),
        )
        return Response(
            {"uuid": str(job.uuid), "kind": job.kind, "state": job.state},
            status=status.HTTP_202_ACCEPTED,
            headers={"Location": request.build_absolute_uri(f"/api/v1/jobs/{job.uuid}/")},
        )


def _describe_ways(subject: Product | Asset, actor: Any) -> dict[str, Any]:
    return {
        "stage": subject.stage,
        "results": [
            {
                "code": way.transition.code,
                "label": way.transition.label,
                "to": way.transition.target,
                "asks_comment": way.transition.asks_comment,
                "is_allowed": way.is_allowed,
                "problems": findings_of(way.problems),
            }
            for way in available_transitions(subject, actor)
        ],
    }


def _describe_outcome(outcome: Outcome, stage: str) -> dict[str, Any]:
    return {
        "stage": stage,
        "results": [{"key": done.key, "result": done.kind, "revision": done.revision} for done in outcome.results],
        "refused": [{"key": refusal.key, "errors": findings_of(refusal.problems)} for refusal in outcome.refused],
    }


def _raise_own_refusal(outcome: Outcome, sku: str) -> None:
    """Refuse the request where the product itself is refused; what was to move along is told in the answer."""
    raise_refusal(Outcome(refused=[refusal for refusal in outcome.refused if refusal.key == sku]))


def _read_body(request: Request, names: Collection[str]) -> dict[str, Any]:
    body = read_object(request)
    unknown = sorted(set(body) - {*names, "changelog_message"})
    if unknown:
        message = _("There is no field “%(name)s” here. Possible: %(names)s.")
        possible = ", ".join(sorted(names))
        raise Refused("unknown_field", message % {"name": unknown[0], "names": possible}, f"/{unknown[0]}")
    return body


def _read_code(body: dict[str, Any]) -> str:
    code = body.get("transition")
    if not isinstance(code, str) or not code:
        raise Refused("transition_missing", _("Name the transition by its code."), "/transition")
    return code


def _read_comment(request: Request, body: dict[str, Any]) -> str:
    comment = body.get("comment")
    if comment is None:
        return read_message(request, body)
    if not isinstance(comment, str) or len(comment) > MAX_COMMENT:
        raise Refused("invalid_comment", _("A comment is a text of at most %d characters.") % MAX_COMMENT, "/comment")
    return comment


def _read_bool(body: dict[str, Any], name: str) -> bool:
    value = body.get(name, False)
    if not isinstance(value, bool):
        raise Refused("invalid_boolean", _("“%s” must be true or false.") % name, f"/{name}")
    return value


def _read_keys(body: dict[str, Any]) -> list[str] | None:
    keys = body.get("keys")
    if keys is None:
        return None
    if not isinstance(keys, list) or not all(isinstance(key, str) for key in keys):
        raise Refused("invalid_list", _("A list of texts is expected."), "/keys")
    return keys

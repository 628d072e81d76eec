"""Rendition presets: their settings with a picture drawn by them, what a change costs, and what it waits for."""

from __future__ import annotations

from typing import Any, ClassVar
from urllib.parse import quote

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, OuterRef, QuerySet, Subquery, Sum
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.defaultfilters import filesizeformat
from django.urls import URLPattern, path
from django.utils.translation import gettext as _gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from assets.admin.estimates import describe_cost, describe_preview, describe_shape
from assets.choices import RenditionState
from assets.forms.presets import FIT_HINTS, FIT_LABELS, PresetForm
from assets.models import Asset, Rendition, RenditionPreset
from assets.render import FORMATS, Preset, parse_preset
from assets.render.presets import dump_preset
from assets.services.access import can
from assets.services.finding import find_asset
from assets.services.kinds.presets import resolve_mark
from assets.services.renditions.estimates import estimate_change
from assets.services.renditions.presets import BUILT_IN, PREVIEW, THUMB, get_presets
from assets.services.renditions.previewing import draw_preview
from assets.services.renditions.redrawing import describe_redrawing, discard_changes, put_in_force, resume_redrawing
from assets.services.renditions.urls import rendition_url
from assets.services.rights.verdicts import judge_asset
from pim.admin.base import StructureAdmin
from pim.choices import Origin
from pim.errors import DomainError
from pim.extensions import State
from pim.forms.structure import StructureForm
from pim.services.jobs import cancel_job
from pim.services.kinds.base import CODE
from pim.services.snapshot import get_structure

SAMPLES = 8
UNPROCESSABLE = 422


@admin.register(RenditionPreset)
class RenditionPresetAdmin(StructureAdmin[RenditionPreset]):
    """Presets by which pictures are drawn."""

    kind = "rendition_preset"
    form_class = PresetForm
    form_template = "assets/preset_form.html"
    list_before_template = "assets/preset_list_before.html"
    list_display = ("label", "code", "shape", "format_names", "is_eager", "files", "storage", "status")

    class Media:
        css: ClassVar = {"all": ["assets/presets.css"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[RenditionPreset]:
        """With what there is of each."""
        ready = Rendition.objects.filter(preset=OuterRef("code"), state=RenditionState.READY).order_by()
        drawn = ready.values("preset")
        return (
            super()
            .get_queryset(request)
            .annotate(
                n_files=Subquery(drawn.annotate(n=Count("pk")).values("n")),
                n_bytes=Subquery(drawn.annotate(n=Sum("size_bytes")).values("n")),
            )
        )

    @admin.display(description=_("Shape"))
    def shape(self, preset: RenditionPreset) -> str:
        """Fit and box."""
        return describe_shape(parse_preset(preset.code, preset.settings))

    @admin.display(description=_("Formats"))
    def format_names(self, preset: RenditionPreset) -> str:
        """Of its files."""
        return ", ".join(fmt.upper() for fmt in preset.settings.get("formats", []))

    @admin.display(description=_("Files"), ordering="n_files")
    def files(self, preset: Any) -> int:
        """How many are drawn."""
        return preset.n_files or 0

    @admin.display(description=_("Storage"), ordering="n_bytes")
    def storage(self, preset: Any) -> str:
        """What they take."""
        return filesizeformat(preset.n_bytes) if preset.n_bytes else "–"

    @admin.display(description=_("Status"))
    def status(self, preset: RenditionPreset) -> str:
        """Whether its settings are in force."""
        return _gettext("in force") if preset.in_force is None else _gettext("being drawn")

    def get_urls(self) -> list[URLPattern]:
        """With the preview, the cost, and what can be done with a change that waits."""
        name = "assets_renditionpreset"
        wrap = self.admin_site.admin_view
        return [
            path("preview/", wrap(require_POST(self.preview_view)), name=f"{name}_preview"),
            path("cost/", wrap(require_POST(self.cost_view)), name=f"{name}_cost"),
            path("<path:object_id>/waiting/", wrap(require_POST(self.waiting_view)), name=f"{name}_waiting"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list, below the house's own presets that nobody has replaced."""
        taken = set(RenditionPreset.objects.values_list("code", flat=True))
        own = [preset for preset in BUILT_IN if preset.formats and preset.code not in taken]
        shown = [{"code": preset.code, "shape": describe_shape(preset)} for preset in own]
        context = {"built_in": shown, "may_add": self.has_add_permission(request), "add_url": self.address("add")}
        return super().changelist_view(request, {**context, **(extra_context or {})})

    def start_state(self, request: HttpRequest) -> State:
        """One that takes the place of a preset of the house begins with its settings."""
        state = super().start_state(request)
        found = next((preset for preset in BUILT_IN if preset.formats and preset.code == state["code"]), None)
        return {**state, "settings": dump_preset(found)} if found else state

    def form_context(self, request: HttpRequest, form: StructureForm, obj: RenditionPreset | None) -> dict[str, Any]:
        """Pictures to try it on, and what a change waits for."""
        return {
            "fits": [{"fit": fit, "label": FIT_LABELS[fit], "hint": FIT_HINTS[fit]} for fit in FIT_LABELS],
            "qualities": {fmt: form[name] for fmt in FORMATS if (name := f"quality_{fmt}") in form.fields},
            "samples": find_samples(request.user) if can(request.user, "view") else [],
            "preview_url": self.address("preview"),
            "cost_url": self.address("cost"),
            "waiting": describe_redrawing(obj) if obj is not None else {},
            "waiting_url": self.address("waiting", obj.uuid) if obj is not None else "",
            "former": describe_shape(parse_preset(obj.code, obj.in_force)) if obj is not None and obj.in_force else "",
        }

    def preview_view(self, request: HttpRequest) -> HttpResponse:
        """One picture drawn by the posted settings, as an image."""
        try:
            preset = self._read_posted(request)
            if isinstance(preset, HttpResponse):
                return preset
            asset = find_asset(request.POST.get("sample", "").replace("\0", ""))
            if not can(request.user, "view", asset) or not judge_asset(asset).allowed:
                raise PermissionDenied
            fmt = request.POST.get("sample_format", "")
            drawn = draw_preview(asset, preset, fmt if fmt in preset.formats else preset.formats[0])
        except DomainError as error:
            return JsonResponse({"message": str(error.message)}, status=UNPROCESSABLE)
        response = HttpResponse(drawn.content, content_type=drawn.media_type)
        response["Cache-Control"] = "no-store"
        response["X-Preview"] = quote(describe_preview(drawn))
        return response

    def cost_view(self, request: HttpRequest) -> HttpResponse:
        """What it costs to save the posted settings."""
        try:
            preset = self._read_posted(request)
            if isinstance(preset, HttpResponse):
                return preset
            estimate = estimate_change(preset, is_eager=request.POST.get("is_eager") == "on")
        except DomainError as error:
            return JsonResponse({"message": str(error.message)}, status=UNPROCESSABLE)
        return JsonResponse(describe_cost(estimate))

    def waiting_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Stop, resume, put in force or discard a change whose files are being drawn."""
        preset = self.require(request, object_id, permission="change")
        user: Any = request.user
        try:
            match request.POST.get("do"):
                case "stop":
                    if job := describe_redrawing(preset).get("job"):
                        cancel_job(job, actor=user)
                case "resume":
                    resume_redrawing(preset.code, actor=user)
                case "use":
                    put_in_force(preset.code, actor=user, origin=Origin.ADMIN)
                case "discard":
                    discard_changes(preset.code, actor=user, origin=Origin.ADMIN)
        except DomainError as error:
            messages.error(request, str(error.message))
        return HttpResponseRedirect(self.address("change", preset.uuid))

    def _read_posted(self, request: HttpRequest) -> Preset | HttpResponse:
        """The preset that the posted form describes, or what is wrong with it.

        Raises:
            PermissionDenied: they may neither add nor change presets.
            Refused: the engine does not take it.
        """
        said = str(request.POST.get("code") or request.POST.get("preset_code") or "")
        code = said if CODE.fullmatch(said) else PREVIEW
        obj = RenditionPreset.objects.filter(code=code).first()
        may = self.has_change_permission(request, obj) if obj is not None else self.has_add_permission(request)
        if not may:
            raise PermissionDenied
        state = {"code": code, "settings": obj.settings if obj is not None else {}}
        form = PresetForm(request.POST, state=state, is_new=True, structure=get_structure())
        if not form.is_valid() and (errors := form.settings_errors()):
            first = next(iter(errors.values()))[0]
            return JsonResponse({"message": first, "errors": errors}, status=UNPROCESSABLE)
        return parse_preset(code, resolve_mark(form.read_settings()))


def find_samples(user: Any) -> list[dict[str, Any]]:
    """The newest pictures that a preset can be tried on."""
    thumb = get_presets().get(THUMB)
    newest = Asset.objects.with_current().filter(version__width_px__isnull=False).order_by("-created", "-pk")
    found = []
    for asset in newest[: SAMPLES * 2]:
        issued = rendition_url(asset, thumb)
        if issued.url and can(user, "view", asset):
            found.append({"uuid": str(asset.uuid), "code": asset.code, "url": issued.url})
    return found[:SAMPLES]

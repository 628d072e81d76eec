"""A changed preset comes into force when its files are there: a job draws them, then addresses move over at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assets.choices import RenditionState
from assets.models import Asset, Rendition, RenditionPreset
from assets.render import Preset, Recipe, parse_preset
from assets.render.presets import dump_preset
from assets.services.renditions import build_renditions, declare_recipes
from assets.services.renditions.presets import get_presets, recipes_for, with_house_mark
from pim.choices import IssueLevel, JobState, Origin
from pim.errors import Conflict
from pim.extensions import JobContext, JobKind
from pim.models import Job
from pim.services.jobs import cancel_job, start_job
from pim.services.structure import StructureChange, write_structure

if TYPE_CHECKING:
    from pim.models import User

KIND = "redraw_preset"
_CHUNK = 100


def changed_formats(old: Preset | None, new: Preset) -> list[str]:
    """The formats of the new preset whose files the old one has not."""
    return [
        fmt for fmt in new.formats if old is None or fmt not in old.formats or old.canonical(fmt) != new.canonical(fmt)
    ]


def drawn_by(preset: Preset) -> QuerySet[Rendition]:
    """The files that there are by exactly these settings."""
    return Rendition.objects.filter(preset=preset.code, state=RenditionState.READY, recipe__preset=dump_preset(preset))


def is_worth_waiting(old: Preset, new: Preset) -> bool:
    """Whether somebody may be looking at files that the new settings would replace."""
    return bool(changed_formats(old, new)) and drawn_by(old).exists()


def start_redrawing(row: RenditionPreset, *, actor: User | None = None) -> Job:
    """Start the job that draws a preset's new files and then puts its settings in force."""
    return start_job(KIND, {"preset": row.code, "settings": row.settings}, actor=actor)


def stop_redrawing(code: str) -> None:
    """Ask jobs that draw earlier settings of a preset to stop."""
    for job in _unfinished(code):
        try:
            cancel_job(job, actor=None)
        except Conflict:
            continue


def find_redrawing(code: str) -> Job | None:
    """The newest job that draws a preset anew; it may have ended."""
    return Job.objects.filter(kind=KIND, parameters__preset=code).order_by("-id").first()


def resume_redrawing(code: str, *, actor: User | None) -> Job:
    """Go on drawing after a job was cancelled or has failed.

    Raises:
        Conflict: `nothing_to_draw`: the preset's settings are in force; `still_drawing`.
    """
    row = RenditionPreset.objects.filter(code=code, in_force__isnull=False).first()
    if row is None:
        raise Conflict("nothing_to_draw", _("The settings of this preset are in force already."))
    if _unfinished(code).exists():
        raise Conflict("still_drawing", _("Its files are being drawn."))
    return start_redrawing(row, actor=actor)


def redraw_preset(context: JobContext) -> None:
    """Draw the files that the new settings replace (all of them where the preset is drawn at once), then switch.

    Goes through the assets by key, and resumes where it stopped. Settings that were changed once more end it.
    """
    code, settings = context.parameters["preset"], context.parameters["settings"]
    state = {"after": 0, "done": 0, **context.state}
    total = Asset.objects.filter(version__isnull=False).count()
    context.checkpoint(total=total, done=state["done"])
    failed = 0
    while chunk := list(
        Asset.objects.with_current().filter(version__isnull=False, pk__gt=state["after"]).in_order()[:_CHUNK]
    ):
        row = RenditionPreset.objects.filter(code=code, settings=settings).first()
        if row is None:
            context.finish({"is_superseded": True})
            return
        new = with_house_mark(parse_preset(code, settings))
        old = with_house_mark(parse_preset(code, row.in_force)) if row.in_force else None
        is_eager = code in get_presets().eager
        for asset in chunk:
            wanted = list(_wanted(asset, old, new, is_eager=is_eager))
            for rendition in build_renditions(wanted) if wanted else []:
                if rendition.state == RenditionState.FAILED:
                    failed += 1
                    context.issue(IssueLevel.WARNING, "rendition_failed", rendition.error, key=asset.code)
            state = {"after": asset.pk, "done": state["done"] + 1}
            context.checkpoint(state=state, done=state["done"])
    put_in_force(code, job=context.job_id)
    context.finish({"failed": failed})


def put_in_force(code: str, *, actor: User | None = None, origin: str = Origin.SYSTEM, job: int | None = None) -> None:
    """Give out addresses by a preset's new settings from now on; what is not drawn is drawn when it is asked for."""
    write_structure(
        "rendition_preset", [StructureChange(code, {"in_force": None})], actor=actor, origin=origin, job=job
    ).raise_first()


def discard_changes(code: str, *, actor: User | None, origin: str) -> None:
    """Go back to the settings in force; what was drawn by the new ones is left for the sweep."""
    row = RenditionPreset.objects.filter(code=code, in_force__isnull=False).first()
    if row is not None:
        change = StructureChange(code, {"settings": row.in_force})
        write_structure("rendition_preset", [change], actor=actor, origin=origin).raise_first()


def _unfinished(code: str) -> QuerySet[Job]:
    return Job.objects.filter(kind=KIND, parameters__preset=code, state__in=[JobState.QUEUED, JobState.RUNNING])


def _wanted(asset: Asset, old: Preset | None, new: Preset, *, is_eager: bool) -> Iterator[str]:
    """Declare an asset's new renditions; the digests of those that have to be there before the switch."""
    recipes = {recipe.fmt: recipe for recipe in recipes_for(asset, [new])}
    declare_recipes(recipes.values())
    if is_eager:
        yield from (recipe.digest for recipe in recipes.values())
        return
    before: dict[str, Recipe] = {recipe.fmt: recipe for recipe in recipes_for(asset, [old])} if old else {}
    replaced = {
        fmt: recipe.digest for fmt, recipe in before.items() if fmt in recipes and recipe.digest != recipes[fmt].digest
    }
    ready = Rendition.objects.filter(digest__in=replaced.values(), state=RenditionState.READY)
    drawn = set(ready.values_list("digest", flat=True))
    yield from (recipes[fmt].digest for fmt, digest in replaced.items() if digest in drawn)


REDRAWING = JobKind(KIND, gettext_lazy("Redraw of a preset"), redraw_preset, queue="renditions_slow")


def describe_redrawing(row: RenditionPreset) -> dict[str, Any]:
    """What a screen says of a preset whose settings are not all in force; empty where they are."""
    if row.in_force is None:
        return {}
    job = find_redrawing(row.code)
    is_running = job is not None and job.state in {JobState.QUEUED, JobState.RUNNING}
    return {"job": job, "is_running": is_running, "in_force": row.in_force}

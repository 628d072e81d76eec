"""The app of delivery: what it plugs into the apps below."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ChannelsConfig(AppConfig):
    """Delivery: views, publications and what consumers read."""

    name = "channels"
    label = "channels"
    verbose_name = _("Channels")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Join the structure, the journal and what follows an import."""
        from assets.extensions import eager_presets, publication_finders, targets
        from catalog.extensions import import_followers, live_verdicts
        from channels.demo import load_delivery
        from channels.extensions import wakers
        from channels.services.explaining import give_verdicts
        from channels.services.exposures import ViewUsage
        from channels.services.following import CONSUMERS, DirtyMarker
        from channels.services.targets import ViewTargets
        from channels.services.views import ViewKind, ensure_views_of_job, find_picture_presets
        from channels.tasks import wake_publishers
        from pim.extensions import DemoStep, consumers, demo_steps, structure_kinds, undoers
        from pim.services.undo import StructureUndoer

        structure_kinds.register(ViewKind.code, ViewKind())
        undoers.register(ViewKind.code, StructureUndoer())
        for lane, name in CONSUMERS.items():
            consumers.register(name, DirtyMarker(lane))
        import_followers.register("channels", ensure_views_of_job)
        eager_presets.register("channels", find_picture_presets)
        live_verdicts.register("channels", give_verdicts)
        targets.register("channels", ViewTargets())
        publication_finders.register("channels", ViewUsage())
        wakers.register("celery", wake_publishers)
        demo_steps.register("delivery", DemoStep(40, _("Publications"), load_delivery))

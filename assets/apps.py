from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AssetsConfig(AppConfig):
    name = "assets"
    label = "assets"
    verbose_name = _("Library")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Join the kernel: kinds of structure, undo, work for the workers."""
        from assets import tasks
        from assets.extensions import storage_owners, usage_finders, usage_indexes
        from assets.services.hygiene.counting import COUNT_JOB
        from assets.services.hygiene.merging import MERGE_JOB, SUBJECT, MergeUndoer
        from assets.services.kinds import register_kinds
        from assets.services.marks import WatermarkUsage, WatermarkUsageIndex
        from assets.services.mass import MASS_DELETE, MASS_EDIT
        from assets.services.rechecking import RECHECK
        from assets.services.renditions.redrawing import REDRAWING
        from assets.services.rights.alerts import RightsAlerts
        from assets.services.sweeping.healing import HEAL_JOB
        from assets.services.sweeping.orphans import SWEEP_JOB
        from assets.services.sweeping.owners import OWNERS
        from assets.services.undo import AssetUndoer
        from assets.services.uploads import IMPORTING, UNPACKING
        from pim import extensions

        register_kinds()
        extensions.undoers.register("asset", AssetUndoer())
        extensions.undoers.register(SUBJECT, MergeUndoer())
        for kind in (UNPACKING, IMPORTING, MASS_EDIT, MASS_DELETE, RECHECK, REDRAWING):
            extensions.job_kinds.register(kind.code, kind)
        for kind in (HEAL_JOB, SWEEP_JOB, COUNT_JOB, MERGE_JOB):
            extensions.job_kinds.register(kind.code, kind)
        extensions.consumers.register("rights alerts", RightsAlerts())
        usage_finders.register("watermarks", WatermarkUsage())
        usage_indexes.register("watermarks", WatermarkUsageIndex())
        for name, owner in OWNERS.items():
            storage_owners.register(name, owner)
        tasks.connect()

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorkflowsConfig(AppConfig):
    name = "workflows"
    label = "workflows"
    verbose_name = _("workflows")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell the catalog and the DAM what stages mean; bring the job and the kind of structure."""
        from assets import extensions as assets
        from catalog import extensions as catalog
        from pim import extensions as pim
        from workflows.choices import SubjectType
        from workflows.services.desk import ProductDesk
        from workflows.services.jobs import TRANSITION_JOB
        from workflows.services.kinds import WorkflowKind
        from workflows.services.panels import AssetDesk, AssetPanel
        from workflows.services.rules import AssetLocks, ProductLocks, WorkflowStages

        catalog.stage_rules.register("workflow", WorkflowStages(SubjectType.PRODUCT))
        catalog.edit_guards.register("workflow", ProductLocks())
        catalog.stage_desks.register("workflow", ProductDesk())
        assets.stage_rules.register("workflow", WorkflowStages(SubjectType.ASSET))
        assets.edit_guards.register("workflow", AssetLocks())
        assets.stage_desks.register("workflow", AssetDesk())
        assets.stage_panels.register("workflow", AssetPanel())
        pim.structure_kinds.register(WorkflowKind.code, WorkflowKind())
        pim.job_kinds.register(TRANSITION_JOB.code, TRANSITION_JOB)

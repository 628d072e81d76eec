"""The kernel as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PimConfig(AppConfig):
    """What the kernel plugs into its own registries."""

    name = "pim"
    label = "pim"
    verbose_name = _("Structure")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the kernel's kinds of structure the undo of jobs, and how workers are woken."""
        from pim import extensions, tasks
        from pim.services.kinds import register_kinds
        from pim.services.undo import register_undo

        register_kinds()
        register_undo()
        extensions.wakers.register("celery", tasks.wake_consumers)
        extensions.enqueuers.register("celery", tasks.send_job)

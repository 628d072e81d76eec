"""The catalog as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CatalogConfig(AppConfig):
    """What the catalog plugs into the kernel's registries."""

    name = "catalog"
    label = "catalog"
    verbose_name = _("Catalog")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the catalog's kinds of structure."""
        from catalog.services.kinds import register_kinds  # noqa: PLC0415 - needs the models

        register_kinds()

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
        """Register kinds of structure, jobs, the consumer of derived rows, how products are undone, and the demo."""
        from assets.extensions import (
            SelectionAction,
            product_uses,
            selection_actions,
            storage_owners,
            text_sources,
            usage_finders,
            usage_indexes,
            usage_repointers,
        )
        from catalog.demo.load import load_catalog, load_people
        from catalog.services.affected import AffectedProducts
        from catalog.services.asset_texts import AssetTextsConsumer, product_texts
        from catalog.services.importing.kinds import register_import_kinds
        from catalog.services.importing.sources import ImportedFiles
        from catalog.services.kinds import register_kinds
        from catalog.services.linking.binding import BIND, LateLinksConsumer
        from catalog.services.linking.placing import PERMISSION
        from catalog.services.linking.running import LINK, PREVIEW
        from catalog.services.mass import MASS_EDIT
        from catalog.services.refreshing import REFRESH, DerivedRowsConsumer, run_refresh
        from catalog.services.repointing import ProductRepointer
        from catalog.services.undo import ProductUndoer
        from catalog.services.usage import ProductUsage, ProductUsageIndex
        from pim import extensions

        register_kinds()
        register_import_kinds()
        extensions.consumers.register("derived rows", DerivedRowsConsumer())
        extensions.consumers.register("late links", LateLinksConsumer())
        extensions.consumers.register("asset texts", AssetTextsConsumer())
        text_sources.register("products", product_texts)
        extensions.undoers.register("product", ProductUndoer())
        product_uses.register("products", AffectedProducts())
        usage_finders.register("products", ProductUsage())
        storage_owners.register("imports", ImportedFiles())
        selection_actions.register(
            "link", SelectionAction(_("Link by name…"), "admin:catalog_linking_changelist", PERMISSION)
        )
        usage_indexes.register("products", ProductUsageIndex())
        usage_repointers.register("products", ProductRepointer())
        for kind in (MASS_EDIT, PREVIEW, LINK, BIND):
            extensions.job_kinds.register(kind.code, kind)
        extensions.job_kinds.register(REFRESH, extensions.JobKind(REFRESH, _("Refresh of products"), run_refresh))
        extensions.demo_steps.register("people", extensions.DemoStep(10, _("People"), load_people))
        extensions.demo_steps.register("catalog", extensions.DemoStep(20, _("Demo catalog"), load_catalog))

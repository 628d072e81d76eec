"""How the big tables are stored: token statistics for the planner."""

from typing import ClassVar

from django.db import migrations

STATISTICS = "ALTER TABLE assets_assetfacet ALTER COLUMN tokens SET STATISTICS 1000"
NO_STATISTICS = "ALTER TABLE assets_assetfacet ALTER COLUMN tokens SET STATISTICS -1"


class Migration(migrations.Migration):
    dependencies: ClassVar = [("assets", "0001_initial")]

    operations: ClassVar = [migrations.RunSQL(STATISTICS, NO_STATISTICS)]

"""How the big tables are stored: token statistics for the planner, and lz4 for documents where the server offers it."""

from typing import ClassVar

from django.db import migrations

STATISTICS = "ALTER TABLE catalog_productfacet ALTER COLUMN tokens SET STATISTICS 1000"
NO_STATISTICS = "ALTER TABLE catalog_productfacet ALTER COLUMN tokens SET STATISTICS -1"

FILLFACTOR = "ALTER TABLE catalog_productcompleteness SET (fillfactor = 80)"
NO_FILLFACTOR = "ALTER TABLE catalog_productcompleteness RESET (fillfactor)"

LZ4 = """
DO $$
BEGIN
    IF EXISTS (
        SELECT FROM pg_settings WHERE name = 'default_toast_compression' AND 'lz4' = ANY (enumvals)
    ) THEN
        ALTER TABLE catalog_productvalues ALTER COLUMN "values" SET COMPRESSION lz4;
        ALTER TABLE catalog_edition ALTER COLUMN "values" SET COMPRESSION lz4;
    END IF;
END $$
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("catalog", "0001_initial")]

    operations: ClassVar = [
        migrations.RunSQL(STATISTICS, NO_STATISTICS),
        migrations.RunSQL(FILLFACTOR, NO_FILLFACTOR),
        migrations.RunSQL(LZ4, migrations.RunSQL.noop),
    ]

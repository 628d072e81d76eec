"""How the tables of delivery are stored: token statistics for the planner, and lz4 where the server offers it."""

from typing import ClassVar

from django.db import migrations

STATISTICS = "ALTER TABLE channels_publicationfacet ALTER COLUMN tokens SET STATISTICS 1000"
NO_STATISTICS = "ALTER TABLE channels_publicationfacet ALTER COLUMN tokens SET STATISTICS -1"

LZ4 = """
DO $$
BEGIN
    IF EXISTS (
        SELECT FROM pg_settings WHERE name = 'default_toast_compression' AND 'lz4' = ANY (enumvals)
    ) THEN
        ALTER TABLE channels_publication ALTER COLUMN shared SET COMPRESSION lz4;
        ALTER TABLE channels_publication ALTER COLUMN by_locale SET COMPRESSION lz4;
    END IF;
END $$
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("channels", "0001_initial")]

    operations: ClassVar = [
        migrations.RunSQL(STATISTICS, NO_STATISTICS),
        migrations.RunSQL(LZ4, migrations.RunSQL.noop),
    ]

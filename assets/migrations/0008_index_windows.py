from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("assets", "0007_content_hash")]

    operations = [
        migrations.AddIndex(
            model_name="asset",
            index=models.Index(
                condition=models.Q(("valid_until__isnull", False)), fields=["valid_until"], name="asset_valid_until"
            ),
        ),
        migrations.AddIndex(
            model_name="asset",
            index=models.Index(
                condition=models.Q(("valid_from__isnull", False)), fields=["valid_from"], name="asset_valid_from"
            ),
        ),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("assets", "0006_presets_in_force")]

    operations = [
        migrations.AddField(
            model_name="assetversion",
            name="content_sha256",
            field=models.CharField(blank=True, db_index=True, default="", max_length=64),
        ),
    ]

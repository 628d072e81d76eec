from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("assets", "0005_asset_numbers_and_order")]

    operations = [
        migrations.AddField(
            model_name="renditionpreset",
            name="in_force",
            field=models.JSONField(blank=True, editable=False, null=True, verbose_name="settings in force"),
        ),
        migrations.AddField(
            model_name="rendition",
            name="attempts",
            field=models.PositiveSmallIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name="rendition",
            name="not_before",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddIndex(
            model_name="rendition",
            index=models.Index(
                condition=models.Q(("attempts__gt", 0), ("state", "pending")),
                fields=["not_before"],
                name="rendition_waiting",
            ),
        ),
    ]

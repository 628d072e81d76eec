import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("assets", "0003_folders_families_rights_sharing"),
        ("pim", "0002_idempotent_requests"),
    ]

    operations = [
        migrations.RemoveField(model_name="upload", name="parts"),
        migrations.AddField(
            model_name="uploadbatch",
            name="unpacks",
            field=models.BooleanField(default=False, verbose_name="unpack archives"),
        ),
        migrations.AddField(
            model_name="upload",
            name="source_url",
            field=models.CharField(blank=True, max_length=2000, verbose_name="address"),
        ),
        migrations.AddField(
            model_name="upload",
            name="job",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="pim.job",
            ),
        ),
    ]

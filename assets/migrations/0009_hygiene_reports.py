import uuid

import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("assets", "0008_index_windows")]

    operations = [
        migrations.CreateModel(
            name="HygieneReport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("figures", models.JSONField(default=dict)),
                ("counted_ms", models.PositiveIntegerField(default=0)),
                (
                    "created",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name="counted"
                    ),
                ),
            ],
            options={
                "verbose_name": "hygiene report",
                "verbose_name_plural": "hygiene",
                "ordering": ["-created", "-pk"],
            },
        ),
        migrations.AddIndex(
            model_name="assetversion",
            index=models.Index(
                condition=models.Q(("error", ""), _negated=True), fields=["id"], name="assetversion_broken"
            ),
        ),
    ]

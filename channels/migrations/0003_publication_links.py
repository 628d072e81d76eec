"""What documents name of other products, and the models above a publication."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("channels", "0002_storage_parameters")]

    operations: ClassVar = [
        migrations.AddField("publication", "parent", models.BigIntegerField(null=True)),
        migrations.AddField("publication", "root", models.BigIntegerField(null=True)),
        migrations.AddIndex(
            "publication",
            models.Index(
                fields=["view", "root"], name="publication_root", condition=models.Q(state="live", root__isnull=False)
            ),
        ),
        migrations.AddIndex(
            "publication",
            models.Index(
                fields=["view", "parent"],
                name="publication_parent",
                condition=models.Q(state="live", parent__isnull=False),
            ),
        ),
        migrations.CreateModel(
            name="PublicationLink",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "publication_id", "number", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "publication",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="links",
                        to="channels.publication",
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                (
                    "view",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="channels.channelview",
                    ),
                ),
                ("type", models.BigIntegerField()),
                (
                    "side",
                    models.CharField(
                        choices=[
                            ("products", "products"),
                            ("product_models", "product models"),
                            ("groups", "groups"),
                        ],
                        max_length=14,
                    ),
                ),
                ("target", models.BigIntegerField(null=True)),
                ("code", models.CharField(db_collation="C", max_length=255)),
                ("uuid", models.UUIDField(null=True)),
                ("quantity", models.CharField(blank=True, max_length=20)),
                ("owner_sku", models.CharField(blank=True, db_collation="C", max_length=255)),
                ("owner_uuid", models.UUIDField(null=True)),
            ],
        ),
        migrations.AddIndex("publicationlink", models.Index(fields=["view", "target"], name="publicationlink_target")),
    ]
